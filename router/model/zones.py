"""Time zones and their names, by the pinned rules of the package `tzdata` and never by those of the machine."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import get_global

_OFFSET: Final = re.compile(
    r"(?:(?:utc|gmt)\s*)?([+\u2212-])\s*([0-9]{1,2})(?::?([0-5][0-9]))?", re.IGNORECASE
)
_FURTHEST: Final = timedelta(hours=14)
_NO_ZONES: Final = frozenset({"factory"})

ABBREVIATIONS: Final = {
    "Z": "UTC",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "HKT": "Asia/Hong_Kong",
    "SGT": "Asia/Singapore",
    "MSK": "Europe/Moscow",
    "SAST": "Africa/Johannesburg",
    "CEST": "CET",
    "EEST": "EET",
    "WEST": "WET",
    "EDT": "America/New_York",
    "MDT": "America/Denver",
    "PDT": "America/Los_Angeles",
    "AKDT": "America/Anchorage",
    "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
}
"""Abbreviations that mean one zone everywhere. `CST`, `IST`, `BST`, `PST` and others mean several."""


@cache
def zone_names() -> dict[str, str]:
    """The names of all zones of the time zone database, by themselves in small letters."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.lower(): name for name in names if name.lower() not in _NO_ZONES}


@cache
def _windows_names() -> dict[str, str]:
    """The zones behind the names that Windows uses, in small letters."""
    return {name.lower(): zone for name, zone in get_global("windows_zone_mapping").items()}


@lru_cache(4096)
def zone_name(text: str) -> str | None:
    """The name of the zone that a text means; None where that is not certain.

    A name of the time zone database in any capitals, one of Windows (`Tokyo Standard Time`), an offset from UTC
    (`+09:00`, `UTC+9`), which holds the year round, or an abbreviation that means one zone everywhere (`JST`).
    """
    words = " ".join(text.split())
    name = zone_names().get(words.replace(" ", "_").lower())
    if name is not None:
        return name
    alias = _windows_names().get(words.lower()) or ABBREVIATIONS.get(words.upper())
    if alias is not None:
        return zone_names().get(alias.lower())
    offset = _offset(words)
    if not offset:
        return None if offset is None else "UTC"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{'+' if offset > timedelta() else '-'}{hours:02}:{minutes:02}"


def zone_named(text: str) -> tzinfo | None:
    """The zone that a text means, see `zone_name`; None where that is not certain."""
    name = zone_name(text)
    return None if name is None else _loaded(name)


@lru_cache(1024)
def _loaded(name: str) -> tzinfo:
    offset = None if name.lower() in zone_names() else _offset(name)
    if offset is not None:
        return timezone(offset, name)
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _offset(text: str) -> timedelta | None:
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if ahead > _FURTHEST:
        return None
    return ahead if match[1] == "+" else -ahead


def certain_zone(text: str) -> tzinfo:
    """As `zone_named`, for what a rule set or a program names; UTC where there is no such zone."""
    return zone_named(text) or UTC
