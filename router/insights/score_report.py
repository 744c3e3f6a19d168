"""The scores of a period as a report: values to show, whatever shows them."""

from datetime import date
from typing import Literal

from msgspec import Struct

from router.insights.funnels import AnsweredOf
from router.insights.periods import Days
from router.model.cells import Basis
from router.model.survey import METRICS, Metric
from router.scores.comparison import Change, OnTarget
from router.scores.question import Measure, Question
from router.scores.score import Evidence, Method
from router.words.voice import Language

Per = Literal["answer", "customer"]
"""The intervals take every answer for that of another customer, or go by customer."""

WithinLimits = Literal["within chance", "beyond 95 %", "beyond 99.8 %"]
"""Where a person's or branch's score lies on the funnel plot."""


Verdict = Change | Evidence | WithinLimits | Literal["not compared", "more than chance", "shifted"]
"""A row in a word or two: what changed, where it lies among the others or on its chart, else what it is good for."""


class FunnelLimits(Struct, frozen=True):
    """How far so many answers may lie from `overall`, the score of all, by chance alone."""

    overall: float
    warning_low: float
    warning_high: float
    action_low: float
    action_high: float
    lies: WithinLimits


class WeekLimits(Struct, frozen=True):
    """A week on its chart: the centre, the three-sigma limits of the week, and the moving average with its own.

    `outside` and `shifted` where the week, or the average, is more than chance.
    """

    centre: float
    low: float
    high: float
    outside: bool
    average: float
    average_low: float
    average_high: float
    shifted: bool


class Difference(Struct, frozen=True):
    """A score less that of the answers before: `n` and `point` are those before.

    `difference` is None where a side has too few answers. `rate` and `mix` take the change apart by step and channel.
    `blocked` tells why the two are not compared, and no other figure is then given.
    """

    n: int = 0
    point: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    verdict: Change | None = None
    smallest: float | None = None
    more_needed: int | None = None
    rate: float | None = None
    mix: float | None = None
    blocked: str | None = None


class ScoreRow(Struct, frozen=True):
    """The score of one question in one group.

    `group` maps each dimension that was asked for to its value. `effective_n` is None where customers were not looked
    at. `distribution` counts the answers in the order of the scale; it is None for people under the least number of
    answers. `answered_of` counts touchpoints of the group at the steps that the question was answered at, whichever
    survey they were asked.
    """

    group: dict[str, str]
    question: Question
    measure: Measure
    point: float | None
    low: float | None
    high: float | None
    n: int
    effective_n: float | None
    distribution: tuple[int, ...] | None
    evidence: Evidence
    method: Method
    answered_of: AnsweredOf | None = None
    limits: FunnelLimits | None = None
    week: WeekLimits | None = None
    change: Difference | None = None
    verdict: Verdict = "too few"


class TargetRow(Struct, frozen=True):
    """A target of the policy and the score that it is held against; without `question` nobody answered.

    The score should be at least, or `at_most`, as much as `bound`.
    """

    survey: str
    journey: str | None
    step: str | None
    measure: Measure | None
    bound: float
    at_most: bool
    question: Question | None = None
    point: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    verdict: OnTarget = "not certain"


class ScoreReport(Struct, frozen=True):
    """Scores of the days from `first` (None: since the beginning) to `last`, both included, in `zone`.

    `people` is the dimension whose values are persons; `compared` says with which answers. Under `least` answers there is no score, under `enough` it is indicative.
    """

    first: date | None
    last: date
    zone: str
    basis: Basis
    per: Per
    by: tuple[str, ...]
    people: str | None
    compared: str | None
    least: int
    enough: int
    rows: tuple[ScoreRow, ...]
    targets: tuple[TargetRow, ...]

    def period(self, language: Language = "en") -> str:
        """The days in words, with their zone."""
        return Days(self.first, self.last).words(self.zone, language)

    @property
    def metrics(self) -> list[Metric]:
        """The metrics of the rows: each has columns of its own."""
        return [metric for metric in METRICS if any(row.question.metric == metric for row in self.rows)]
