"""Moments of a test in words: how long after its start, and the local time."""

from datetime import datetime, timedelta, tzinfo

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def offset(at: datetime, start: datetime) -> str:
    """The time from the start as tests write it: `0h`, `2h`, `1d12h`, `-14d`."""
    seconds = round((at - start) / timedelta(seconds=1))
    rest, parts = abs(seconds), []
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if seconds < 0 else "") + ("".join(parts) or "0h")


def local(at: datetime, zone: tzinfo) -> str:
    """The local time, as in `Mon 02 Mar 11:00`."""
    return f"{at.astimezone(zone):%a %d %b %H:%M}"
