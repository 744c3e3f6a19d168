"""From a question as somebody wrote it to the report that answers it: the same for the command line and the console."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple, Protocol, cast

from msgspec.structs import replace

from router.insights.asked_scores import Asked, Before, CellReader, CustomerReader
from router.insights.coverage import HOUR, CoverageReport
from router.insights.coverage import coverage as judged
from router.insights.known_names import known_names
from router.insights.pain_points import SurveyPainPoints, survey_pain_points
from router.insights.periods import Days
from router.insights.score_report import ScoreReport
from router.insights.scores import score_report
from router.model.cells import (
    COVERAGE_DIMENSIONS,
    OWN_ATTRIBUTES,
    SCORE_DIMENSIONS,
    CoverageDimension,
    WantedCoverage,
    WantedScores,
)
from router.model.policy import ScoreSettings
from router.model.survey import Metric
from router.pages.asked_days import compared, days
from router.pages.known import require_among, unknown
from router.pages.wrong_question import WrongQuestion
from router.rules.ruleset import RuleSet
from router.words.reports import say
from router.words.voice import Language

_REVISION: Final = re.compile(r"revision (\d{1,9})")
_PERIODS: Final = ("day", "week", "month")


class Period(NamedTuple):
    """The days that are told, and what they are compared with, as they were written; None: not said."""

    since: str | None = None
    until: str | None = None
    compare: str | None = None


class Readers(Protocol):
    """The reads that reports need of a store."""

    @property
    def cells(self) -> CellReader:
        """Counted answers and touchpoints."""

    @property
    def answers_by_customer(self) -> CustomerReader:
        """How answers spread over customers."""


class ToldScores(NamedTuple):
    """Scores as JSON has them, in English, and what they are compared with in the language of the reader."""

    report: ScoreReport
    compared: str | None

    @property
    def told(self) -> ScoreReport:
        """The report for the reader."""
        return replace(self.report, compared=self.compared)


async def scores(
    readers: Readers, rules: RuleSet, period: Period, today: date, speaking: Language, **chosen: Any
) -> ToldScores:
    """Scores; `chosen` are members of `Asked` beside its days. Raises `WrongQuestion` and what reading raises."""
    told, before = _sides(period, today, "en")
    _, spoken = _sides(period, today, speaking)
    asked = Asked(told, before=before, **chosen)
    require_among(asked, await known_names(readers.cells, rules, asked))
    _require_dimensions(asked, rules.policy.scores.by)
    report = await score_report(readers.cells, readers.answers_by_customer, asked, rules.policy)
    return ToldScores(report, spoken.words if spoken is not None else None)


def _sides(period: Period, today: date, speaking: Language) -> tuple[Days, Before | None]:
    """The days that are told, and what they are compared with."""
    told = days(period.since, period.until, today)
    if period.compare is None:
        return told, None
    if found := _REVISION.fullmatch(period.compare):
        revision = int(found[1])
        words = say(speaking, "answers by the rules before revision {revision}", revision=revision)
        return told, Before(words, revision=revision)
    ways = "a period (2026-08), a date (2026-08-17) or `revision 7`"
    told, before, words = compared(told, period.compare, ways, speaking)
    return told, Before(words, before)


def _require_dimensions(asked: Asked, attributes: Sequence[str]) -> None:
    """Raises `WrongQuestion` where answers are told by something that they are not counted by, or by too much at once."""
    others = [name for name in asked.by if name not in SCORE_DIMENSIONS]
    can = [*SCORE_DIMENSIONS, *OWN_ATTRIBUTES, *attributes]
    for name in others:
        if name not in can:
            raise WrongQuestion(
                f"{unknown('dimension', name, can)} Fields are named in `scores.by` of the policy."
            )
    if len(others) > 1:
        raise WrongQuestion(
            f"Answers are counted by one attribute at a time: choose one of {', '.join(others)}."
        )
    if asked.per == "customer" and "hour" in asked.by:
        raise WrongQuestion("Hours are told by answer, not by customer: choose one of the two.")
    if len({*_PERIODS} & {*asked.by}) > 1:
        raise WrongQuestion("Choose one of day, week and month.")


class ToldCoverage(NamedTuple):
    """Coverage, and the days that it is about."""

    report: CoverageReport
    days: Days


async def coverage(
    readers: Readers, rules: RuleSet, period: Period, today: date, wanted: WantedCoverage, by: Sequence[str]
) -> ToldCoverage:
    """Coverage of a place (`wanted`) by these names. Raises `WrongQuestion` and what reading raises."""
    told = days(period.since, period.until, today)
    asked = Asked(told, journey=wanted.journey, step=wanted.step, channel=wanted.channel)
    require_among(asked, await known_names(readers.cells, rules, asked))
    settings = rules.policy.scores
    dimensions, attribute = grouped_by(by, settings)
    wanted = replace(wanted, since=told.first, until=told.after)
    return ToldCoverage(await judged(readers.cells, wanted, dimensions, settings, attribute), told)


def grouped_by(
    names: Sequence[str], settings: ScoreSettings
) -> tuple[tuple[CoverageDimension, ...], str | None]:
    """What coverage is told by: dimensions, and the one attribute. Raises `WrongQuestion`."""
    attributes = (*settings.by, HOUR)
    not_known = [name for name in names if name not in (*COVERAGE_DIMENSIONS, *attributes)]
    if not_known:
        raise WrongQuestion(
            f"Coverage is not counted by {not_known[0]!r}, but by {', '.join((*COVERAGE_DIMENSIONS, *attributes))}."
            " Attributes are declared in the policy: `scores: {by: [...]}`."
        )
    wanted = [name for name in names if name in attributes]
    if len(wanted) > 1:
        raise WrongQuestion(f"Attributes are counted one at a time: choose one of {', '.join(wanted)}.")
    dimensions = cast(
        "tuple[CoverageDimension, ...]", tuple(name for name in names if name in COVERAGE_DIMENSIONS)
    )
    return dimensions, next(iter(wanted), None)


class ToldPainPoints(NamedTuple):
    """The places of each survey, and the days that they are about."""

    surveys: list[SurveyPainPoints]
    days: Days


async def pain_points(
    readers: Readers, rules: RuleSet, period: Period, today: date, survey: str | None, metric: Metric | None
) -> ToldPainPoints:
    """Pain points of one survey, of those of a metric, or of all. Raises `WrongQuestion` and what reading raises."""
    told = days(period.since, period.until, today)
    asked = Asked(told, survey=survey)
    require_among(asked, await known_names(readers.cells, rules, asked))
    wanted = WantedScores(survey=survey, metric=metric, since=told.first, until=told.after)
    return ToldPainPoints(await survey_pain_points(readers.cells, wanted, rules.policy.scores), told)
