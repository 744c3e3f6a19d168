"""Durations, shares and times of day: from what an author writes, with a hint where it is another notation."""

import re
from datetime import timedelta

MAX_DURATION = timedelta(days=1830)

_DURATION_PART = re.compile(r"([0-9]{1,9})([wdhms])")
_DURATION = re.compile(r"(?:[0-9]{1,9}[wdhms]){1,5}")
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SPOKEN = re.compile(
    r"([0-9]{1,6})\s*(weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)", re.IGNORECASE
)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%\Z")
_HOUR = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)


LONGEST = timedelta(days=366)
"""The longest delay, expiry or wait: what is planned for later than a year is a slip of the pen."""


def duration(text: object) -> timedelta | None:
    """`30d`, `2h`, `1d12h` as a duration; None where it is none, is longer than five years, or negative."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        return None
    seconds = sum(int(count) * _UNITS[unit] for count, unit in _DURATION_PART.findall(text))
    return timedelta(seconds=seconds) if seconds <= MAX_DURATION.total_seconds() else None


def duration_hint(value: object) -> str:
    """How the author may have meant a value that is no duration."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return f"say the unit: {value}h or {value}d"
    spoken = _SPOKEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if spoken:
        return f"write {spoken[1]}{spoken[2][0].lower()}"
    return f"a whole number with w, d, h, m or s; at most {MAX_DURATION.days}d"


def share(text: object) -> float | None:
    """`50%` as 0.5; None where it is no percentage from 0 to 100."""
    match = _PERCENT.match(text) if isinstance(text, str) else None
    return float(match[1]) / 100 if match and float(match[1]) <= 100 else None


def share_hint(value: object) -> str:
    """How the author may have meant a value that is no percentage."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 0 < value < 1:
            return f"write {value * 100:g}%"
        if 1 <= value <= 100:
            return f"write {value:g}%"
    return "from 0% to 100%"


def clock_hint(value: object) -> str:
    """How the author may have meant a value that is no time of day."""
    spoken = _HOUR.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    if spoken:
        hour = int(spoken[1]) + (12 if (spoken[3] or "").lower() == "pm" and int(spoken[1]) < 12 else 0)
        if hour < 24 and int(spoken[2] or 0) < 60:
            return f'write "{hour:02}:{spoken[2] or "00"}"'
    return 'two digits, a colon, two digits, in quotes, such as "21:00"'
