"""`invitations`: who is asked what, and what became of it."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple
from uuid import UUID

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, MaxRows
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.cli.voices import Lang, Zone, voice
from router.model.invitation_states import INVITATION_STATES, InvitationState
from router.model.keys import customer_key
from router.model.ledger import ROW_KINDS, InvitationView, RowKind
from router.words.voice import Language, Voice

if TYPE_CHECKING:
    from router.insights.why import InvitationWords
    from router.settings import Settings
    from router.store import SqlStore

COLUMNS: Final = ("id", "kind", "customer", "survey", "rule", "channel", "state", "reason", "due", "follows")

app = typer.Typer(help="List and show invitations.", no_args_is_help=True)


@app.command("list")
def list_(  # noqa: PLR0913 - options of a command
    customer: Annotated[
        str | None, typer.Option(help="Only this customer.", metavar="ID", parser=customer_key)
    ] = None,
    state: Annotated[
        InvitationState | None,
        typer.Option(help=f"Only in this state: {', '.join(INVITATION_STATES)}.", metavar="STATE"),
    ] = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule.", metavar="ID")] = None,
    survey: Annotated[str | None, typer.Option(help="Only this survey.", metavar="NAME")] = None,
    kind: Annotated[RowKind | None, typer.Option(help="Only this kind.")] = None,
    limit: MaxRows = 50,
    lang: Lang = None,
    zone: Zone = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List invitations, reminders, fallbacks and cancellations, newest first."""
    wanted: dict[str, Any] = {"customer_id": customer, "state": state, "rule": rule, "survey": survey}
    wanted |= {"kinds": (kind,) if kind else ROW_KINDS, "limit": limit}
    from router.insights.why import invitation_words
    from router.words.invitations import follows, kind_words, state_words, title, words

    views, speaking = asyncio.run(_list(settings_of(data), wanted, _Asked(lang, zone, json)))
    if json:
        print_json([{"customer_id": view.customer_id, **_fields(invitation_words(view))} for view in views])
        return
    rows = [
        [
            view.id,
            kind_words(view, speaking.language),
            view.customer_id,
            view.survey,
            view.rule,
            view.channel,
            state_words(view.state, speaking.language),
            view.reason,
            speaking.moment(view.due_at),
            follows(view),
        ]
        for view in views
    ]
    columns = [words(speaking, f"column {name}") for name in COLUMNS]
    print_table(title(kind, speaking.language), columns, rows)


@app.command()
def show(
    invitation: Annotated[str, typer.Argument(help="Id of the invitation.", metavar="ID")],
    lang: Lang = None,
    zone: Zone = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show an invitation with its followers, or a reminder, fallback or cancellation."""
    from router.insights.why import invitation_words
    from router.words.invitations import words as say

    view, family, speaking = asyncio.run(
        _show(settings_of(data), id_of(invitation), _Asked(lang, zone, json))
    )
    words = invitation_words(view, speaking)
    followed = [invitation_words(entry, speaking) for entry in family if entry.root == view.id != entry.id]
    if json:
        about = {"customer_id": view.customer_id, "revision": view.revision}
        print_json({**about, **_fields(words), "followed": followed})
        return
    by = say(speaking, "planned for", customer=view.customer_id, channel=view.channel)
    at = say(speaking, "planned at", at=speaking.moment(view.planned_at), revision=view.revision)
    print_lines(
        [
            words.sentence,
            f"{by}; {at}.",
            *([say(speaking, "follows", id=words.follows)] if words.follows else []),
            *(entry.sentence for entry in followed),
            say(speaking, "see why", id=view.id),
        ]
    )


class _Asked(NamedTuple):
    """How it is to be told."""

    lang: Language | None
    zone: str | None
    json: bool


def id_of(text: str) -> UUID:
    """An invitation's id. Raises `Refused` where the text can be none."""
    try:
        return UUID(text)
    except ValueError:
        raise Refused(f"{text} is no invitation id: `feedback-router invitations list` shows them.") from None


def _fields(words: "InvitationWords") -> dict[str, object]:
    return {name: getattr(words, name) for name in words.__struct_fields__}


async def _list(
    settings: "Settings", wanted: dict[str, Any], asked: _Asked
) -> tuple[list[InvitationView], Voice]:
    async with opened_store(settings) as store:
        return await store.reading.invitations(**wanted), await _voice(store, settings, asked)


async def _voice(store: "SqlStore", settings: "Settings", asked: _Asked) -> Voice:
    """How it is told. JSON and a zone that is named need no rules; all else goes by the policy's zone."""
    from router.service.rules_in_force import rule_book

    if asked.json or asked.zone is not None:
        return voice(asked.lang, asked.zone, None, json=asked.json)
    return voice(asked.lang, None, (await rule_book(store, settings, None)).now.policy)


async def _show(
    settings: "Settings", invitation: UUID, asked: _Asked
) -> tuple[InvitationView, list[InvitationView], Voice]:
    """The invitation, and all that its customer was to get."""
    from router.insights.replay import all_invitations

    async with opened_store(settings) as store:
        reading = store.reading
        view = await reading.invitation(invitation)
        if view is None:
            raise Refused(
                f"There is no invitation {invitation}: `feedback-router invitations list` shows them.", FAILED
            )
        family = await all_invitations(reading, view.customer_id)
        return view, family, await _voice(store, settings, asked)
