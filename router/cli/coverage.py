"""`coverage`: of all touchpoints that had a step, how many were asked about, reached and answered, and why the others not."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from router.cli.opening import opened_store, settings_of
from router.cli.options import Csv, Data, HtmlPage, Json, JudgedBy, Since, Until, one_output
from router.cli.output import print_csv, print_json, print_lines
from router.cli.tables import print_table
from router.cli.voices import Lang, language
from router.model.cells import STAGES, WantedCoverage
from router.pages.coverage_figures import as_json, csv_table
from router.pages.coverage_words import (
    DIFFERING,
    WHY_NOT,
    denominators,
    differing_rows,
    heard,
    spot_sentence,
    who_sentence,
    why_not_rows,
)
from router.words.coverage import headline, stage_words
from router.words.figures import percent
from router.words.reports import and_more, heads, named, say
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.coverage import CoverageReport
    from router.insights.periods import Days
    from router.settings import Settings

MOST_SPOTS: Final = 20
"""So many blind spots are told at most; `--json` has all."""

By = Annotated[
    list[str] | None,
    typer.Option(
        help="Group by journey, step, channel, day, week, month, and by one attribute of the policy's `scores.by`"
        " or hour. Repeat it.",
        metavar="NAME",
    ),
]


def coverage(  # noqa: PLR0913 - options of a command
    journey: Annotated[str | None, typer.Option(help="Only this journey.", metavar="NAME")] = None,
    step: Annotated[str | None, typer.Option(help="Only this step.", metavar="NAME")] = None,
    channel: Annotated[
        str | None, typer.Option(help="Only interactions on this channel.", metavar="NAME")
    ] = None,
    by: By = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    rules: JudgedBy = None,
    data: Data = None,
    html: HtmlPage = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Show what became of every touchpoint, and what is not heard.

    How many had a step, were asked about, reached and answered, and why the others were not; blind
    spots; who answered and who did not. Counted by the day of the interaction.
    """
    one_output(csv=csv, json=json)
    wanted = WantedCoverage(journey=journey, step=step, channel=channel)
    names = tuple(dict.fromkeys(name.strip() for part in by or ["journey,step"] for name in part.split(",")))
    report, days, zone = asyncio.run(_coverage(settings_of(data), rules, wanted, names, since, until))
    speaking = language(lang)
    period = days.words(zone, speaking)
    if html is not None:
        from router.cli.page_files import write_page
        from router.pages.coverage_page import page

        write_page(html, page(report, period, speaking))
    if json:
        print_json(as_json(report, days, zone))
    elif csv:
        print_csv(csv_table(report))
    else:
        _print(report, period, speaking)


async def _coverage(
    settings: "Settings",
    given: Path | None,
    wanted: WantedCoverage,
    by: tuple[str, ...],
    since: str | None,
    until: str | None,
) -> "tuple[CoverageReport, Days, str]":
    from router.insights.periods import today
    from router.pages import asking
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        day = today(datetime.now(UTC), own_zone(rules.policy))
        report, days = await asking.coverage(store, rules, asking.Period(since, until), day, wanted, by)
    return report, days, rules.policy.zone


def _print(report: "CoverageReport", period: str, language: Language) -> None:
    total = report.total
    print_lines([headline(*heard(total), language), f"{period[0].upper()}{period[1:]}.", ""])
    if not total.stages["had_step"]:
        return
    print_lines([*denominators(total, language), ""])
    rows = [
        [
            *(str(member) or say(language, "(none)") for member in one.group),
            *(one.stages[stage] for stage in STAGES),
            percent(one.answered_of.had_step.share),
        ]
        for one in report.groups
    ]
    stages = [stage_words(stage, language) for stage in STAGES]
    columns = [*(named(language, name) for name in report.by), *stages, say(language, "coverage")]
    print_table(say(language, "What became of the touchpoints"), columns, rows)
    why_not = say(language, "Why the others were not asked or not reached")
    print_table(why_not, heads(language, WHY_NOT), why_not_rows(total, language))
    if report.blind_spots:
        more = len(report.blind_spots) - MOST_SPOTS
        told = [f"  {spot_sentence(spot, language)}" for spot in report.blind_spots[:MOST_SPOTS]]
        if more > 0:
            told.append(f"  {and_more(language, more, '--json')}")
        print_lines([say(language, "Blind spots"), *told, ""])
    for one in report.who_answered:
        print_lines([who_sentence(one, language), ""])
        if differing := differing_rows(one, language):
            title = say(language, "What tells those who answered from the others")
            print_table(title, heads(language, DIFFERING), differing)
