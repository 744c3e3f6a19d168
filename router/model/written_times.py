"""Dates and times as people and their tools write them in tables."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Final, Literal

from msgspec import Struct

Order = Literal["dmy", "mdy", "ymd"]
"""Which of day, month and year comes first in `31/12/2025`."""

PLACES: Final[dict[str, tuple[int, int, int]]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
"""Where year, month and day stand in each order."""

_DATE: Final = re.compile(
    r"([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})(?:[T ,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_CENTURY: Final = 99


class NoTime(Struct, frozen=True):
    """Why a text is no time. `unsaid` where more would have to be said about all of them: `dates` or `zone`."""

    reason: str
    unsaid: Literal["dates", "zone"] | None = None


def written_time(text: str, order: Order | None, zone: tzinfo | None) -> datetime | NoTime:
    """A time in UTC: ISO 8601, or a date in the given order with or without a time of day (`31-12-2025 14:05`).

    One without an offset is of `zone`, where the clock goes back the first of the two. A date alone is its midnight.
    """
    at = _iso(text) or _in_order(text, order)
    if isinstance(at, NoTime):
        return at
    if at.tzinfo is None:
        if zone is None:
            return NoTime(f"{text!r} does not say in which time zone it is.", "zone")
        at = at.replace(tzinfo=zone)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return NoTime(f"{text!r} lies beyond the years that there are.")


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _in_order(text: str, order: Order | None) -> datetime | NoTime:
    found = _DATE.fullmatch(text)
    if found is None:
        return NoTime(f"{text[:40]!r} is no date: write 2026-03-31 or 2026-03-31T14:05:00+02:00.")
    if order is None:
        return NoTime(f"{text!r} may be read in two ways: does the day or the month come first?", "dates")
    year, month, day = (int(found[1 + place]) for place in PLACES[order])
    hour, minute, second = (int(part or 0) for part in found.groups()[3:])
    try:
        return datetime(year if year > _CENTURY else 2000 + year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return NoTime(f"{text!r} is no day that is written as {order}: check --dates.")
