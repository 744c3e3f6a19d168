"""`hold-out`: what became of customers who are never asked, beside those who may be."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import Csv, Data, HtmlPage, Json, JudgedBy, Since, Until, one_output
from router.cli.output import print_csv, print_json, progress
from router.cli.voices import Lang, language
from router.pages import asked_days as dates
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.hold_out import HoldOutReport
    from router.settings import Settings

_ALWAYS = datetime.min.replace(tzinfo=UTC)


def hold_out(  # noqa: PLR0913 - options of a command
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            help="Interaction type to look for; repeat it for several. Default: `scores.outcomes` of the policy.",
            metavar="TYPE",
        ),
    ] = None,
    within: Annotated[
        int | None,
        typer.Option(
            help="Number of days after the first touchpoint; default: `scores.outcomes_within` of the policy.",
            min=1,
            max=3660,
            metavar="DAYS",
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    rules: JudgedBy = None,
    data: Data = None,
    html: HtmlPage = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Compare customers who are never asked with those who may be.

    Customers count from the first touchpoint that a rule matched, in the group that the policy's
    `hold_out` draws them into, whoever was asked in the end. Reads the whole journal, customer by customer.
    """
    from router.cli.hold_out_output import print_report
    from router.pages.hold_out_page import csv_table, hold_out_page

    one_output(csv=csv, json=json)
    span = timedelta(days=within) if within else None
    speaking = language(lang)
    looked_for = tuple(outcome or ()), span
    report, period = asyncio.run(_report(settings_of(data), rules, looked_for, (since, until), speaking))
    if html is not None:
        from router.cli.page_files import write_page

        write_page(html, hold_out_page(report, period, speaking))
    if json:
        print_json(report)
    elif csv:
        print_csv(csv_table(report))
    else:
        print_report(report, period, speaking)


async def _report(
    settings: "Settings",
    given: Path | None,
    looked_for: tuple[tuple[str, ...], timedelta | None],
    period: tuple[str | None, str | None],
    speaking: Language,
) -> "tuple[HoldOutReport, str]":
    from router.insights.hold_out import Wanted
    from router.insights.hold_out import hold_out as compared
    from router.insights.periods import begins, today
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    now = datetime.now(UTC)
    async with opened_store(settings) as store:
        book = await rule_book(store, settings, given)
        policy = book.now.policy
        if not policy.hold_out:
            raise Refused("The policy holds nobody out: set `hold_out:` to a share, such as 2%.")
        outcomes = tuple(dict.fromkeys(looked_for[0])) or policy.scores.outcomes
        if not outcomes:
            raise Refused(
                "No outcome is named: list interaction types in `scores.outcomes` of the policy, or give --outcome."
            )
        zone = own_zone(policy)
        days = dates.days(*period, today(now, zone))
        wanted = Wanted(
            outcomes,
            looked_for[1] or policy.scores.outcomes_within,
            begins(days.first, zone) if days.first else _ALWAYS,
            begins(days.after, zone),
        )
        with progress("reading the journal", await store.reading.journal_size() or None) as bar:
            return await compared(store.reading, book, wanted, now, bar.at), days.words(policy.zone, speaking)
