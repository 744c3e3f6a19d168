"""A difference of two scores with its interval and test, whatever the scores are."""

from math import inf
from typing import NamedTuple

from router.scores.interval import Interval


class Difference(NamedTuple):
    """Second minus first: `point` as observed, the adjusted interval, and the test against no difference.

    `p` is two-sided. `statistic` has a t distribution of `degrees`, a normal one where they are infinite.
    """

    point: float
    interval: Interval
    p: float
    statistic: float
    degrees: float = inf
