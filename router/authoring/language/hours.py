"""Quiet hours and business hours: their keys, and the hours that they make."""

from typing import Final

from msgspec import Struct

from router.authoring.language.day_hours import (
    WEEKDAYS,
    Part,
    own_hours,
    read_weekdays,
    special_days,
    weekday_hours,
)
from router.authoring.language.holidays import HOLIDAYS, Holidays
from router.authoring.language.keys import Block, Kind, optional, required
from router.authoring.language.kinds import CLOCK, TEXT, ZONE, choice, one_or_more
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.spoken import clocks
from router.model.policy import Hours, QuietHours

_ALL_DAYS: Final = tuple(range(7))
_NO_HOLIDAYS: Final = Holidays()


class Days(Struct, frozen=True):
    """The days on which there are business hours, and the hours of those that have their own."""

    days: tuple[int, ...] = _ALL_DAYS
    own: dict[int, Part] = {}
    sound: bool = True


def _days(node: Node, key: str, problems: Problems) -> Days:
    """`mon-fri`, `mon`, a list of both, or a mapping of them to their hours."""
    if isinstance(node.value, dict):
        before = len(problems.found)
        own = weekday_hours(node, "closed", problems, "open")
        if len(problems.found) > before:
            return Days(sound=False)
        open_days = [day for day, part in sorted(own.items()) if part.usual or part != Part()]
        return Days(tuple(open_days), {day: own[day] for day in open_days})
    found: set[int] = set()
    for item in node.each():
        found.update(read_weekdays(item, problems))
    # After a day that cannot be read nothing is said about the days that are left.
    return Days(tuple(sorted(found)) or _ALL_DAYS if node.each() else ())


def _quiet_days(node: Node, key: str, problems: Problems) -> dict[int, Part] | None:
    if not isinstance(node.value, dict):
        hint = "such as `sun: quiet` or `sat: 20:00-10:00`, on lines of their own"
        problems.wrong(node, key, "days with their quiet hours", hint)
        return None
    return weekday_hours(node, "quiet", problems, None)


def _whose_zone(node: Node, key: str, problems: Problems) -> str | None:
    whose = TEXT.read(node, key, problems)
    if whose not in (None, "customer", "policy"):
        problems.wrong(node, key, "`customer` or `policy`", "name a fixed zone in `otherwise`")
    return whose


_DAY: Final = "|".join(WEEKDAYS)
_PATTERN: Final = f"^({_DAY})(-({_DAY}))?$"
_OWN_HOURS: Final = {
    "type": "object",
    "propertyNames": {"pattern": _PATTERN},
    "additionalProperties": {"type": ["string", "null"]},
}
_DAYS: Final = Kind(
    _days,
    {"anyOf": [*one_or_more({"type": "string", "pattern": _PATTERN}, minItems=1)["anyOf"], _OWN_HOURS]},
)


class QuietHoursKeys(Block, called="`quiet_hours:` in the policy"):
    """Local hours in which nothing is sent."""

    @classmethod
    def meant(cls, node: Node) -> str | None:
        """`21:00-08:00` as both ends."""
        ends = clocks(node.value)
        return f"{{from: {ends[0]}, to: {ends[1]}}}" if ends else None

    from_ = required(CLOCK, "local time at which they begin")
    to = required(CLOCK, "local time at which they end; may pass midnight")
    zone = optional(
        Kind(_whose_zone, choice("customer", "policy").schema),
        "`customer`: the customer's own zone where it is known; `policy`: always the policy's",
        "customer",
    )
    otherwise = optional(
        ZONE, "the zone where the customer's is not known, if the policy has no `zone`", without="`UTC`"
    )
    days = optional(
        Kind(_quiet_days, _OWN_HOURS),
        "weekdays with other quiet hours: `sun: quiet` is quiet all day, `sat: 20:00-10:00` before ten and after eight",
        {},
        without="every day alike",
    )
    holidays = optional(
        HOLIDAYS,
        "countries (`NL`) and parts of one (`DE-BY`) whose [public holidays](#holidays) are quiet all day",
        _NO_HOLIDAYS,
        without="none",
    )
    special_days = optional(
        special_days("quiet"),
        "[dates](#special-days) with other quiet hours, `2026-12-24` or each year's `12-24`: `quiet`, `from 18:00`,"
        " `until 12:00`, `12:00-14:00`",
        (),
        without="none",
    )


# Without both ends the days say theirs; that each of them does is left to the reader.
_ENDS: Final = {
    "anyOf": [
        {"required": ["from", "to"]},
        {"required": ["days"], "properties": {"days": {"type": "object"}}},
    ]
}


class BusinessHoursKeys(Block, more=_ENDS):
    """Local hours that rules may confine themselves to."""

    from_ = optional(CLOCK, "local time at which they begin", without="required, unless `days` says all")
    to = optional(
        CLOCK, "local time at which they end, after `from`", without="required, unless `days` says all"
    )
    days = optional(
        _DAYS,
        "`mon-fri`, `sat`, a list of both, or each with its hours: `sat: 10:00-14:00`, `fri: until 17:00`, `mon-thu: open`",
        Days(),
        without="`mon-sun`",
    )
    holidays = optional(
        HOLIDAYS,
        "countries (`NL`) and parts of one (`DE-BY`) whose [public holidays](#holidays) are not worked",
        _NO_HOLIDAYS,
        without="none",
    )
    special_days = optional(
        special_days("closed"),
        "[dates](#special-days) with other hours, `2026-12-24` or each year's `12-24`: `closed`, `until 12:00`,"
        " `from 12:00`, `10:00-14:00`",
        (),
        without="none",
    )


def quiet_hours(keys: QuietHoursKeys) -> QuietHours | None:
    """The hours of a block that has both ends."""
    start, end = keys.from_, keys.to
    if start is None or end is None:
        return None
    if start == end:
        message = "quiet hours of a whole day leave no hour to send in"
        keys.problems.add("R062", keys.node.position, message, "let `from` and `to` differ")
        return None
    off = keys.holidays
    return QuietHours(start, end, off.regions, off.customer, own_hours(keys.days), keys.special_days)


def business_hours(keys: BusinessHoursKeys) -> Hours | None:
    """The hours of a block that has both ends, or whose days say theirs, and that leaves some hour."""
    days, start, end = keys.days, keys.from_, keys.to
    if not days.sound:
        # Whether they say all is not known.
        return None
    own = days.own.values()
    whole = [part for part in own if not part.usual and part.start is not None and part.end is not None]
    if len(whole) < len(days.days) or not days.days:
        for name, value in (("from", start), ("to", end)):
            if value is None and name not in keys.pairs:
                keys.lacks(name)
        if start is None or end is None:
            return None
    elif start is None or end is None:
        start, end = whole[0].start, whole[0].end
    if start is None or end is None or not days.days or (end <= start and end.hour + end.minute > 0):
        message = "business hours leave no hour to send in"
        keys.problems.add("R062", keys.node.position, message, "`from` before `to`")
        return None
    off = keys.holidays
    return Hours(days.days, start, end, off.regions, off.customer, own_hours(days.own), keys.special_days)
