"""Values as they are written in the rules: `true`, `2h30m`, `08:00`, `'7'` for a text that looks like a number."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from msgspec import Struct

NONE: Final = "none"
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_MISREAD: Final = re.compile(
    r"[-+]?[\d._:]*\d[\d._:]*(?:e[-+]?\d+)?|0[xo][\da-f]+|true|false|yes|no|on|off|null|none|~||"
    r"\s.*|.*\s|.*[,'\n].*|[\"\[{#&*!|>%@`].*|.*: .*",
    re.IGNORECASE | re.DOTALL,
)
"""Texts that would be taken for something else, or for several, without quotes."""


def spelled(value: Any) -> str:
    """Any value of a rule set as people write it; nothing at all is `none`. Different values have different spellings."""
    if value is None or (isinstance(value, tuple | list | set | frozenset | Mapping) and not value):
        return NONE
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(map(spelled, value)))
    if isinstance(value, tuple | list):
        return ", ".join(map(spelled, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{spelled(name)}: {_within(item)}" for name, item in sorted(value.items()))
    if isinstance(value, Struct):
        # Where a value stands in a file is not part of its meaning.
        names = [name for name in value.__struct_fields__ if name != "position"]
        fields = [(name, getattr(value, name)) for name in names]
        return ", ".join(
            f"{label(name)} {_within(item)}" for name, item in fields if item != "" and spelled(item) != NONE
        )
    return next((spell(value) for kind, spell in _SPELLED if isinstance(value, kind)), str(value))


def label(name: str) -> str:
    """The name of a field as it is read."""
    return name.replace("_", " ")


def duration(span: timedelta) -> str:
    """A span of time to the second: `1d2h3m`; the sign before it where it is negative."""
    left = abs(int(span.total_seconds()))
    parts = []
    for name, size in _UNITS:
        count, left = divmod(left, size)
        parts += [f"{count}{name}"] if count else []
    return ("-" if span < timedelta() else "") + ("".join(parts) or "0s")


def _within(value: Any) -> str:
    """A value inside another one: several values in brackets, so that it is clear where they end."""
    several = isinstance(value, tuple | list | set | frozenset | Mapping | Struct) and value
    return f"({spelled(value)})" if several else spelled(value)


def _moment(at: datetime) -> str:
    exact = "%Y-%m-%d %H:%M:%S" if at.second else "%Y-%m-%d %H:%M"
    return f"{at:{exact}} UTC" if at.utcoffset() == timedelta() else f"{at:{exact}%z}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'" if _MISREAD.fullmatch(value) else value


_SPELLED: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (bool, lambda value: "true" if value else "false"),
    (float, lambda value: f"{value!r}"),
    (timedelta, duration),
    (datetime, _moment),
    (date, lambda value: f"{value:%Y-%m-%d}"),
    (time, lambda value: f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"),
    (str, _text),
)


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where that is right: `1 record`, `1,200 records`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def one_line(text: str) -> str:
    """A text of somebody else's as one line that does nothing to a terminal, nor to a header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
