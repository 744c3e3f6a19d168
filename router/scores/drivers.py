"""Drivers: an effort signal beside the score. They go together or do not; nothing here says that one causes the other."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from router.scores.answers import Answers
from router.scores.correlation import Correlation, correlation_within, rank_correlation, signs_differ
from router.scores.interval import CONFIDENCE, Interval
from router.scores.question import Measure, Question
from router.scores.score import ENOUGH, Enough, interval_of, point_of, scaled

Link = Literal[
    "goes together with worse answers",
    "goes together with better answers",
    "no clear link",
    "too few to tell",
]

SMALLEST_LINK: Final = 0.1
"""The smallest correlation worth a word: what Cohen 1988 calls small."""

_EACH_VALUE: Final = 6
_BINS: Final = 5

Pairs = Mapping[tuple[float, float], int]
"""How many answers there are of each (value of the signal, score)."""


class Bin(NamedTuple):
    """The answers whose signal lies from `low` to `high`, both included.

    `point` and `interval` are in the unit of the measure, and None where the answers are too few.
    """

    low: float
    high: float
    n: int
    point: float | None
    interval: Interval | None


class Driver(NamedTuple):
    """A signal and the score over all answers that have it.

    `within` is what the parts (journey, step and channel) have in common, `over_all` the figure without looking at them.
    `mix` tells that they point opposite ways: then it is the sizes of the parts that make the latter. `link` goes by
    `within`; by `over_all` where no part has an interval.
    """

    n: int
    over_all: Correlation | None
    within: Correlation | None
    parts: int
    mix: bool
    link: Link
    bins: tuple[Bin, ...]


def driver(
    parts: Sequence[Pairs],
    question: Question,
    measure: Measure,
    *,
    each_says: float = 1.0,
    enough: Enough = ENOUGH,
    confidence: float = CONFIDENCE,
) -> Driver:
    """Of one signal, by parts. `each_says` is the effective n by n of the question's answers. Needs an answer."""
    whole: Counter[tuple[float, float]] = Counter()
    for pairs in parts:
        whole.update(pairs)
    over_all = rank_correlation(whole, confidence, each_says=each_says)
    found = [rank_correlation(pairs, confidence, each_says=each_says) for pairs in parts]
    within = correlation_within(found, confidence)
    mix = over_all is not None and within is not None and signs_differ(over_all, within)
    n = whole.total()
    told = within or over_all
    link = "too few to tell" if enough.evidence(n) == "too few" else _link(told, question)
    bins = []
    for (low, high), scores in _binned(whole).items():
        answers = Answers.of(question, map(int, scores.elements()))
        point = interval = None
        if enough.evidence(answers.n) != "too few":
            point = point_of(answers, measure)
            interval = interval_of(scaled(answers, answers.n * each_says), question, measure, confidence)
            # The point of scaled counts is rounded otherwise: a hair may lie between the two.
            interval = interval.around(point, *interval)
        bins.append(Bin(low, high, answers.n, point, interval))
    known = sum(part is not None and part.interval is not None for part in found)
    return Driver(n, over_all, within, known, mix, link, tuple(bins))


def _link(found: Correlation | None, question: Question) -> Link:
    """Certain is an interval that holds no zero; narrow one that holds none of the correlations that matter."""
    if found is None or found.interval is None:
        return "too few to tell"
    low, high = found.interval
    if low > 0 or high < 0:
        up = low > 0
        better = up is (question.polarity == "higher_is_better")
        return "goes together with better answers" if better else "goes together with worse answers"
    return "no clear link" if max(-low, high) <= 2 * SMALLEST_LINK else "too few to tell"


def cut(values: Mapping[float, int]) -> list[tuple[float, float]]:
    """The bins for so many answers of each value: one for each of up to six values, else at most five of about one size.

    A value is never parted, and no bin holds less than a fifth of the answers but the last (own).
    """
    ordered = sorted(values)
    if len(ordered) <= _EACH_VALUE:
        return [(value, value) for value in ordered]
    bins, first, held, n = [], ordered[0], 0, sum(values.values())
    for at, value in enumerate(ordered):
        held += values[value]
        if held * _BINS >= n or at == len(ordered) - 1:
            bins.append((first, value))
            first, held = ordered[min(at + 1, len(ordered) - 1)], 0
    return bins


def in_bins(bins: list[tuple[float, float]], values: Mapping[float, int]) -> list[int]:
    """How many of other values lie in each of the bins; those between two go to the upper, those beyond to the ends."""
    counts = [0] * len(bins)
    highs = [high for _, high in bins]
    for value, count in values.items():
        counts[min(bisect_left(highs, value), len(bins) - 1)] += count
    return counts


def _binned(pairs: Pairs) -> dict[tuple[float, float], Counter[float]]:
    values: Counter[float] = Counter()
    for (value, _), count in pairs.items():
        values[value] += count
    bins = cut(values)
    highs = [high for _, high in bins]
    found: dict[tuple[float, float], Counter[float]] = {one: Counter() for one in bins}
    for (value, score), count in pairs.items():
        found[bins[bisect_left(highs, value)]][score] += count
    return found
