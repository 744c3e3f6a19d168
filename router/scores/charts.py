"""Charts over time: whether a period's score is more than chance, and whether the score has shifted."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import hypot, inf, sqrt
from typing import Final, NamedTuple

from router.scores.answers import Answers
from router.scores.mean import moments
from router.scores.question import UNITS, Measure, values
from router.scores.score import point_of

LAMBDA: Final = 0.2
"""The weight of the newest period in the moving average."""

BASELINE: Final = 26
"""How many periods the average and the spread are learnt from: half a year of weeks."""

_REACH: Final = 3.0
_MEAN_RANGE: Final = 1.128
"""The mean distance of two neighbours of a normal series, in standard deviations (d2)."""


class Period(NamedTuple):
    """The score of one period over so many answers, at least one."""

    n: int
    score: float


def periods_of(answers: Iterable[Answers], measure: Measure) -> list[Period]:
    """The score of each period that has an answer, in the order given."""
    return [Period(found.n, point_of(found, measure)) for found in answers if found.n]


def deviation_of(answers: Answers, measure: Measure) -> float:
    """The standard deviation of one answer, in the unit of the measure. Needs an answer."""
    found = moments(answers.counts, values(answers.question, measure))
    return UNITS[measure] * sqrt(found.squares / found.n)


class Limits(NamedTuple):
    """The centre of the chart and how far a period may lie from it; `outside` where it lies further."""

    score: float
    centre: float
    low: float
    high: float

    @property
    def outside(self) -> bool:
        """Whether the period is more than chance."""
        return not self.low <= self.score <= self.high


class Baseline(NamedTuple):
    """What a score does when nothing happens.

    `deviation` is the standard deviation of one answer. `extra` is how much further periods scatter than so many answers
    should (Laney 2002: at least 1 here), as they do where weeks differ for reasons of their own. `n` is the answers that
    the centre was learnt from.
    """

    centre: float
    deviation: float
    extra: float
    n: float = inf

    def error(self, n: float) -> float:
        """The standard deviation of a period of so many answers."""
        return self.deviation / sqrt(n) * self.extra


def baseline(periods: Sequence[Period], deviation: float) -> Baseline:
    """The average of the periods by their answers, and how far they scatter by the ranges of neighbours.

    Needs a period. `deviation` as in `Baseline`: that of all answers together (`deviation_of`).
    """
    n = sum(period.n for period in periods)
    centre = sum(period.n * period.score for period in periods) / n
    extra = 1.0
    if deviation > 0 and len(periods) > 1:
        standard = [(period.score - centre) * sqrt(period.n) / deviation for period in periods]
        ranges = [abs(later - earlier) for earlier, later in pairwise(standard)]
        extra = max(1.0, sum(ranges) / len(ranges) / _MEAN_RANGE)
    return Baseline(centre, deviation, extra, n)


def share_baseline(periods: Sequence[Period]) -> Baseline:
    """The same for any shares from 0 to 1, such as repeat contacts, whose deviation follows from their average."""
    centre = sum(period.n * period.score for period in periods) / sum(period.n for period in periods)
    return baseline(periods, sqrt(max(0.0, centre * (1 - centre))))


def laney_chart(
    periods: Sequence[Period], normal: Baseline, scale: tuple[float, float] = (0, 1)
) -> list[Limits]:
    """The p' chart (Laney 2002): each period with its three-sigma limits, kept on the scale."""
    chart = []
    for period in periods:
        reach = _REACH * normal.error(period.n)
        low, high = max(scale[0], normal.centre - reach), min(scale[1], normal.centre + reach)
        chart.append(Limits(period.score, normal.centre, low, high))
    return chart


def ewma_chart(
    periods: Sequence[Period], normal: Baseline, *, weight: float = LAMBDA, reach: float = _REACH
) -> list[Limits]:
    """The moving average after each period, with its limits: for small shifts that last (NIST handbook, 6.3.2.4).

    The average starts at the centre. Two things are own. Periods of different size get limits by the variance of the
    average itself, which is the published formula where all have one size. And the limits allow for a centre that is only
    learnt: without that, one in four series raises an alarm in two years in which nothing happens.
    """
    chart, average, variance, old = [], normal.centre, 0.0, 1.0
    for period in periods:
        average = weight * period.score + (1 - weight) * average
        variance = (weight * normal.error(period.n)) ** 2 + (1 - weight) ** 2 * variance
        old *= 1 - weight
        distance = reach * hypot(sqrt(variance), (1 - old) * normal.error(normal.n))
        chart.append(Limits(average, normal.centre, normal.centre - distance, normal.centre + distance))
    return chart
