"""Whether those who answered are like those who could have, and how wrong a score may be if not."""

from collections.abc import Iterable
from math import copysign, inf, sqrt
from typing import Final, NamedTuple

from router.scores.mean import Moments

NOTABLE: Final = 0.10
"""From this standardised difference on, either way, two groups are not alike in a fact."""


class Asked(NamedTuple):
    """One group of customers: how many could have answered, and how many did."""

    n: int
    answered: int


class Representativeness(NamedTuple):
    """How alike the groups answer: 1 where all do at the same `rate`, the mean response rate.

    `naive` is the published figure, which never says 1 though all groups are alike; `corrected` takes chance out. `worst_bias`
    is how far a share among all may lie from that among those who answered, from 0 to 1.
    """

    naive: float
    corrected: float
    rate: float
    worst_bias: float


def representativeness(groups: Iterable[Asked]) -> Representativeness:
    """The R-indicator over groups of known facts (Schouten, Cobben and Bethlehem 2009).

    R = 1 - 2 sqrt(sum of w (rate of group - rate)^2). The correction takes off what chance alone makes of it: the sum of
    w (1 - w) r (1 - r) / (n - 1) (own). The worst bias is (1 - R) S / (2 rate) with S at most 1/2, never over 1. Somebody
    must have been asked; where nobody answered the worst bias is 1.
    """
    asked = [group for group in groups if group.n]
    if not all(0 <= group.answered <= group.n for group in asked):
        raise ValueError("More answered than were asked")
    n = sum(group.n for group in asked)
    rate = sum(group.answered for group in asked) / n
    between = chance = 0.0
    for group in asked:
        weight, own = group.n / n, group.answered / group.n
        between += weight * (own - rate) ** 2
        # One customer alone tells nothing of chance.
        chance += weight * (1 - weight) * own * (1 - own) / max(1, group.n - 1)
    corrected = 1 - 2 * sqrt(max(0.0, between - chance))
    worst = min(1.0, (1 - corrected) / (4 * rate)) if rate else 1.0
    return Representativeness(1 - 2 * sqrt(between), corrected, rate, worst)


def standardised_share_difference(first: float, second: float) -> float:
    """Second less first share of a known fact, in standard deviations (Austin 2009).

    So those who answered are held against those who did not: unlike p, it does not grow with the number of customers.
    """
    return _standardised(second - first, (first * (1 - first) + second * (1 - second)) / 2)


def standardised_mean_difference(first: Moments, second: Moments) -> float:
    """As `standardised_share_difference`, of a known figure such as the number of contacts. Each side needs two."""
    return _standardised(second.mean - first.mean, (first.variance + second.variance) / 2)


def _standardised(difference: float, variance: float) -> float:
    if variance > 0:
        return difference / sqrt(variance)
    return copysign(inf, difference) if difference else 0.0
