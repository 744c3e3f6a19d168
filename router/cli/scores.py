"""`scores`: the figures of surveys with their intervals, how many answered, and what changed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from router.cli.opening import opened_store, settings_of
from router.cli.options import (
    Channel,
    Csv,
    Data,
    HtmlPage,
    Journey,
    Json,
    JudgedBy,
    Since,
    Step,
    Survey,
    Until,
    one_output,
)
from router.cli.output import print_csv, print_json
from router.cli.voices import Lang, language
from router.model.cells import OWN_ATTRIBUTES, SCORE_DIMENSIONS, Basis
from router.model.survey import Metric
from router.scores.question import Measure
from router.words.voice import Language

if TYPE_CHECKING:
    from router.pages.asking import ToldScores
    from router.settings import Settings


OnlyMetric = Annotated[Metric | None, typer.Option(help="Only surveys of this metric.")]
OnlyMeasure = Annotated[
    Measure | None,
    typer.Option(help="Tell this measure; default: `nps`, the `mean` of CES, the `top_box` of CSAT."),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        help=f"A row for each value of {', '.join(SCORE_DIMENSIONS)}, and of one attribute: {', '.join(OWN_ATTRIBUTES)} or a"
        " field of the policy's `scores.by`. Repeat it, or separate by commas.",
        metavar="NAME",
    ),
]
ByWhen = Annotated[
    Basis, typer.Option(help="Days are those of the interaction (happened) or of the answer (answered).")
]
Compare = Annotated[
    str | None,
    typer.Option(
        help="Compare with the previous period, another period (2026-08, 2026-Q3, 2026-W40, 2026-08-01..2026-08-15),"
        " the time before a date, or before a revision of the rules ('revision 7').",
        metavar="previous|PERIOD|DATE|'revision N'",
    ),
]


ByCustomer = Annotated[
    Literal["answer", "customer"],
    typer.Option(help="customer: intervals allow for customers who answered more than once."),
]


def scores(  # noqa: PLR0913 - options of a command
    survey: Survey = None,
    metric: OnlyMetric = None,
    journey: Journey = None,
    step: Step = None,
    channel: Channel = None,
    by: By = None,
    since: Since = None,
    until: Until = None,
    basis: ByWhen = "happened",
    compare: Compare = None,
    across_texts: Annotated[
        bool, typer.Option("--across-texts", help="Compare although the text of the question changed.")
    ] = False,
    per: ByCustomer = "answer",
    measure: OnlyMeasure = None,
    imported: Annotated[
        Literal["no", "only", "both"],
        typer.Option(help="Answers that an older tool asked for: leave out, only these, or both."),
    ] = "no",
    lang: Lang = None,
    rules: JudgedBy = None,
    data: Data = None,
    html: HtmlPage = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Show scores, each with its interval, number of answers and coverage.

    CES, NPS and CSAT stand in columns of their own. Another text, scale or presentation of a survey has
    rows of its own. People (`--by agent_id`) are held against the limits of chance, and never ranked.
    """
    from router.cli.scores_output import print_report

    one_output(csv=csv, json=json)
    chosen = {
        "survey": survey, "metric": metric, "journey": journey, "step": step, "channel": channel, "basis": basis,
        "measure": measure, "per": per, "across_texts": across_texts, "imported": imported,
        "by": tuple(dict.fromkeys(name.strip() for part in by or () for name in part.split(",") if name.strip())),
    }  # fmt: skip
    speaking = language(lang)
    found = asyncio.run(_report(settings_of(data), rules, chosen, (since, until, compare), speaking))
    told = found.told
    if html is not None:
        from router.cli.page_files import write_page
        from router.pages.scores_page import page

        write_page(html, page(told, speaking))
    if json:
        print_json(found.report)
    elif csv:
        from router.pages.scores_csv import csv_table

        print_csv(csv_table(found.report))
    else:
        print_report(told, speaking)


async def _report(
    settings: "Settings",
    given: Path | None,
    chosen: dict[str, Any],
    period: tuple[str | None, str | None, str | None],
    speaking: Language,
) -> "ToldScores":
    from router.insights.periods import today
    from router.pages import asking
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        day = today(datetime.now(UTC), own_zone(rules.policy))
        return await asking.scores(store, rules, asking.Period(*period), day, speaking, **chosen)
