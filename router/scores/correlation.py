"""What goes together with a score. Never what causes it."""

from collections.abc import Iterable, Mapping
from math import atanh, sqrt, tanh
from typing import NamedTuple

from router.scores.interval import CONFIDENCE, Interval
from router.scores.quantiles import z_quantile


class Correlation(NamedTuple):
    """Spearman's rank correlation, from -1 to 1, over so many answers.

    `interval` is None under four answers, and where all are in one line: there is nothing to estimate it from. It goes by
    the `effective_n`, which is below n where customers answered repeatedly.
    """

    point: float
    interval: Interval | None
    n: int
    effective_n: float


def rank_correlation(
    counts: Mapping[tuple[float, float], int],
    confidence: float = CONFIDENCE,
    *,
    each_says: float = 1.0,
) -> Correlation | None:
    """Of pairs, such as transfers and score, counted by value; equal values share the middle of their ranks (Spearman).

    The interval is that of Bonett and Wright 2000. `each_says` is the effective n by n, where customers answered
    repeatedly (own). None where either value is the same everywhere.
    """
    n = sum(counts.values())
    first, second = _ranks(counts, 0), _ranks(counts, 1)
    middle = (n + 1) / 2
    together = sum(
        count * (first[one] - middle) * (second[other] - middle) for (one, other), count in counts.items()
    )
    spread_1 = sum(count * (first[one] - middle) ** 2 for (one, _), count in counts.items())
    spread_2 = sum(count * (second[other] - middle) ** 2 for (_, other), count in counts.items())
    if not spread_1 or not spread_2:
        return None
    point = max(-1.0, min(1.0, together / sqrt(spread_1 * spread_2)))
    effective = n * each_says
    return Correlation(point, correlation_interval(point, effective, confidence), n, effective)


def correlation_interval(point: float, n: float, confidence: float = CONFIDENCE) -> Interval | None:
    """By Fisher's transformation with the error of Bonett and Wright 2000: sqrt((1 + r^2 / 2) / (n - 3))."""
    if n < 4 or abs(point) == 1:
        return None
    reach = z_quantile(confidence) * sqrt((1 + point * point / 2) / (n - 3))
    return Interval(tanh(atanh(point) - reach), tanh(atanh(point) + reach))


def correlation_within(
    parts: Iterable[Correlation | None], confidence: float = CONFIDENCE
) -> Correlation | None:
    """What the parts, such as steps, have in common: their mean on Fisher's scale, each weighing by what it is sure of.

    The fixed effect of Hedges and Olkin 1985, with the errors of Bonett and Wright. Parts without an interval are left
    out; None where all are.
    """
    known = [part for part in parts if part is not None and part.interval is not None]
    if not known:
        return None
    weights = [(part.effective_n - 3) / (1 + part.point * part.point / 2) for part in known]
    centre = sum(weight * atanh(part.point) for weight, part in zip(weights, known, strict=True)) / sum(
        weights
    )
    reach = z_quantile(confidence) / sqrt(sum(weights))
    interval = Interval(tanh(centre - reach), tanh(centre + reach))
    n, effective = sum(part.n for part in known), sum(part.effective_n for part in known)
    return Correlation(tanh(centre), interval, n, effective)


def signs_differ(pooled: Correlation, within: Correlation) -> bool:
    """Whether the figure over all and that within the parts point opposite ways: then the parts' sizes make the pooled one."""
    return pooled.point * within.point < 0


def _ranks(counts: Mapping[tuple[float, float], int], side: int) -> dict[float, float]:
    """The middle rank of each value of one side, the least being 1."""
    many: dict[float, int] = {}
    for pair, count in counts.items():
        many[pair[side]] = many.get(pair[side], 0) + count
    ranks, before = {}, 0
    for value in sorted(many):
        ranks[value] = before + (many[value] + 1) / 2
        before += many[value]
    return ranks
