"""Rolling windows: whether one more invitation would break a limit, and when it no longer would."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime, timedelta


def fullest(times: list[datetime], at: datetime, width: timedelta) -> int:
    """The most counted moments, with `at` among them, that any half-open span of `width` holding `at` holds.

    `times` are in order.
    """
    near = times[bisect_right(times, at - width) : bisect_left(times, at + width)]
    if not near:
        return 1
    insort(near, at)
    most, first = 0, 0
    for last, time in enumerate(near):
        while time - near[first] >= width:
            first += 1
        if near[first] <= at <= time:
            most = max(most, last - first + 1)
    return most


def first_allowed(times: list[datetime], at: datetime, width: timedelta, limit: int) -> datetime:
    """The first moment from `at` on at which no span would hold more than `limit` (at least 1)."""
    if fullest(times, at, width) <= limit:
        return at
    opening = (time + width for time in times[bisect_right(times, at - width) :])
    return next(moment for moment in opening if fullest(times, moment, width) <= limit)
