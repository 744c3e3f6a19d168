"""Effort beside scores, as a store counts it."""

from collections import Counter
from datetime import datetime

from msgspec import Struct

from router.model.cells import Question


class WantedAnswers(Struct, frozen=True):
    """The counted answers looked at: of a survey, journey, step and channel (None: any), by when it happened.

    `until` is excluded. `share` takes those with the lowest invitation ids, which are hashes: a sample of so many of all,
    the same whenever it is drawn. Imported answers have no part in it.
    """

    survey: str | None = None
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    share: float = 1.0


class AskedAt(Struct, frozen=True):
    """A question, and where in a journey it was asked. Text that is empty stands for none."""

    question: Question
    journey: str
    step: str
    channel: str


SignalCounts = dict[str, Counter[tuple[float, float]]]
"""By signal: how many answers there are of each (value, score)."""


class CustomerCount(Struct, frozen=True, gc=False):
    """How many customers gave so many answers to a question that count for so much together.

    `total` and `squares` are sums of what each answer counts for in the measure that the metric is known by.
    """

    question: Question
    answers: int
    total: int
    squares: int
    customers: int


def three_digits(value: object) -> float | None:
    """A number rounded to three significant digits, so that a million durations are a few thousand values; None: it is none.

    Whole numbers below a thousand stay as they are. What is beyond 1e300 has no place among the others.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e300 < value < 1e300:
        return None
    if -1000 < value < 1000 and value == int(value):
        return float(value)
    return float(f"{value:.2e}")
