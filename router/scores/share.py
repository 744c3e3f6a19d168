"""Shares, from 0 to 1. Counts may be broken: answers of equal weight, not whole customers."""

from math import sqrt

from router.scores.difference import Difference
from router.scores.interval import CONFIDENCE, Interval
from router.scores.quantiles import two_sided_p, z_quantile


def share_interval(positives: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """The score interval (Wilson 1927), without continuity correction."""
    z, share = z_quantile(confidence), positives / n
    spread = z * z / n
    centre = (share + spread / 2) / (1 + spread)
    reach = sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return Interval(centre - reach, centre + reach).around(share, 0, 1)


def share_difference(
    first: tuple[float, float], second: tuple[float, float], confidence: float = CONFIDENCE
) -> Difference:
    """Of two groups of positives among n: the interval of Newcombe 1998 (method 10), the test of Pearson.

    Each side of the interval is put together from the score limits of the two shares. The test is that of two shares
    with one pooled variance, without continuity correction; near its edge it may disagree with the interval.
    """
    (positives_1, n_1), (positives_2, n_2) = first, second
    share_1, share_2 = positives_1 / n_1, positives_2 / n_2
    low_1, high_1 = share_interval(positives_1, n_1, confidence)
    low_2, high_2 = share_interval(positives_2, n_2, confidence)
    point = share_2 - share_1
    interval = Interval(
        point - sqrt((share_2 - low_2) ** 2 + (high_1 - share_1) ** 2),
        point + sqrt((high_2 - share_2) ** 2 + (share_1 - low_1) ** 2),
    )
    pooled = (positives_1 + positives_2) / (n_1 + n_2)
    error = sqrt(max(0.0, pooled * (1 - pooled)) * (1 / n_1 + 1 / n_2))
    statistic = point / error if error else 0.0
    return Difference(point, interval.around(point, -1, 1), two_sided_p(statistic), statistic)
