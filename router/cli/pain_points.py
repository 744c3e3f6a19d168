"""`pain-points`: the steps and channels where customers are certainly less content than in the rest of a survey."""

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
from router.model.survey import Metric
from router.pages.pain_point_figures import as_json, csv_table
from router.pages.pain_point_words import (
    HELD,
    TOO_FEW,
    by_when,
    held_rows,
    sentences,
    survey_words,
    told,
    too_few_rows,
)
from router.words.reports import and_more, heads, say
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.pain_points import SurveyPainPoints
    from router.insights.periods import Days
    from router.settings import Settings

MOST_ROWS: Final = 20
"""So many rows of those not more than chance are printed at most; `--json` and `--csv` have all."""


def pain_points(  # noqa: PLR0913 - options of a command
    survey: Annotated[str | None, typer.Option(help="Only this survey.", metavar="NAME")] = None,
    metric: Annotated[Metric | None, typer.Option(help="Only surveys of this metric.")] = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    rules: JudgedBy = None,
    data: Data = None,
    html: HtmlPage = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Show where customers are certainly less content.

    Each step on each channel is held against the rest of its survey; sorted by certain harm times
    touchpoints. Of the pain points named, one in twenty is none, on average. People are not compared.
    """
    one_output(csv=csv, json=json)
    found, days, zone = asyncio.run(_found(settings_of(data), rules, survey, metric, (since, until)))
    speaking = language(lang)
    period = days.words(zone, speaking)
    if html is not None:
        from router.cli.page_files import write_page
        from router.pages.pain_points_page import page

        write_page(html, page(found, period, speaking))
    if json:
        print_json(as_json(found, days, zone))
    elif csv:
        print_csv(csv_table(found))
    else:
        _print(found, period, speaking)


async def _found(
    settings: "Settings",
    given: Path | None,
    survey: str | None,
    metric: Metric | None,
    period: tuple[str | None, str | None],
) -> "tuple[list[SurveyPainPoints], Days, str]":
    from router.insights.periods import today
    from router.pages import asking
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        day = today(datetime.now(UTC), own_zone(rules.policy))
        found, days = await asking.pain_points(store, rules, asking.Period(*period), day, survey, metric)
        return found, days, rules.policy.zone


def _print(found: "list[SurveyPainPoints]", period: str, language: Language) -> None:
    print_lines([told(found, language), by_when(period, language), ""])
    for one in found:
        print_lines(
            [survey_words(one, found, language), *(f"  {line}" for line in sentences(one, language)), ""]
        )
        if one.found:
            title = say(language, "Pain points, the most certain harm first")
            print_table(title, heads(language, HELD), held_rows(one, one.found, language))
        others = one.not_more_than_chance
        if others:
            title = say(language, "Not worse by more than chance")
            print_table(title, heads(language, HELD), held_rows(one, others[:MOST_ROWS], language))
        if len(others) > MOST_ROWS:
            print_lines([and_more(language, len(others) - MOST_ROWS, "--csv"), ""])
        if one.too_few:
            rows = too_few_rows(one, language)[:MOST_ROWS]
            print_table(say(language, "Too few answers to tell"), heads(language, TOO_FEW), rows)
        if len(one.too_few) > MOST_ROWS:
            print_lines([and_more(language, len(one.too_few) - MOST_ROWS, "--csv"), ""])
