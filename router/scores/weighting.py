"""A weighted score, for where those who answered are not like all who could have. It stands beside the raw one, never instead."""

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Final, Literal, NamedTuple

from router.scores.answers import Answers
from router.scores.comparison import SMALLEST_THAT_MATTERS
from router.scores.interval import CONFIDENCE, Interval
from router.scores.question import Measure
from router.scores.representativeness import NOTABLE, standardised_share_difference
from router.scores.score import interval_of, point_of

Unweighted = Literal["too few in a group", "groups answer alike", "weights too uneven", "score not moved"]

_LEAST_IN_A_GROUP: Final = 30
_MOST_UNEVEN: Final = 1.5


class Weighted(NamedTuple):
    """The score as it would be, had all groups answered at one rate. `design_effect` is by what the weights shrink n."""

    point: float
    interval: Interval
    design_effect: float


def weighted(
    groups: Iterable[tuple[int, Answers]],
    measure: Measure,
    *,
    smallest: float | None = None,
    confidence: float = CONFIDENCE,
) -> Weighted | Unweighted:
    """Weigh groups of known facts by how many had the step (post-stratification, Holt and Smith 1979), or say why not.

    Each group is how many had the step and what those of them who answered said. There is a figure only where the groups
    answered unequally, all have 30 answers, the design effect (Kish 1965) is under 1.5 and the score moves by `smallest`.
    The interval is the usual one on the weighted counts of the effective n (own). Needs a group; raises a ValueError where more answered than had the step.
    """
    known = list(groups)
    whole = reduce(add, (answers for _, answers in known))
    had, n = sum(size for size, _ in known), whole.n
    if any(size < answers.n for size, answers in known):
        raise ValueError("More answered than had the step")
    if min(answers.n for _, answers in known) < _LEAST_IN_A_GROUP:
        return "too few in a group"
    if n == had or all(
        abs(standardised_share_difference((size - answers.n) / (had - n), answers.n / n)) <= NOTABLE
        for size, answers in known
    ):
        return "groups answer alike"
    design_effect = n * sum(size * size / answers.n for size, answers in known) / (had * had)
    if design_effect >= _MOST_UNEVEN:
        return "weights too uneven"
    point = sum(size * point_of(answers, measure) for size, answers in known) / had
    if abs(point - point_of(whole, measure)) < (
        SMALLEST_THAT_MATTERS[measure] if smallest is None else smallest
    ):
        return "score not moved"
    effective = n / design_effect
    counts = tuple(
        sum(
            effective * size / had * count / answers.n
            for count, (size, answers) in zip(column, known, strict=True)
        )
        for column in zip(*(answers.counts for _, answers in known), strict=True)
    )
    return Weighted(point, interval_of(counts, whole.question, measure, confidence), design_effect)
