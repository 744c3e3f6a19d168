"""`invitations`: who is asked what, and what became of it."""

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_reading, settings_of
from router.cli.options import Data, Json, Limit
from router.cli.output import print_json, print_lines, print_table
from router.model.invitation_states import InvitationState

if TYPE_CHECKING:
    from router.insights.why import InvitationWords
    from router.model.ledger import InvitationView
    from router.settings import Settings

app = typer.Typer(help="Look at the invitations.", no_args_is_help=True)


@app.command("list")
def list_(
    customer: Annotated[str | None, typer.Option(help="Only of this customer.", metavar="ID")] = None,
    state: Annotated[InvitationState | None, typer.Option(help="Only in this state.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only by this rule.", metavar="ID")] = None,
    survey: Annotated[str | None, typer.Option(help="Only of this survey.", metavar="NAME")] = None,
    limit: Limit = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List invitations, the newest first."""
    wanted = {"customer_id": customer, "state": state, "rule": rule, "survey": survey}
    views = asyncio.run(_list(settings_of(data), wanted, limit))
    if json:
        from router.insights.why import invitation_words

        print_json([{"customer_id": view.customer_id, **_fields(invitation_words(view))} for view in views])
        return
    columns = ["invitation", "customer", "survey", "rule", "channel", "state", "reason", "due"]
    rows = [
        [
            view.id,
            view.customer_id,
            view.survey,
            view.rule,
            view.channel,
            view.state,
            view.reason,
            view.due_at,
        ]
        for view in views
    ]
    print_table("Invitations", columns, rows)


@app.command()
def show(
    invitation: Annotated[str, typer.Argument(help="Id of the invitation.", metavar="ID")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show one invitation."""
    from router.insights.why import invitation_words

    view = asyncio.run(_show(settings_of(data), id_of(invitation)))
    words = invitation_words(view)
    if json:
        print_json({"customer_id": view.customer_id, "revision": view.revision, **_fields(words)})
        return
    planned = f"planned at {view.planned_at:%Y-%m-%d %H:%M} UTC by revision {view.revision} of the rules"
    print_lines(
        [
            words.sentence,
            f"Customer {view.customer_id}, by {view.channel}; {planned}.",
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


async def _list(settings: "Settings", wanted: dict[str, str | None], limit: int) -> "list[InvitationView]":
    async with opened_reading(settings) as reading:
        return await reading.invitations(limit=limit, **wanted)  # type: ignore[arg-type]  # a state is checked


async def _show(settings: "Settings", invitation: UUID) -> "InvitationView":
    async with opened_reading(settings) as reading:
        view = await reading.invitation(invitation)
    if view is None:
        raise Refused(
            f"There is no invitation {invitation}: `feedback-router invitations list` shows them.", FAILED
        )
    return view
