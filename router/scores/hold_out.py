"""Customers who are never asked beside those who may be: whether asking changes what becomes of them."""

from collections.abc import Sequence
from math import ceil
from typing import Literal, NamedTuple

from router.scores.difference import Difference
from router.scores.interval import CONFIDENCE
from router.scores.needed import share_needed
from router.scores.score import ENOUGH, Enough
from router.scores.several import adjusted_p
from router.scores.share import share_difference

Effect = Literal["more often", "less often", "no clear difference", "too few to tell"]
"""What becomes of those who may be asked, against those who never are."""


class Happened(NamedTuple):
    """To how many of the customers of a group something happened."""

    positives: int
    n: int


class HeldAgainst(NamedTuple):
    """Those who may be asked less those who never are, as shares.

    `p` is adjusted for the number of outcomes. `needed` is how many customers have to be held out, at today's ratio, to see
    the smallest difference that matters in four of five cases; None where nothing ever happened.
    """

    difference: Difference | None
    p: float | None
    effect: Effect
    needed: int | None


def effects(
    outcomes: Sequence[tuple[Happened, Happened]],
    smallest: float,
    *,
    enough: Enough = ENOUGH,
    confidence: float = CONFIDENCE,
) -> list[HeldAgainst]:
    """Of each outcome, held out first. Groups are by assignment, whoever was asked in the end (intention to treat).

    Certain is what both the interval (Newcombe 1998) and the test, adjusted for the number of outcomes, are sure of: so one
    report in twenty at most finds an effect where there is none.
    """
    differences = [
        share_difference(held_out, askable, confidence)
        if min(held_out.n, askable.n) > 0 and enough.evidence(min(held_out.n, askable.n)) != "too few"
        else None
        for held_out, askable in outcomes
    ]
    ps = iter(adjusted_p([found.p for found in differences if found is not None]))
    told = []
    for (held_out, askable), found in zip(outcomes, differences, strict=True):
        p = next(ps) if found is not None else None
        needed = _needed(held_out, askable, smallest)
        told.append(HeldAgainst(found, p, _effect(found, p, smallest, 1 - confidence), needed))
    return told


def _effect(found: Difference | None, p: float | None, smallest: float, false_share: float) -> Effect:
    if found is None or p is None:
        return "too few to tell"
    low, high = found.interval
    if p <= false_share and (low > 0 or high < 0):
        return "more often" if low > 0 else "less often"
    return "too few to tell" if found.interval.width > smallest else "no clear difference"


def _needed(held_out: Happened, askable: Happened, smallest: float) -> int | None:
    positives, n = held_out.positives + askable.positives, held_out.n + askable.n
    if not 0 < positives < n:
        return None
    ratio = askable.n / held_out.n if held_out.n and askable.n else 1.0
    return ceil(share_needed(positives / n, smallest, ratio))
