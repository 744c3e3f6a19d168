"""Durations, shares and times of day, as the language writes them."""

import re
from datetime import timedelta

MAX_DURATION = timedelta(days=1830)

LONGEST = timedelta(days=366)
"""The longest delay, expiry or wait: what is planned for later than a year is a slip of the pen."""

_DURATION_PART = re.compile(r"([0-9]{1,9})([wdhms])")
_DURATION = re.compile(r"(?:[0-9]{1,9}[wdhms]){1,5}")
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%\Z")


def duration(text: object) -> timedelta | None:
    """`30d`, `2h`, `1d12h` as a duration; None where it is none, is longer than five years, or negative."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        return None
    seconds = sum(int(count) * _UNITS[unit] for count, unit in _DURATION_PART.findall(text))
    return timedelta(seconds=seconds) if seconds <= MAX_DURATION.total_seconds() else None


def share(text: object) -> float | None:
    """`50%` as 0.5; None where it is no percentage from 0 to 100."""
    match = _PERCENT.match(text) if isinstance(text, str) else None
    return float(match[1]) / 100 if match and float(match[1]) <= 100 else None
