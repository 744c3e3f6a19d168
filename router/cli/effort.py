"""`effort`: how often customers contact again, are passed on and change channels."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from router.cli import days as dates
from router.cli.faults import Refused
from router.cli.known import require_known
from router.cli.opening import opened_store, settings_of
from router.cli.options import Csv, Data, HtmlPage, Json, JudgedBy, Since, Until
from router.cli.output import print_json, progress
from router.insights.periods import Days
from router.words.effort import Language

if TYPE_CHECKING:
    from router.cli.effort_output import Told
    from router.insights.effort import Wanted
    from router.settings import Settings

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_PREVIOUS: Final = timedelta(days=30)
"""How long the time is that is compared with the previous one, where no first day is given."""


def effort(  # noqa: PLR0913 - options of a command
    journey: Annotated[str | None, typer.Option(help="Only this journey.", metavar="NAME")] = None,
    step: Annotated[str | None, typer.Option(help="Only contacts in this step.", metavar="NAME")] = None,
    channel: Annotated[
        str | None, typer.Option(help="Only contacts on this channel.", metavar="NAME")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="A table for this attribute of contacts too, such as team; repeat it. Those of `scores.people` are always"
            " there.",
            metavar="NAME",
        ),
    ] = None,
    within: Annotated[
        int,
        typer.Option(
            help="Number of days in which another contact is a repeat.", min=1, max=366, metavar="DAYS"
        ),
    ] = 7,
    contacts: Annotated[
        str, typer.Option(help="Effort signal that counts what a contact is.", metavar="NAME")
    ] = "contacts",
    transfers: Annotated[
        str, typer.Option(help="Effort signal that sums or counts transfers.", metavar="NAME")
    ] = "transfers",
    since: Since = None,
    until: Until = None,
    compare: Annotated[
        str | None,
        typer.Option(
            help="Compare with the previous period, another period (2026-08, 2026-Q3), or the days before a date.",
            metavar="previous|PERIOD|DATE",
        ),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the sentences.")] = "en",
    rules: JudgedBy = None,
    data: Data = None,
    html: HtmlPage = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Tell effort without asking: repeat contacts, transfers, channel switches, first-contact resolution.

    From the journal alone, per step, channel and person, each with its interval. Reads the journal
    customer by customer and folds its journeys again by the rules in force.
    """
    from router.cli.effort_output import effort_page, print_report, print_report_csv
    from router.insights.effort import Span, Wanted

    if csv and json:
        raise Refused("--json and --csv both want the standard output: choose one.")
    nothing = Span(_ALWAYS, _ALWAYS)
    wanted = Wanted(
        nothing, None, timedelta(days=within), contacts, transfers, journey, step, channel, tuple(by or ())
    )
    told = asyncio.run(_told(settings_of(data), rules, wanted, (since, until, compare), language))
    if html is not None:
        from router.cli.pages.frame import write_page

        write_page(html, effort_page(told))
    if json:
        print_json(told.report)
    elif csv:
        print_report_csv(told.report)
    else:
        print_report(told)


async def _told(
    settings: "Settings",
    given: Path | None,
    wanted: "Wanted",
    period: tuple[str | None, str | None, str | None],
    language: Language,
) -> "Told":
    from msgspec.structs import replace

    from router.cli.effort_output import Told
    from router.insights.effort import Span
    from router.insights.effort import effort as counted
    from router.insights.periods import begins, today
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    now = datetime.now(UTC)
    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        require_known(rules, journey=wanted.journey, step=wanted.step)
        zone = own_zone(rules.policy)
        told, before = _sides(*period, today(now, zone))
        spans = [
            Span(begins(days.first, zone) if days.first else _ALWAYS, begins(days.after, zone))
            if days
            else None
            for days in (told, before)
        ]
        wanted = replace(wanted, told=spans[0], before=spans[1])
        with progress("reading the journal", await store.reading.journal_size() or None) as bar:
            report = await counted(store.reading, rules, wanted, now, bar.at)
        zone_name = rules.policy.zone
        return Told(report, told.words(zone_name), before.words(zone_name) if before else "", language)


def _sides(since: str | None, until: str | None, compare: str | None, now: date) -> tuple[Days, Days | None]:
    """The days that are told, and those they are compared with."""
    told = dates.days(since, until, now)
    if compare is None:
        return told, None
    if compare == "previous":
        told = told if told.first is not None else Days(told.last - _PREVIOUS + timedelta(days=1), told.last)
        return told, told.before
    other = dates.period(compare)
    if other is not None:
        if told.first is None or ((other.first or told.first) <= told.last and other.last >= told.first):
            raise Refused(
                f"The days that are told must not be among those of {compare}: say --since and --until."
            )
        return told, other
    turn = dates.day(compare)
    if turn > told.last or (told.first is not None and turn <= told.first):
        raise Refused(
            f"{turn} does not lie within the days that are told: --since before it, --until after it."
        )
    after = Days(turn, told.last)
    return after, after.before if told.first is None else Days(told.first, turn - timedelta(days=1))
