"""How many answers each of two periods needs to show a true difference, in four of five cases, at 95 % confidence.

The usual formula for two independent samples of one size (Fleiss, Levin and Paik 2003; for NPS with its variance): 2 variance
(1.96 + 0.84)^2 / difference^2. Not rounded up; a difference of nothing raises a ZeroDivisionError.
"""

from typing import Final

from router.scores.mean import Moments

_CERTAIN_AND_SEEN: Final = (1.96 + 0.84) ** 2


def nps_needed(detractors: float, passives: float, promoters: float, difference: float) -> float:
    """For NPS, by groups of the size that is expected; the difference in points."""
    n = detractors + passives + promoters
    balance = (promoters - detractors) / n
    variance = (promoters + detractors) / n - balance * balance
    return 2 * variance * _CERTAIN_AND_SEEN / (difference / 100) ** 2


def share_needed(share: float, difference: float, ratio: float = 1) -> float:
    """For a share that is expected, both from 0 to 1. The other group is `ratio` times as large as the one told."""
    return (1 + 1 / ratio) * share * (1 - share) * _CERTAIN_AND_SEEN / difference**2


def mean_needed(found: Moments, difference: float) -> float:
    """For a mean, by the variance of answers found; the difference on the scale."""
    return 2 * found.squares / found.n * _CERTAIN_AND_SEEN / difference**2
