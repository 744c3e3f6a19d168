"""Whether a score has shifted: the moving average of its weeks against what they do when nothing happens."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import Final, NamedTuple

from router.scores.answers import Answers
from router.scores.charts import BASELINE, baseline, deviation_of, ewma_chart, periods_of
from router.scores.question import MEASURES, Measure

WATCHED: Final = 104
"""So many weeks the chart goes on after those that it is learnt from: two years."""


FEWEST: Final = 5
"""Answers a week, on average of those learnt from, under which nothing is said."""


class Shift(NamedTuple):
    """A score whose moving average lies beyond its limits after a week of `n` answers.

    `average` is that of the weeks up to then, `centre` what it was before. `weeks` were answered in, those learnt from
    included.
    """

    measure: Measure
    average: float
    centre: float
    low: float
    high: float
    n: int
    weeks: int

    @property
    def higher(self) -> bool:
        """Whether the score is above what it was."""
        return self.average > self.centre


def shift_in(weeks: Mapping[date, Answers], week: date, since: date | None = None) -> Shift | None:
    """Whether the score of one question shifted in a week, named by its Monday; None where it did not.

    The chart begins with the first answers after `since`, the week of the last shift, and at most two and a half years
    back. It learns from 26 weeks with answers, and says nothing before, of fewer than 5 answers a
    week, and in a week without answers.
    """
    first = week - timedelta(weeks=BASELINE + WATCHED - 1)
    begin = max(first, since + timedelta(weeks=1)) if since is not None else first
    found = [weeks[day] for day in sorted(weeks) if begin <= day <= week and weeks[day].n]
    if week not in weeks or not weeks[week].n or len(found) <= BASELINE:
        return None
    measure = MEASURES[weeks[week].question.metric][0]
    learnt = reduce(add, found[:BASELINE])
    if learnt.n < FEWEST * BASELINE:
        return None
    normal = baseline(periods_of(found[:BASELINE], measure), deviation_of(learnt, measure))
    last = ewma_chart(periods_of(found[BASELINE:], measure), normal)[-1]
    if not last.outside:
        return None
    return Shift(measure, last.score, last.centre, last.low, last.high, weeks[week].n, len(found))
