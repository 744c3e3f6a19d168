"""Times in a test: counted from its start, with an offset, or local times on a day that is named."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from router.authoring.language.amounts import duration
from router.authoring.language.keys import Kind
from router.authoring.language.kinds import MOMENT, shared
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.policy import Policy
from router.policy.calendar import instant
from router.policy.hours import own_zone
from router.policy.open_days import OpenDays

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKING_DAY: Final = "working day"
_NAMED: Final = ("today", "tomorrow", _WORKING_DAY, *_WEEKDAYS)
_DUTCH: Final = dict(
    zip(
        (
            "vandaag",
            "morgen",
            "werkdag",
            "maandag",
            "dinsdag",
            "woensdag",
            "donderdag",
            "vrijdag",
            "zaterdag",
            "zondag",
        ),
        _NAMED,
        strict=True,
    )
)
_LOCAL: Final = re.compile(
    r"(?P<next>next |volgende )?(?P<day>[a-z]+(?: day)?|\d{4}-\d\d-\d\d)[ t]+(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::00)?"
    r"(?: ?(?P<sign>[+-]) ?(?P<later>(?:\d{1,9}[wdhms])+))?"
)
_LOOKED_AT: Final = 366
"""Days ahead in which a day that is named must come; a working day always does, unless the policy closes for a year."""


class LocalTime(Struct, frozen=True):
    """A time of day in the policy's zone, on a named day or a date: `monday 09:30`, `next working day 10:00 +1w`.

    It is the first that is not before the start; of the `following` one the first after the start's day.
    """

    day: str
    clock: time
    following: bool = False
    later: timedelta = timedelta()

    def moment(self, start: datetime, policy: Policy) -> datetime:
        """The moment, counted from the start of the test. Days and weeks of `later` keep the time of day."""
        zone = own_zone(policy)
        today = start.astimezone(zone).date()
        first = today + timedelta(days=self.following or self.day == "tomorrow")
        fixed = self.following or self.day in ("today", "tomorrow")
        if self.day not in _NAMED:
            first, fixed = date.fromisoformat(self.day), True
        found = first
        for number in range(_LOOKED_AT):
            found = first + timedelta(days=number)
            fits = _fits(self.day, found, policy)
            if fits and (fixed or instant(datetime.combine(found, self.clock), zone) >= start):
                break
        days = timedelta(days=self.later.days)
        return instant(datetime.combine(found, self.clock) + days, zone) + (self.later - days)


def moment_of(
    when: timedelta | datetime | LocalTime | None, start: datetime, policy: Policy
) -> datetime | None:
    """A time of a test as a moment."""
    if isinstance(when, LocalTime):
        return when.moment(start, policy)
    return start + when if isinstance(when, timedelta) else when


def _fits(name: str, day: date, policy: Policy) -> bool:
    if name == _WORKING_DAY:
        if policy.business_hours is None:
            return day.weekday() < _WEEKDAYS.index("saturday")
        return bool(OpenDays(None, policy.business_hours).on(day))
    return name not in _WEEKDAYS or _WEEKDAYS[day.weekday()] == name


def _when(node: Node, key: str, problems: Problems) -> timedelta | datetime | LocalTime | None:
    """A moment: `2h` after the start, `-14d` before it, a time with its offset, or a local time on a named day."""
    text = node.value if isinstance(node.value, str) else ""
    span = duration(text.removeprefix("-"))
    if span is not None:
        return -span if text.startswith("-") else span
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    local = _local(text)
    if local is None:
        expected = "a time such as 2h, -14d or monday 09:30"
        problems.wrong(node, key, expected, _hint(text, problems))
    return local


def _local(text: str) -> LocalTime | None:
    match = _LOCAL.fullmatch(" ".join(text.lower().split()))
    if match is None or match["next"] == "volgende " or "." in text:
        return None
    named = [name for name in _NAMED if name == match["day"] or name[:3] == match["day"]]
    try:
        if not named:
            date.fromisoformat(match["day"])
        clock = time(int(match["hour"]), int(match["minute"]))
    except ValueError:
        return None
    if match["next"] and (not named or named[0] in ("today", "tomorrow")):
        return None
    later = (duration(match["later"]) if match["later"] else None) or timedelta()
    return LocalTime(
        named[0] if named else match["day"],
        clock,
        bool(match["next"]),
        -later if match["sign"] == "-" else later,
    )


def _hint(text: str, problems: Problems) -> str:
    """The text that was meant, where it can be told; else one of each kind."""
    usual = "2h: two hours after the start; -14d: two weeks before it; monday 09:30, next working day 10:00, 2026-12-24 20:00"
    match = _LOCAL.fullmatch(" ".join(text.lower().split()))
    if match is None:
        alone = text.lower().strip()
        day = _DUTCH.get(alone, alone)
        return f"write the time of day as well: `{day} 09:30`" if day in _NAMED else usual
    clock = f"{int(match['hour']):02}:{match['minute']}"
    day = _DUTCH.get(match["day"]) or problems.nearest(match["day"], list(_NAMED)) or match["day"]
    following = "next " if match["next"] and day not in ("today", "tomorrow") else ""
    later = f" {match['sign']}{match['later']}" if match["later"] else ""
    meant = f"{following}{day} {clock}{later}"
    return f"write `{meant}`" if _local(meant) is not None else usual


def _start(node: Node, key: str, problems: Problems) -> datetime | LocalTime | None:
    local = _local(node.value) if isinstance(node.value, str) else None
    return local if local is not None else MOMENT.read(node, key, problems)


_LOCAL_SCHEMA: Final = r"((next )?([A-Za-z]+|working day)|[0-9]{4}-[0-9]{2}-[0-9]{2}) [0-9]{1,2}:[0-9]{2}( ?[+-] ?([0-9]{1,9}[wdhms]){1,5})?"
WHEN: Final[Kind[timedelta | datetime | LocalTime]] = shared(
    "when",
    _when,
    {
        "description": "A time from the start, `2h` or `-14d`; a local time, `monday 09:30`, `next working day 10:00`,"
        " `tomorrow 14:00`, `2026-12-24 20:00`, also with `+1w`; or a time with its offset.",
        "type": "string",
        "pattern": f"^(-?([0-9]{{1,9}}[wdhms]){{1,5}}|{_LOCAL_SCHEMA}|[0-9]{{4}}-.*)$",
        "examples": ["0h", "2h", "-14d", "monday 09:30", "next working day 10:00"],
    },
)
"""A time in a test."""

START_OF_TEST: Final[Kind[datetime | LocalTime]] = Kind(
    _start,
    {"anyOf": [{"type": "string", "pattern": f"^{_LOCAL_SCHEMA}$"}, MOMENT.schema]},
    MOMENT.definitions,
)
"""When the clock of a test begins."""
