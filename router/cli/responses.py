"""`responses`: what customers answered, taken out of the scores or put back, taken in from an older tool, handed on."""

import asyncio
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from router.cli.faults import FAILED, Refused
from router.cli.invitations import id_of
from router.cli.opening import opened_store, settings_of
from router.cli.options import Channel, Data, Journey, Json, MaxRows, Step, Survey
from router.cli.output import print_json, print_lines, told
from router.cli.tables import print_table
from router.model.keys import customer_key
from router.model.responses import ResponseRow, ResponseStatus, WantedResponses
from router.model.spelling import counted
from router.words.responses import status_words

if TYPE_CHECKING:
    from router.settings import Settings

COLUMNS: Final = [
    "answered",
    "survey",
    "score",
    "status",
    "journey",
    "step",
    "channel",
    "customer",
    "comment",
    "invitation",
]
_COMMENT: Final = 60

app = typer.Typer(help="List, show, exclude, import and export responses.", no_args_is_help=True)

Status = Annotated[ResponseStatus | None, typer.Option(help="Only with this status.", metavar="STATUS")]
Imported = Annotated[
    Literal["no", "only", "both"], typer.Option(help="Without imported responses, only these, or both.")
]
Author = Annotated[str | None, typer.Option(help="Author; default: your login name.", metavar="NAME")]
Invitation = Annotated[str, typer.Argument(help="Id of the invitation that was answered.", metavar="ID")]


@app.command("list")
def list_(  # noqa: PLR0913 - options of a command
    customer: Annotated[
        str | None, typer.Option(help="Only this customer.", metavar="ID", parser=customer_key)
    ] = None,
    survey: Survey = None,
    journey: Journey = None,
    step: Step = None,
    channel: Channel = None,
    status: Status = None,
    imported: Imported = "both",
    limit: MaxRows = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List responses, latest first, each with its score or the reason why it does not count."""
    wanted = WantedResponses(customer, survey, journey, step, channel, status, imported)
    rows = asyncio.run(_listed(settings_of(data), wanted, limit))
    if json:
        from router.cli.response_export import flat

        print_json([flat(row) for row in rows])
        return
    cells = [
        [
            row.answered_at,
            row.context.survey,
            row.given if row.score is None else row.score,
            row.status,
            row.context.journey,
            row.context.step,
            row.context.channel,
            row.customer_id,
            _short(row.comment),
            row.invitation_id,
        ]
        for row in rows
    ]
    print_table("Responses", COLUMNS, cells)


@app.command()
def show(invitation: Invitation, data: Data = None, json: Json = False) -> None:
    """Show a response: the answer, whether it counts, and the context that it is scored in."""
    row = asyncio.run(_one(settings_of(data), invitation))
    if json:
        from router.cli.response_export import flat

        print_json(flat(row))
        return
    context = row.context
    asked = f" by {row.asked_on}" if row.asked_on else ""
    value = row.given if row.score is None else row.score
    said = "no score" if value is None else f"{value} on a scale of {context.scale[0]} to {context.scale[1]}"
    by = f" by the rule {context.rule} (revision {context.revision})" if row.imported is None else ""
    about = f"Customer {row.customer_id} was asked {context.survey}{asked}{by}"
    place = f" at the step {context.step} of the journey {context.journey}" if context.journey else ""
    happened = f"It is about an interaction of {context.happened_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"{about}, and answered on {row.answered_at:%Y-%m-%d %H:%M} UTC: {said}.",
        f"{happened}{f' by {context.channel}' if context.channel else ''}{place}.",
        status_words(row),
        *([f"Comment: {row.comment}"] if row.comment else []),
        *([f"{row.answers} answers were given; this one stands."] if row.answers > 1 else []),
        *([f"It was imported as {row.imported}."] if row.imported else []),
    ]
    facts = {**context.attributes, **context.effort}
    print_lines([*lines, *(f"  {name}: {value}" for name, value in facts.items())])


@app.command()
def exclude(
    invitation: Invitation,
    because: Annotated[str, typer.Option(help="Reason, kept with the response.", metavar="TEXT")],
    author: Author = None,
    data: Data = None,
) -> None:
    """Exclude a response from all scores.

    Who, when and why is kept, and the scores follow at once. A later answer to the same invitation stays
    excluded too.
    """
    row = asyncio.run(_exclude(settings_of(data), invitation, because, author))
    told(f"Excluded. {status_words(row)} Undo with `feedback-router responses include {row.invitation_id}`.")


@app.command()
def include(invitation: Invitation, data: Data = None) -> None:
    """Put an excluded response back into the scores."""
    row = asyncio.run(_include(settings_of(data), invitation))
    told(f"Included. {status_words(row)}")


@app.command("import")
def import_(  # noqa: PLR0913 - options of a command
    file: Annotated[Path, typer.Argument(help="CSV or JSON Lines (.jsonl).", metavar="FILE", dir_okay=False)],
    name: Annotated[str, typer.Option(help="Name of the import, kept with each response.", metavar="NAME")],
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", help="Column of a field: score=Rating. Repeat it.", metavar="FIELD=COLUMN"),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="One value for all rows: survey=ces-2.0. Repeat it.", metavar="FIELD=VALUE"
        ),
    ] = None,
    dates: Annotated[
        Literal["dmy", "mdy", "ymd"] | None, typer.Option(help="Order of dates such as 31/12/2025.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Import; without it, show what would be.")] = False,
    skip: Annotated[
        bool, typer.Option("--skip-refused", help="Import the others where some rows are refused.")
    ] = False,
    data: Data = None,
) -> None:
    """Import responses of an older tool, so that there is a before.

    Fields: score, answered_at and survey; and, where known, id, happened_at, customer, journey, step,
    channel, asked_on, locale, comment, attribute.NAME. Imported responses are marked, and no score blends
    them with others unless asked. The same file again changes nothing.
    """
    columns, constants = _pairs("--map", mapped), _pairs("--set", values)
    if not name.strip():
        raise Refused("An import needs a name: say it with --name.")
    from router.cli.response_import import ImportWish, import_file

    wish = ImportWish(name.strip(), columns, constants, dates, yes, skip)
    asyncio.run(import_file(settings_of(data), file, wish))


@app.command()
def export(  # noqa: PLR0913 - options of a command
    file: Annotated[
        Path, typer.Argument(help="File to write; .jsonl for JSON Lines, else CSV.", metavar="FILE")
    ],
    survey: Survey = None,
    journey: Journey = None,
    step: Step = None,
    channel: Channel = None,
    status: Status = None,
    imported: Imported = "both",
    comments: Annotated[bool, typer.Option(help="With the customers' own words.")] = True,
    data: Data = None,
) -> None:
    """Export responses with the context that they are scored in.

    It holds customer ids and comments: personal data. An existing file is not overwritten.
    """
    wanted = WantedResponses(None, survey, journey, step, channel, status, imported)
    from router.cli.response_export import export_to

    number = asyncio.run(export_to(settings_of(data), wanted, file, comments=comments))
    told(f"{counted(number, 'response')} exported to {file}.")


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given or ():
        field, equals, value = text.partition("=")
        if not equals or not field.strip() or not value.strip():
            raise Refused(f"{option} {text}: write FIELD=VALUE, such as {option} score=Rating.")
        pairs[field.strip()] = value.strip()
    return pairs


def _short(comment: str | None) -> str | None:
    if comment is None or len(comment) <= _COMMENT:
        return comment
    return f"{comment[: _COMMENT - 3]}..."


async def _listed(settings: "Settings", wanted: WantedResponses, limit: int) -> list[ResponseRow]:
    async with opened_store(settings) as store:
        return await store.responses.listed(wanted, limit)


async def _one(settings: "Settings", invitation: str) -> ResponseRow:
    name = id_of(invitation)
    async with opened_store(settings) as store:
        row = await store.responses.one(name)
    if row is None:
        raise Refused(
            f"There is no response to the invitation {name}: `feedback-router responses list` shows them.",
            FAILED,
        )
    return row


async def _exclude(settings: "Settings", invitation: str, because: str, author: str | None) -> ResponseRow:
    from router.cli.response_import import rules_of
    from router.model.zones import certain_zone
    from router.service.responses import exclude

    name, by = id_of(invitation), (author or "").strip() or getpass.getuser()
    async with opened_store(settings) as store:
        rules = await rules_of(store, settings)
        return await exclude(store, name, by, because, datetime.now(UTC), certain_zone(rules.policy.zone))


async def _include(settings: "Settings", invitation: str) -> ResponseRow:
    from router.cli.response_import import rules_of
    from router.model.zones import certain_zone
    from router.service.responses import include

    name = id_of(invitation)
    async with opened_store(settings) as store:
        rules = await rules_of(store, settings)
        return await include(store, name, certain_zone(rules.policy.zone))
