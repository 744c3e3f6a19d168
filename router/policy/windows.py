"""Rolling windows: whether one more invitation would break a limit, and when it no longer would."""

from datetime import datetime, timedelta


def fullest(times: list[datetime], at: datetime, width: timedelta) -> int:
    """The most counted moments, with `at` among them, that any half-open span of `width` holding `at` holds."""
    near = sorted([time for time in times if abs(time - at) < width] + [at])
    most, first = 0, 0
    for last, time in enumerate(near):
        while time - near[first] >= width:
            first += 1
        if near[first] <= at <= time:
            most = max(most, last - first + 1)
    return most


def first_allowed(times: list[datetime], at: datetime, width: timedelta, limit: int) -> datetime:
    """The first moment from `at` on at which no span would hold more than `limit` (at least 1)."""
    for candidate in sorted({at, *(time + width for time in times if time + width > at)}):
        if fullest(times, candidate, width) <= limit:
            return candidate
    return at
