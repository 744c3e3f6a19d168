"""Rolling windows: whether one more invitation would break a limit, and when it no longer would."""

from datetime import datetime, timedelta


def fullest(times: list[datetime], at: datetime, width: timedelta) -> int:
    """The most counted moments, with `at` among them, that any half-open span of `width` holding `at` holds."""
    earliest, latest = at - width, at + width
    near = [time for time in times if earliest < time < latest]
    if not near:
        return 1
    near.append(at)
    near.sort()
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
    opening = sorted({time + width for time in times if time + width > at})
    return next(moment for moment in opening if fullest(times, moment, width) <= limit)
