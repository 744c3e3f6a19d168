"""Two values of one kind held against each other, field by field, in words."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from router.model.spelling import NONE, label, spelled

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def percent(share: float) -> str:
    """A share from 0 to 1 as `2%`."""
    return f"{round(share * 100, 12):.12g}%"


def weekdays(days: Collection[int]) -> str:
    """Weekdays from Monday 0 as `mon, tue`."""
    return ", ".join(_DAYS[day] for day in sorted(days)) or NONE


def change_words(what: str, before: str, after: str) -> str:
    """One change: `delay 2h → 4h`, `new expires 5d`, `expires 5d dropped`."""
    if before == NONE:
        return f"new {what} {after}"
    if after == NONE:
        return f"{what} {before} dropped"
    return f"{what} {before} → {after}"


def set_changes(what: str, before: Collection[Any], after: Collection[Any]) -> list[str]:
    """The values that came to a set, and those that left it."""
    was, now = set(map(spelled, before)), set(map(spelled, after))
    new, gone = sorted(now - was), sorted(was - now)
    lines = [f"new {what} {', '.join(new)}"] if new else []
    return lines + ([f"{what} {', '.join(gone)} dropped"] if gone else [])


def map_changes(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The changes of every entry: `suppressed by, order.refunded: complained → opted_out`."""
    lines = []
    for name in sorted({*before, *after}):
        was, now = (spelled(one.get(name)) for one in (before, after))
        if was != now:
            lines.append(change_words(f"{what}, {spelled(name)}:", was, now))
    return lines


def entry_changes(
    what: str,
    before: Sequence[Any],
    after: Sequence[Any],
    whole: Callable[[Any], str],
    changed: Callable[[Any, Any], list[str]],
) -> list[str]:
    """The changes of entries that have an id: added, dropped, or changed by `changed`."""
    was, now = ({entry.id: entry for entry in one} for one in (before, after))
    lines = []
    for name in sorted({*was, *now}):
        if name not in was:
            lines.append(f"new {what} {name}: {whole(now[name])}")
        elif name not in now:
            lines.append(f"{what} {name} dropped ({whole(was[name])})")
        else:
            lines += [f"{what} {name}: {line}" for line in changed(was[name], now[name])]
    return lines


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
            lines += set_changes(what, was, now)
        elif isinstance(was, dict) and isinstance(now, dict):
            lines += map_changes(what, was, now)
        else:
            spell = (show or {}).get(name, spelled)
            lines.append(
                change_words(what, *(NONE if value in (None, "") else spell(value) for value in (was, now)))
            )
    return lines


def other_fields(value: Struct, skip: Collection[str] = ()) -> list[str]:
    """The optional fields that are set in a value: `clock answered`, `on limit defer`."""
    defaults = dict(zip(value.__struct_fields__[::-1], value.__struct_defaults__[::-1], strict=False))
    words = []
    for name in value.__struct_fields__:
        field = getattr(value, name)
        if name not in skip and name in defaults and field != defaults[name]:
            words.append(f"{label(name)} {spelled(field)}")
    return words
