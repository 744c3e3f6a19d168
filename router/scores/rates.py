"""Rates of what happens, such as repeat contacts: shares of contacts, of which one customer may have many."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from router.scores.comparison import Change
from router.scores.customers import Customers
from router.scores.difference import Difference
from router.scores.interval import CONFIDENCE, Interval
from router.scores.needed import share_needed
from router.scores.score import ENOUGH, Enough, Evidence
from router.scores.several import adjusted_p
from router.scores.share import share_difference, share_interval

RateName = Literal["repeat_contact", "transfer", "channel_switch", "first_contact_resolution"]

HIGHER_IS_BETTER: Final[frozenset[RateName]] = frozenset({"first_contact_resolution"})


class Rate(NamedTuple):
    """A share of `n` from 0 to 1. `point` and `interval` are None where n is too few.

    `effective_n` is below `n` where customers had several.
    """

    n: int
    positives: int
    effective_n: float
    point: float | None
    interval: Interval | None
    evidence: Evidence


class RateChange(NamedTuple):
    """The second rate less the first, as shares. `more_needed` as in `router.scores.comparison.Comparison`.

    `p` is adjusted for the number of changes looked at; None where one side has too few.
    """

    difference: Difference | None
    verdict: Change
    more_needed: int
    p: float | None = None


def rate(customers: Customers, *, enough: Enough = ENOUGH, confidence: float = CONFIDENCE) -> Rate:
    """The rate over customers, each of whose members counts 0 or 1: Wilson's interval on the effective n (own)."""
    n, positives, _ = customers.sums
    effective = customers.effective_n if n else 0.0
    evidence = enough.evidence(n)
    if not n or evidence == "too few":
        return Rate(n, positives, effective, None, None, evidence)
    point = positives / n
    interval = share_interval(point * effective, effective, confidence)
    return Rate(n, positives, effective, point, interval.around(point, *interval), evidence)


def compare_rates(
    first: Rate,
    second: Rate,
    smallest: float,
    *,
    higher_is_better: bool,
    confidence: float = CONFIDENCE,
) -> RateChange:
    """The second against the first, in the words of every comparison. `smallest` is the smallest change that matters."""
    n = first.n + second.n
    share = (first.positives + second.positives) / n if n else 0.0
    weakest = min(first.effective_n, second.effective_n)
    lacking = max(0, round(share_needed(share, smallest) - weakest))
    if first.point is None or second.point is None:
        return RateChange(None, "too few to tell", lacking)
    found = share_difference(
        (first.point * first.effective_n, first.effective_n),
        (second.point * second.effective_n, second.effective_n),
        confidence,
    )
    low, high = found.interval
    if low > 0 or high < 0:
        return RateChange(found, "better" if (low > 0) is higher_is_better else "worse", lacking, found.p)
    return RateChange(found, _uncertain(found, smallest), lacking, found.p)


def among_many(changes: Sequence[RateChange], smallest: float, false_share: float = 0.05) -> list[RateChange]:
    """The changes of many places at once: of those called certain, at most `false_share` are none, on average.

    Certain is what both the interval and the test, adjusted by Benjamini and Hochberg 1995, are sure of (own).
    """
    ps = iter(adjusted_p([change.difference.p for change in changes if change.difference is not None]))
    found = []
    for change in changes:
        if change.difference is None:
            found.append(change)
            continue
        p, verdict = next(ps), change.verdict
        if p > false_share:
            verdict = _uncertain(change.difference, smallest)
        found.append(change._replace(verdict=verdict, p=p))
    return found


def _uncertain(found: Difference, smallest: float) -> Change:
    return "too few to tell" if found.interval.width > smallest else "no clear change"
