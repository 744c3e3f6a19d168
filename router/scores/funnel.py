"""The funnel plot: how far agents, branches or steps may lie from the overall score by chance alone. Never a ranking."""

from bisect import bisect_left
from cmath import exp
from collections.abc import Sequence
from math import pi, sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

from router.scores.answers import Answers
from router.scores.interval import Interval
from router.scores.question import UNITS, Measure, values

WARNING: Final = 0.95
ACTION: Final = 0.998
EXACT_TO: Final = 1000
"""So many answers the exact limits are made for: their cost grows with the answers, and what they add shrinks."""

_NOTHING: Final = 1e-14


class Funnel(NamedTuple):
    """The limits for one number of answers, in the unit of the measure: 95 % and 99.8 % of scores lie within by chance."""

    n: int
    warning: Interval
    action: Interval


def funnel(overall: Answers, measure: Measure, sizes: Sequence[int]) -> list[Funnel]:
    """The limits around the overall score for each number of answers (Spiegelhalter 2005).

    They are exact up to `EXACT_TO` answers: the distribution of the sum of so many answers that are drawn from the overall
    ones, interpolated between two sums as Spiegelhalter does for shares; for NPS and means the same is own. Of more
    answers the expansion of Cornish and Fisher gives them: to a thousandth of their distance, and to two hundredths
    where nearly all answers are alike. Needs an answer.
    """
    worth = values(overall.question, measure)
    unit = UNITS[measure]
    found = []
    for n in sizes:
        sums = (_Sums if n <= EXACT_TO else _ExpandedSums)(overall.counts, worth, n)
        ends = [
            Interval(unit * sums.quantile((1 - inside) / 2), unit * sums.quantile((1 + inside) / 2))
            for inside in (WARNING, ACTION)
        ]
        found.append(Funnel(n, *ends))
    return found


class _Sums:
    """The distribution of the sum of n draws, each counted from the lowest value on, through its Fourier transform.

    The transform of one draw is a short sum, that of n draws its n-th power. Nearly all of its frequencies are then
    nothing and are dropped, so that asking for many chances is quick.
    """

    def __init__(self, counts: Sequence[int], worth: Sequence[int], n: int) -> None:
        self._n, self._low = n, min(worth)
        self._length = n * (max(worth) - self._low) + 1
        answers = sum(counts)
        shares = [0.0] * (max(worth) - self._low + 1)
        for value, count in zip(worth, counts, strict=True):
            shares[value - self._low] += count / answers
        shares.reverse()
        self._waves: list[tuple[complex, complex]] = []
        for at in range(1, self._length // 2 + 1):
            turn = exp(2j * pi * at / self._length)
            back, one = turn.conjugate(), 0j
            for share in shares:
                one = one * back + share
            height = one**n
            if abs(height) > _NOTHING:
                # A frequency and its mirror image are one; only that in the middle of an even length has none.
                mirrored = 1 if 2 * at == self._length else 2
                self._waves.append((2j * pi * at / self._length, mirrored * height / (1 - turn)))

    def up_to(self, total: int) -> float:
        """The chance of a sum of at most `total`."""
        if total < 0:
            return 0.0
        waves = sum((wave * (1 - exp(turn * (total + 1)))).real for turn, wave in self._waves)
        return (total + 1 + waves) / self._length

    def quantile(self, chance: float) -> float:
        """The value per draw that the sum stays under with this chance, between two sums in proportion."""
        total = bisect_left(range(self._length - 1), chance, key=self.up_to)
        below, upto = self.up_to(total - 1), self.up_to(total)
        return self._low + max(0.0, total - (upto - chance) / (upto - below)) / self._n


class _ExpandedSums:
    """The same for many draws, by the moments of one draw (Cornish and Fisher 1938, to the fourth)."""

    def __init__(self, counts: Sequence[int], worth: Sequence[int], n: int) -> None:
        self._n = n
        draws = sum(counts)
        self._mean = sum(count * value for count, value in zip(counts, worth, strict=True)) / draws
        second, third, fourth = (
            sum(count * (value - self._mean) ** power for count, value in zip(counts, worth, strict=True))
            / draws
            for power in (2, 3, 4)
        )
        self._deviation = sqrt(second)
        self._skew = third / second**1.5 if second else 0.0
        self._excess = fourth / second**2 - 3 if second else 0.0

    def quantile(self, chance: float) -> float:
        """As of `_Sums`: a sum stands for the unit that ends at it, hence the half."""
        z, skew, n = NormalDist().inv_cdf(chance), self._skew, self._n
        z += (
            skew * (z * z - 1) / (6 * sqrt(n))
            + self._excess * (z**3 - 3 * z) / (24 * n)
            - skew * skew * (2 * z**3 - 5 * z) / (36 * n)
        )
        return self._mean + (self._deviation * z / sqrt(n) - 0.5 / n if self._deviation else 0.0)
