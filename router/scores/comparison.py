"""Two scores compared, and one held against a target: the difference and a word of a closed list."""

from math import ceil
from typing import Final, Literal, NamedTuple

from router.scores.answers import Answers
from router.scores.customers import Customers
from router.scores.difference import Difference
from router.scores.interval import CONFIDENCE
from router.scores.mean import mean_difference, moments
from router.scores.needed import mean_needed, nps_needed, share_needed
from router.scores.nps import nps_difference
from router.scores.question import Measure, Question, require_same
from router.scores.score import ENOUGH, Enough, Score, effective_n, groups, in_bucket, scaled
from router.scores.share import share_difference

Change = Literal["better", "worse", "no clear change", "too few to tell"]
OnTarget = Literal["met", "missed", "not certain"]

SMALLEST_THAT_MATTERS: Final[dict[Measure, float]] = {"nps": 10.0, "mean": 0.3, "top_box": 0.05}
"""The smallest change worth a word, in the unit of the measure."""


class Group(NamedTuple):
    """One side of a comparison. `customers` as in `score`."""

    answers: Answers
    customers: Customers | None = None


class Comparison(NamedTuple):
    """The second side against the first.

    `difference` is None where a side has too few answers for a score. `more_needed` is how many answers of other
    customers the weaker side lacks, by today's spread, to see the smallest change that matters in four of five cases.
    """

    difference: Difference | None
    verdict: Change
    smallest: float
    more_needed: int


def compare(
    first: Group,
    second: Group,
    measure: Measure,
    *,
    smallest: float | None = None,
    enough: Enough = ENOUGH,
    across_texts: bool = False,
    confidence: float = CONFIDENCE,
) -> Comparison:
    """Compare the second side with the first: before and after, or a cell and the rest.

    `smallest` is the smallest change that matters, above 0. Answers to different questions raise NotTogether;
    `across_texts` lets a change of text pass, where somebody asked for it.
    """
    question = first.answers.question
    require_same(question, second.answers.question, across_texts=across_texts)
    smallest = SMALLEST_THAT_MATTERS[measure] if smallest is None else smallest
    least = min(first.answers.n, second.answers.n)
    weakest = min(effective_n(group.answers, measure, group.customers) for group in (first, second))
    lacking = max(0, ceil(_needed(first.answers, second.answers, measure, smallest) - weakest))
    if least == 0 or enough.evidence(least) == "too few":
        return Comparison(None, "too few to tell", smallest, lacking)
    found = difference(first, second, measure, confidence)
    return Comparison(found, change_word(found, question, measure, smallest), smallest, lacking)


def difference(first: Group, second: Group, measure: Measure, confidence: float = CONFIDENCE) -> Difference:
    """Second minus first. Each side needs an answer; repeated answers of customers weigh as in `score`."""
    question = first.answers.question
    one, other = (
        scaled(group.answers, effective_n(group.answers, measure, group.customers))
        for group in (first, second)
    )
    if measure == "nps":
        return nps_difference(groups(one, question), groups(other, question), confidence)
    if measure == "top_box":
        return share_difference(
            (in_bucket(one, question, "top_box"), sum(one)),
            (in_bucket(other, question, "top_box"), sum(other)),
            confidence,
        )
    values = question.scores
    return mean_difference(moments(one, values), moments(other, values), question.scale, confidence)


def change_word(found: Difference, question: Question, measure: Measure, smallest: float) -> Change:
    """The word for a difference. Certain is what excludes no change; narrow is an interval of `smallest` at most."""
    low, high = found.interval
    if low > 0 or high < 0:
        return "better" if (low > 0) is higher_is_better(question, measure) else "worse"
    return "too few to tell" if found.interval.width > smallest else "no clear change"


def higher_is_better(question: Question, measure: Measure) -> bool:
    """Whether more of the measure is better. The best answers are the best whatever the polarity; the mean follows it."""
    return measure != "mean" or question.polarity == "higher_is_better"


def against_target(found: Score, target: float) -> OnTarget:
    """Whether a score reaches a target: at least so much, or at most so much where lower is better.

    Met or missed only where the whole interval is on one side.
    """
    if found.interval is None:
        return "not certain"
    low, high = found.interval
    if not higher_is_better(found.question, found.measure):
        low, high, target = -high, -low, -target
    if low >= target:
        return "met"
    return "missed" if high < target else "not certain"


def _needed(first: Answers, second: Answers, measure: Measure, smallest: float) -> float:
    """Answers on each side that show the smallest change, by the spread of both sides together."""
    counts = tuple(map(sum, zip(first.counts, second.counts, strict=True)))
    question, n = first.question, sum(counts)
    if not n:
        return 0.0
    if measure == "nps":
        return nps_needed(*groups(counts, question), smallest)
    if measure == "top_box":
        return share_needed(in_bucket(counts, question, "top_box") / n, smallest)
    return mean_needed(moments(counts, question.scores), smallest)
