"""`effort`: how often customers contact again, are passed on and change channels."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.opening import opened_store, settings_of
from router.cli.options import Csv, Data, HtmlPage, Json, JudgedBy, Since, Until, one_output
from router.cli.output import print_csv, print_json, progress
from router.cli.voices import Lang, language
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.effort import Wanted
    from router.pages.effort_words import Told
    from router.settings import Settings


OfContacts = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        help="A table for this attribute of contacts too, such as team; repeat it. Those of `scores.people` are always"
        " there.",
        metavar="NAME",
    ),
]
Within = Annotated[
    int,
    typer.Option(help="Number of days in which another contact is a repeat.", min=1, max=366, metavar="DAYS"),
]
Compared = Annotated[
    str | None,
    typer.Option(
        help="Compare with the previous period, another period (2026-08, 2026-Q3), or the days before a date.",
        metavar="previous|PERIOD|DATE",
    ),
]


def effort(  # noqa: PLR0913 - options of a command
    journey: Annotated[str | None, typer.Option(help="Only this journey.", metavar="NAME")] = None,
    step: Annotated[str | None, typer.Option(help="Only contacts in this step.", metavar="NAME")] = None,
    channel: Annotated[
        str | None, typer.Option(help="Only contacts on this channel.", metavar="NAME")
    ] = None,
    by: OfContacts = None,
    within: Within = 7,
    contacts: Annotated[
        str, typer.Option(help="Effort signal that counts what a contact is.", metavar="NAME")
    ] = "contacts",
    transfers: Annotated[
        str, typer.Option(help="Effort signal that sums or counts transfers.", metavar="NAME")
    ] = "transfers",
    since: Since = None,
    until: Until = None,
    compare: Compared = None,
    lang: Lang = None,
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
    from router.cli.effort_output import print_report
    from router.insights.effort import Wanted
    from router.pages.asking_effort import NOTHING

    one_output(csv=csv, json=json)
    wanted = Wanted(
        NOTHING, None, timedelta(days=within), contacts, transfers, journey, step, channel, tuple(by or ())
    )
    told = asyncio.run(_told(settings_of(data), rules, wanted, (since, until, compare), language(lang)))
    if html is not None:
        from router.cli.page_files import write_page
        from router.pages.effort_page import effort_page

        write_page(html, effort_page(told))
    if json:
        print_json(told.report)
    elif csv:
        from router.pages.effort_words import csv_table

        print_csv(csv_table(told.report))
    else:
        print_report(told)


async def _told(
    settings: "Settings",
    given: Path | None,
    wanted: "Wanted",
    period: tuple[str | None, str | None, str | None],
    language: Language,
) -> "Told":
    from router.pages.asking import Period
    from router.pages.asking_effort import told_effort
    from router.service.rules_in_force import rule_book

    now = datetime.now(UTC)
    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        with progress("reading the journal", await store.reading.journal_size() or None) as bar:
            return await told_effort(store.reading, rules, wanted, Period(*period), now, language, bar.at)
