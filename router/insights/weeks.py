"""Weeks on their chart: which are more than chance, and whether the score has shifted."""

from collections.abc import Sequence
from typing import Final

from router.insights.score_report import WeekLimits
from router.scores.answers import Answers
from router.scores.charts import BASELINE, baseline, deviation_of, ewma_chart, laney_chart, periods_of
from router.scores.question import Measure, Question

LEAST_WEEKS: Final = 8
"""Under so many weeks with answers nothing is known of how the score scatters by itself."""


def scale_of(question: Question, measure: Measure) -> tuple[float, float]:
    """The lowest and the highest value of a measure."""
    if measure == "mean":
        return question.scale
    return (-100, 100) if measure == "nps" else (0, 1)


def week_limits(weeks: Sequence[Answers], measure: Measure) -> list[WeekLimits]:
    """Each week's limits, for weeks in order that all have answers to one question; none where they are too few.

    Centre and scatter are learnt from the first half year, or from all weeks while there are fewer.
    """
    if len(weeks) < LEAST_WEEKS:
        return []
    learnt = weeks[:BASELINE]
    whole = sum(learnt[1:], learnt[0])
    normal = baseline(periods_of(learnt, measure), deviation_of(whole, measure))
    periods = periods_of(weeks, measure)
    pairs = zip(
        laney_chart(periods, normal, scale_of(whole.question, measure)),
        ewma_chart(periods, normal),
        strict=True,
    )
    return [
        WeekLimits(
            week.centre, week.low, week.high, week.outside,
            average.score, average.low, average.high, average.outside,
        )
        for week, average in pairs
    ]  # fmt: skip
