"""Quiet hours and business hours: their keys, and the hours that they make."""

from collections.abc import Mapping
from typing import Any, Final

import holidays

from router.authoring.language.keys import Block, Kind, optional, required
from router.authoring.language.kinds import CLOCK, TEXT, ZONE, choice, one_or_more, read_texts
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.policy import Hours, QuietHours

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(node: Node, key: str, problems: Problems) -> tuple[int, ...]:
    """`mon-fri`, `mon`, or a list of both, as weekday numbers."""
    if not read_texts(node, key, problems):
        return ()
    days: set[int] = set()
    for item in node.each():
        first, _, last = item.value.partition("-") if isinstance(item.value, str) else ("mon", "", "sun")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            problems.unknown("R013", item.position, "day", item.value, list(WEEKDAYS))
            first, last = "mon", "sun"
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days |= {day % 7 for day in range(begin, end + (1 if end >= begin else 8))}
    return tuple(sorted(days))


def _region(node: Node, key: str, problems: Problems) -> str | None:
    """A country, or a part of one, whose public holidays are known: `NL`, `DE-BY`."""
    region = TEXT.read(node, key, problems)
    if region is None:
        return None
    country, _, part = region.partition("-")
    known: Mapping[str, Any] = holidays.list_supported_countries(include_aliases=False)
    if country in known and (not part or part in known[country]):
        return region
    names = list(known) if country not in known else [f"{country}-{name}" for name in known[country]]
    problems.unknown("R013", node.position, "holidays", region, names)
    return None


def _whose_zone(node: Node, key: str, problems: Problems) -> str | None:
    whose = TEXT.read(node, key, problems)
    if whose not in (None, "customer", "policy"):
        problems.wrong(node, key, "`customer` or `policy`", "name a fixed zone in `otherwise`")
    return whose


_DAY: Final = "|".join(WEEKDAYS)
_DAYS: Final = Kind(_days, one_or_more({"type": "string", "pattern": f"^({_DAY})(-({_DAY}))?$"}, minItems=1))


class QuietHoursKeys(Block):
    """Local hours in which nothing is sent."""

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


class BusinessHoursKeys(Block):
    """Local hours that rules may confine themselves to."""

    from_ = required(CLOCK, "local time at which they begin")
    to = required(CLOCK, "local time at which they end, after `from`")
    days = optional(_DAYS, "`mon-fri`, `sat`, or a list of both", tuple(range(7)), without="`mon-sun`")
    holidays = optional(
        Kind(_region, TEXT.schema, TEXT.definitions),
        "a country (`NL`) or a part of one (`DE-BY`) whose public holidays are not worked",
    )


def quiet_hours(keys: QuietHoursKeys) -> QuietHours | None:
    """The hours of a block that has both ends."""
    start, end = keys.from_, keys.to
    if start is None or end is None:
        return None
    if start == end:
        message = "quiet hours of a whole day leave no hour to send in"
        keys.problems.add("R062", keys.node.position, message, "let `from` and `to` differ")
    return QuietHours(start, end)


def business_hours(keys: BusinessHoursKeys) -> Hours | None:
    """The hours of a block that has both ends and leaves some hour."""
    start, end = keys.from_, keys.to
    if start is None or end is None:
        return None
    if not keys.days or (end <= start and end.hour + end.minute > 0):
        message = "business hours leave no hour to send in"
        keys.problems.add("R062", keys.node.position, message, "`from` before `to`")
        return None
    return Hours(keys.days, start, end, keys.holidays)
