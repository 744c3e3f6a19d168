"""How many answers to expect, by the share that answered so far, and how long until a change would show.

The share has Wilson's interval (`share.py`), and so has all that follows from it. How many answers a change needs is told as
the most that it may be, whatever the spread of the answers: the formula of `needed.py` with the largest variance that the
measure can have (half the answers at each end). By the real spread it is often half of that.
"""

from math import ceil
from typing import Final

from msgspec import Struct

from router.scores.comparison import SMALLEST_THAT_MATTERS
from router.scores.mean import Moments
from router.scores.needed import mean_needed, nps_needed, share_needed
from router.scores.question import Measure
from router.scores.share import share_interval

LEAST_SENT: Final = 30
"""Under so many sent invitations the share that answers counts as unknown."""
LEAST_DAYS: Final = 7.0
"""In less time than a week nothing is said of a rate: days of the week differ."""
MONTH: Final = 30


class ExpectedAnswers(Struct, frozen=True):
    """What to expect of a survey, if as many are asked as in the `days` looked at, and if they answer alike.

    `share` and the others are lowest and highest at 95 %. `needed` is how many answers each of two periods needs at most, to
    show a change of `smallest` in four of five cases; `days_needed` is how long that takes. None: not known.
    """

    survey: str
    sent: int
    answered: int
    days: float
    measure: Measure
    smallest: float
    needed: int
    share: tuple[float, float] | None = None
    in_30_days: tuple[int, int] | None = None
    days_needed: tuple[int, int | None] | None = None


def most_needed(measure: Measure, scale: tuple[int, int]) -> int:
    """The answers that each period needs at most, for the smallest change that matters of the measure."""
    smallest = SMALLEST_THAT_MATTERS[measure]
    if measure == "nps":
        return ceil(nps_needed(1, 0, 1, smallest))
    if measure == "top_box":
        return ceil(share_needed(0.5, smallest))
    low, high = scale
    return ceil(mean_needed(Moments(2, (low + high) / 2, (high - low) ** 2 / 2), smallest))


def expected_answers(
    survey: str, sent: int, answered: int, days: float, measure: Measure, scale: tuple[int, int]
) -> ExpectedAnswers:
    """What to expect, where `sent` invitations in so many `days` brought so many that `answered`."""
    smallest, needed = SMALLEST_THAT_MATTERS[measure], most_needed(measure, scale)
    known = ExpectedAnswers(survey, sent, answered, days, measure, smallest, needed)
    if sent < LEAST_SENT or days < LEAST_DAYS:
        return known
    interval = share_interval(answered, sent)
    low, high = (sent / days * share for share in (interval.low, interval.high))
    return ExpectedAnswers(
        *(survey, sent, answered, days, measure, smallest, needed),
        share=(interval.low, interval.high),
        in_30_days=(int(MONTH * low), ceil(MONTH * high)),
        days_needed=(ceil(needed / high), ceil(needed / low) if low > 0 else None),
    )
