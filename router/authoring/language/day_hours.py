"""The hours of single days: `closed`, `until 12:00`, `from 12:00`, `10:00-14:00`, for weekdays and for dates."""

import re
from datetime import date, time
from typing import Final

from msgspec import Struct

from router.authoring.language.everyday import everyday, folded, listed, plainly
from router.authoring.language.keys import Kind, Schema, pairs
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.policy import SpecialDay, WeekdayHours

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALL_DAY: Final = ("closed", "quiet", "all day", "off", "gesloten", "dicht", "stil", "hele dag", False)
_CLOCK: Final = r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])"
_BOTH: Final = re.compile(rf"(?:from\s+)?{_CLOCK}\s*(?:-|\u2013|to|until)\s*{_CLOCK}\Z")
_ONE: Final = re.compile(rf"(until|from)\s+{_CLOCK}\Z")
_DATE: Final = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})\Z")
_LEAP_YEAR: Final = 2028
MOST_SPECIAL_DAYS: Final = 1_000
"""Special days that a block takes: several years of them for many countries."""


class Part(Struct, frozen=True):
    """The hours that a day is given; both None: all of it closed, or quiet. `usual`: those of the other days."""

    start: time | None = None
    end: time | None = None
    usual: bool = False


def read_part(node: Node, whole: str, problems: Problems, *, usual: str | None = None) -> Part | None:
    """The hours of a day; `whole` is the word for a day that is closed, or quiet, `usual` that for one like the others."""
    words = node.value.strip().lower() if isinstance(node.value, str) else node.value
    if words == whole:
        return Part()
    if usual and words in (usual, None):
        return Part(usual=True)
    text = words if isinstance(words, str) else ""
    if both := _BOTH.match(text):
        start, end = _clock(both[1], both[2]), _clock(both[3], both[4])
        if start is not None and end is not None and (whole == "quiet" or end > start or end == time()):
            return Part(start, end)
    if one := _ONE.match(text):
        moment = _clock(one[2], one[3])
        if moment is not None and moment != time():
            return Part(end=moment) if one[1] == "until" else Part(start=moment)
    problems.add(
        "R168", node.position, f"{node.shown} says no hours of a day", _meant_hours(words, whole, usual)
    )
    return None


def _meant_hours(words: object, whole: str, usual: str | None) -> str:
    """How the author may have meant hours that cannot be read; else their forms."""
    if words in _ALL_DAY:
        return f"write {whole}"
    text = str(words)
    for dutch, word in (("tot", "until"), ("t/m", "until"), ("vanaf", "from"), ("van", "from")):
        if (one := re.fullmatch(rf"{dutch}\s+{_CLOCK}(?:\s*uur)?", text)) is not None:
            return f"write {word} {int(one[1]):02}:{one[2]}"
    hours = re.fullmatch(
        r"([0-9]{1,2})(?:[:.]([0-5][0-9]))?\s*(?:-|tot|to)\s*([0-9]{1,2})(?:[:.]([0-5][0-9]))?(?:\s*uur)?",
        text,
    )
    if hours is not None and int(hours[1]) < 24 and int(hours[3]) <= 24 and int(hours[1]) != int(hours[3]):
        first, last = (f"{int(hours[at]):02}:{hours[at + 1] or '00'}" for at in (1, 3))
        if whole == "quiet" or first < last:
            return f"write {first}-{last}"
    also = f", `{usual}`" if usual else ""
    return f"write `{whole}`, `until 12:00`, `from 12:00` or `10:00-14:00`{also}"


def _clock(hour: str, minute: str) -> time | None:
    """A time of day; `24:00` is the midnight that ends it."""
    return None if int(hour) == 24 and minute != "00" else time(int(hour) % 24, int(minute))


def read_weekdays(node: Node, problems: Problems) -> list[int]:
    """`mon-fri` or `mon` as weekday numbers; none, with the problem noted, where it names no day."""
    text = node.value.strip().lower() if isinstance(node.value, str) else node.value
    names = [part.strip() for part in text.split("-")] if isinstance(text, str) else [text]
    if len(names) > 2 or any(name not in WEEKDAYS for name in names):
        problems.add("R013", node.position, f"{node.shown} is no day of the week", _days_hint(node))
        return []
    begin, end = (WEEKDAYS.index(name) for name in (names[0], names[-1]))
    return [day % 7 for day in range(begin, end + (1 if end >= begin else 8))]


def _days_hint(node: Node) -> str:
    """How the author may have meant a value that names no days: `monday to friday`, `ma t/m vr`, `weekend`."""
    text = plainly(str(node.value)).lower()
    if folded(text) in ("weekdays", "weekday", "werkdagen", "workdays", "doordeweeks", "weekdagen"):
        return "write mon-fri"
    if folded(text) in ("weekend", "weekends"):
        return "write [sat, sun]"
    ends = [
        _meant(part) for part in re.split(r"\s*(?:-|\bto\b|\bt/m\b|\btot(?: en met)?\b|\bthrough\b)\s*", text)
    ]
    if len(ends) < 3 and all(ends):
        return f"write {'-'.join(ends)}"
    several = [_meant(part) for part in listed(text)]
    return f"write [{', '.join(several)}]" if several and all(several) else f"one of {', '.join(WEEKDAYS)}"


def _meant(text: str) -> str:
    return text if text in WEEKDAYS else everyday(text, WEEKDAYS) or ""


def weekday_hours(node: Node, whole: str, problems: Problems, usual: str | None) -> dict[int, Part]:
    """Weekdays with hours of their own, from a mapping such as `{mon-thu: "09:00-18:00", fri: until 17:00}`."""
    found: dict[int, Part] = {}
    for key, value in node.value.values():
        part = read_part(value, whole, problems, usual=usual)
        for day in read_weekdays(key, problems):
            if day in found:
                problems.add("R169", key.position, f"{WEEKDAYS[day]} has hours twice", "name each day once")
            if part is not None:
                found[day] = part
    return found


def own_hours(parts: dict[int, Part]) -> tuple[WeekdayHours, ...]:
    """The weekdays whose hours differ from the usual ones."""
    return tuple(
        WeekdayHours(day, part.start, part.end) for day, part in sorted(parts.items()) if not part.usual
    )


def special_days(whole: str) -> Kind[tuple[SpecialDay, ...]]:
    """Dates with hours of their own; `whole` is the word for a day that is closed, or quiet."""

    def read(node: Node, key: str, problems: Problems) -> tuple[SpecialDay, ...]:
        if not isinstance(node.value, dict) and not node.cut:
            hint = f"write `2026-12-24: {whole}`, each day on a line of its own below `{key}:`"
            problems.add("R012", node.position, f"`{key}` names no days with their hours", hint)
            return ()
        here = pairs(node, f"`{key}`", problems)
        if len(here) > MOST_SPECIAL_DAYS:
            problems.add(
                "R012",
                node.position,
                f"`{key}` has more than {MOST_SPECIAL_DAYS:,} days",
                "keep those to come",
            )
        days = (
            _special_day(name, value, whole, problems)
            for name, value in list(here.values())[:MOST_SPECIAL_DAYS]
        )
        return tuple(day for day in days if day is not None)

    hours = {"type": "string", "description": f"`{whole}`, `until 12:00`, `from 12:00` or `10:00-14:00`."}
    named: Schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "description": "What the day is."}, "hours": hours},
        "additionalProperties": False,
    }
    date_pattern = "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$"
    return Kind(
        read,
        {
            "type": "object",
            "propertyNames": {"pattern": date_pattern},
            "additionalProperties": {"anyOf": [hours, named]},
        },
    )


def _special_day(key: Node, value: Node, whole: str, problems: Problems) -> SpecialDay | None:
    """One date: `2026-12-24`, or `12-24` for that of every year."""
    match = _DATE.match(key.value)
    try:
        day = date(int(match[1] or _LEAP_YEAR), int(match[2]), int(match[3])) if match else None
    except ValueError:
        day = None
    if match is None or day is None:
        hint = "write a day such as 2026-12-24, or 12-24 for every year"
        problems.add("R167", key.position, f"{key.word[:40]!r} is no day of the calendar", hint)
        return None
    year = day.year if match[1] else None
    name: str | None = None
    hours: Node | None = value
    if isinstance(value.value, dict):
        # A day with a name alone is one off.
        name, hours = _named(value, problems), value.find("hours")
    part = read_part(hours, whole, problems) if hours is not None else Part()
    return SpecialDay(day.month, day.day, year, part.start, part.end, name) if part is not None else None


def _named(node: Node, problems: Problems) -> str | None:
    """The name of a day that is written as `{name: Staff day, hours: closed}`."""
    for given, (place, told) in node.value.items():
        if given not in ("name", "hours"):
            problems.unknown("R014", place.position, "key of a special day:", given, ["name", "hours"])
        elif given == "name" and not (isinstance(told.value, str) and told.value.strip()):
            problems.wrong(told, "name", "text")
    name = node.find("name")
    return name.value.strip()[:100] if name is not None and isinstance(name.value, str) else None
