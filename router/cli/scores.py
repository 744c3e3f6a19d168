"""`scores`: the figures of surveys with their intervals, how many answered, and what changed."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

import typer
from msgspec.structs import replace

from router.cli.faults import Refused
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
from router.insights.periods import Days
from router.model.cells import OWN_ATTRIBUTES, Basis, ScoreDimension
from router.model.survey import Metric
from router.pages import asked_days as dates
from router.pages.known import require_among, unknown
from router.scores.question import Measure
from router.words.reports import say
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.asked_scores import Asked, Before
    from router.insights.score_report import ScoreReport
    from router.settings import Settings

_REVISION: Final = re.compile(r"revision (\d{1,9})")
_PERIODS: Final = ("day", "week", "month")
_DIMENSIONS: Final = tuple(name for name in get_args(ScoreDimension) if name not in ("attribute", "value"))

OnlyMetric = Annotated[Metric | None, typer.Option(help="Only surveys of this metric.")]
OnlyMeasure = Annotated[
    Measure | None,
    typer.Option(help="Tell this measure; default: `nps`, the `mean` of CES, the `top_box` of CSAT."),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        help=f"A row for each value of {', '.join(_DIMENSIONS)}, and of one attribute: {', '.join(OWN_ATTRIBUTES)} or a"
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
    report, compared = asyncio.run(
        _report(settings_of(data), rules, chosen, (since, until, compare), speaking)
    )
    told = replace(report, compared=compared)
    if html is not None:
        from router.cli.page_files import write_page
        from router.pages.scores_page import page

        write_page(html, page(told, speaking))
    if json:
        print_json(report)
    elif csv:
        from router.pages.scores_csv import csv_table

        print_csv(csv_table(report))
    else:
        print_report(told, speaking)


async def _report(
    settings: "Settings",
    given: Path | None,
    chosen: dict[str, Any],
    period: tuple[str | None, str | None, str | None],
    speaking: Language,
) -> "tuple[ScoreReport, str | None]":
    from router.insights.asked_scores import Asked
    from router.insights.known_names import known_names
    from router.insights.periods import today
    from router.insights.scores import score_report
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    now = datetime.now(UTC)
    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        day = today(now, own_zone(rules.policy))
        days, before = _sides(*period, day, "en")
        _, told = _sides(*period, day, speaking)
        asked = Asked(days, before=before, **chosen)
        require_among(asked, await known_names(store.cells, rules, asked))
        _require_dimensions(asked, rules.policy.scores.by)
        report = await score_report(store.cells, store.answers_by_customer, asked, rules.policy)
        return report, told.words if told is not None else None


def _sides(
    since: str | None, until: str | None, compare: str | None, now: date, speaking: Language
) -> "tuple[Days, Before | None]":
    """The days that are told, and what they are compared with."""
    from router.insights.asked_scores import Before

    told = dates.days(since, until, now)
    if compare is None:
        return told, None
    if found := _REVISION.fullmatch(compare):
        revision = int(found[1])
        words = say(speaking, "answers by the rules before revision {revision}", revision=revision)
        return told, Before(words, revision=revision)
    ways = "a period (2026-08), a date (2026-08-17) or `revision 7`"
    told, before, words = dates.compared(told, compare, ways, speaking)
    return told, Before(words, before)


def _require_dimensions(asked: "Asked", attributes: Sequence[str]) -> None:
    """Raises `Refused` where answers are told by something that they are not counted by, or by too much at once."""
    others = [name for name in asked.by if name not in _DIMENSIONS]
    can = [*_DIMENSIONS, *OWN_ATTRIBUTES, *attributes]
    for name in others:
        if name not in can:
            raise Refused(f"{unknown('dimension', name, can)} Fields are named in `scores.by` of the policy.")
    if len(others) > 1:
        raise Refused(f"Answers are counted by one attribute at a time: choose one of {', '.join(others)}.")
    if asked.per == "customer" and "hour" in asked.by:
        raise Refused("Hours are told by answer only: leave out --per customer.")
    if len({*_PERIODS} & {*asked.by}) > 1:
        raise Refused("Choose one of day, week and month.")
