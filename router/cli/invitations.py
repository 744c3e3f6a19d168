"""`invitations`: who is asked what, and what became of it."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_reading, settings_of
from router.cli.options import Data, Json, MaxRows
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.model.invitation_states import INVITATION_STATES, InvitationState
from router.model.keys import customer_key
from router.model.ledger import ROW_KINDS, InvitationView, RowKind

if TYPE_CHECKING:
    from router.insights.why import InvitationWords
    from router.settings import Settings

_KINDS: Final[dict[RowKind, str]] = {
    "invitation": "Invitations",
    "reminder": "Reminders",
    "fallback": "Fallbacks",
    "cancellation": "Cancellations",
}

COLUMNS: Final = ["id", "kind", "customer", "survey", "rule", "channel", "state", "reason", "due", "follows"]

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
    data: Data = None,
    json: Json = False,
) -> None:
    """List invitations, reminders, fallbacks and cancellations, newest first."""
    wanted: dict[str, Any] = {"customer_id": customer, "state": state, "rule": rule, "survey": survey}
    wanted["kinds"] = (kind,) if kind else ROW_KINDS
    from router.insights.why import invitation_words
    from router.words.reasons import follows, kind_words

    views = asyncio.run(_list(settings_of(data), wanted, limit))
    if json:
        print_json([{"customer_id": view.customer_id, **_fields(invitation_words(view))} for view in views])
        return
    rows = [
        [
            view.id,
            kind_words(view),
            view.customer_id,
            view.survey,
            view.rule,
            view.channel,
            view.state,
            view.reason,
            view.due_at,
            follows(view),
        ]
        for view in views
    ]
    print_table("Invitations and what follows them" if kind is None else _KINDS[kind], COLUMNS, rows)


@app.command()
def show(
    invitation: Annotated[str, typer.Argument(help="Id of the invitation.", metavar="ID")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show an invitation with its followers, or a reminder, fallback or cancellation."""
    from router.insights.why import invitation_words

    view, family = asyncio.run(_show(settings_of(data), id_of(invitation)))
    words = invitation_words(view)
    followed = [invitation_words(entry) for entry in family if entry.root == view.id != entry.id]
    if json:
        about = {"customer_id": view.customer_id, "revision": view.revision}
        print_json({**about, **_fields(words), "followed": followed})
        return
    follows = (
        f"It follows the invitation {words.follows}: see `feedback-router invitations show {words.follows}`."
    )
    planned = f"planned at {view.planned_at:%Y-%m-%d %H:%M} UTC by revision {view.revision} of the rules"
    print_lines(
        [
            words.sentence,
            f"Customer {view.customer_id}, by {view.channel}; {planned}.",
            *([follows] if words.follows else []),
            *(entry.sentence for entry in followed),
            f"See `feedback-router why {view.id}` for what led to it.",
        ]
    )


def id_of(text: str) -> UUID:
    """An invitation's id. Raises `Refused` where the text can be none."""
    try:
        return UUID(text)
    except ValueError:
        raise Refused(f"{text} is no invitation id: `feedback-router invitations list` shows them.") from None


def _fields(words: "InvitationWords") -> dict[str, object]:
    return {name: getattr(words, name) for name in words.__struct_fields__}


async def _list(settings: "Settings", wanted: dict[str, Any], limit: int) -> list[InvitationView]:
    async with opened_reading(settings) as reading:
        return await reading.invitations(limit=limit, **wanted)


async def _show(settings: "Settings", invitation: UUID) -> tuple[InvitationView, list[InvitationView]]:
    """The invitation, and all that its customer was to get."""
    from router.insights.replay import all_invitations

    async with opened_reading(settings) as reading:
        view = await reading.invitation(invitation)
        family = await all_invitations(reading, view.customer_id) if view is not None else []
    if view is None:
        raise Refused(
            f"There is no invitation {invitation}: `feedback-router invitations list` shows them.", FAILED
        )
    return view, family
