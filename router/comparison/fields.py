"""Two values of one kind held against each other, field by field, in words."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from msgspec import Struct

from router.insights.words import moment
from router.policy.gates import in_words

NONE: Final = "none"
_SHOWN: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (bool, lambda value: "yes" if value else "no"),
    (timedelta, in_words),
    (datetime, moment),
    (time, lambda value: f"{value:%H:%M}"),
)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def shown(value: Any) -> str:
    """A value as people write it: `2h`, `08:00`, `yes`, `email, sms`."""
    if value is None or value in ("", (), [], {}):
        return NONE
    if isinstance(value, tuple | list):
        return ", ".join(map(shown, value))
    in_word = next((show for kind, show in _SHOWN if isinstance(value, kind)), str)
    return in_word(value)


def percent(share: float) -> str:
    """A share from 0 to 1 as `2%`."""
    return f"{round(share * 100, 6):g}%"


def weekdays(days: Collection[int]) -> str:
    """Weekdays from Monday 0 as `mon, tue`."""
    return ", ".join(_DAYS[day] for day in sorted(days))


def label(name: str) -> str:
    """The name of a field as it is read."""
    return name.replace("_", " ")


def told(what: str, before: str, after: str) -> str:
    """One change: `delay 2h → 4h`, `new expires 5d`, `expires 5d dropped`."""
    if before == NONE:
        return f"new {what} {after}"
    if after == NONE:
        return f"{what} {before} dropped"
    return f"{what} {before} → {after}"


def told_set(what: str, before: Collection[str], after: Collection[str]) -> list[str]:
    """What came to a set and what left it."""
    new, gone = sorted(set(after) - set(before)), sorted(set(before) - set(after))
    lines = [f"new {what} {', '.join(new)}"] if new else []
    return lines + ([f"{what} {', '.join(gone)} dropped"] if gone else [])


def changed_fields(
    before: Struct,
    after: Struct,
    *,
    labels: Mapping[str, str] | None = None,
    show: Mapping[str, Callable[[Any], str]] | None = None,
    sets: Collection[str] = (),
    skip: Collection[str] = (),
) -> list[str]:
    """What differs between two values of one type. `sets` are fields whose order means nothing."""
    lines: list[str] = []
    for name in before.__struct_fields__:
        was, now = getattr(before, name), getattr(after, name)
        if name in skip or was == now:
            continue
        what = (labels or {}).get(name, label(name))
        if name in sets:
            lines += told_set(what, was, now)
            continue
        in_word = (show or {}).get(name, shown)
        first, second = (NONE if value is None else in_word(value) for value in (was, now))
        lines.append(told(what, first, second) if first != second else f"{what} {was} → {now}")
    return lines
