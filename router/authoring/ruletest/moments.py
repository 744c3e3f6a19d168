"""Moments of a test in words: how long after its start."""

from datetime import datetime, timedelta

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
