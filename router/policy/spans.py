"""Durations in words."""

from datetime import timedelta
from functools import lru_cache


@lru_cache(1024)
def in_words(span: timedelta) -> str:
    """A duration as it is written in rules: `1d2h`; nothing below zero."""
    seconds = max(int(span.total_seconds()), 0)
    parts = []
    for name, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts[:2]) or "0s"
