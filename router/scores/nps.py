"""Net Promoter Score, in points from -100 to 100. Counts may be broken: answers of equal weight, not whole customers."""

from math import sqrt

from router.scores.difference import Difference
from router.scores.interval import CONFIDENCE, Interval
from router.scores.quantiles import two_sided_p, z_quantile

_ADDED = 3.0
_ADDED_AT_AN_END = _ADDED / 4


def nps_point(detractors: float, passives: float, promoters: float) -> float:
    """100 (promoters - detractors) / n (Reichheld 2003)."""
    return 100 * (promoters - detractors) / (detractors + passives + promoters)


def adjusted_nps(detractors: float, passives: float, promoters: float) -> tuple[float, float]:
    """Centre and standard error of the adjusted Wald interval: three answers more, 3/4 of one at each end.

    Rocks 2016 (arXiv 1601.07235); Sauro and Lewis.
    """
    n = detractors + passives + promoters + _ADDED
    up, down = (promoters + _ADDED_AT_AN_END) / n, (detractors + _ADDED_AT_AN_END) / n
    centre = up - down
    return 100 * centre, 100 * sqrt((up + down - centre * centre) / n)


def nps_interval(
    detractors: float, passives: float, promoters: float, confidence: float = CONFIDENCE
) -> Interval:
    """The adjusted Wald interval, kept on the scale."""
    centre, error = adjusted_nps(detractors, passives, promoters)
    reach = z_quantile(confidence) * error
    return Interval(centre - reach, centre + reach).around(
        nps_point(detractors, passives, promoters), -100, 100
    )


def nps_difference(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    confidence: float = CONFIDENCE,
) -> Difference:
    """Of two groups of detractors, passives and promoters, both sides adjusted (Sauro and Lewis)."""
    (centre_1, error_1), (centre_2, error_2) = adjusted_nps(*first), adjusted_nps(*second)
    centre, error = centre_2 - centre_1, sqrt(error_1 * error_1 + error_2 * error_2)
    reach, point = z_quantile(confidence) * error, nps_point(*second) - nps_point(*first)
    interval = Interval(centre - reach, centre + reach).around(point, -200, 200)
    return Difference(point, interval, two_sided_p(centre / error), centre / error)
