"""An interval, and how far it may be shrunk when the customers asked about are all there are."""

from math import sqrt
from typing import NamedTuple

CONFIDENCE = 0.95
"""How often an interval holds what it is an interval of, unless told otherwise."""


class Interval(NamedTuple):
    """From `low` to `high`, both included, in the unit of its score."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How much lies between the two ends."""
        return self.high - self.low

    def around(self, point: float, low: float, high: float) -> "Interval":
        """Kept on the scale from `low` to `high`, and wide enough to hold the point.

        An adjusted interval lies around another centre: after one single answer it may end just beside the point (own).
        """
        return Interval(min(max(self.low, low), point), max(min(self.high, high), point))


def finite_population(n: float, population: int) -> float:
    """By what the standard error shrinks when n of so many are known: sqrt((N - n) / (N - 1)) (Cochran 1977).

    More answers than the population has raise a ValueError.
    """
    if not 0 < n <= population:
        raise ValueError(f"{n:g} answers do not come from a population of {population}")
    return sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def shrunk(interval: Interval, point: float, factor: float) -> Interval:
    """Both halves of an interval shortened towards the point, so that nothing is left of them when all answered (own)."""
    return Interval(point - factor * (point - interval.low), point + factor * (interval.high - point))
