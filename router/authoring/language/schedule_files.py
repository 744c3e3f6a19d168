"""Files with schedules: their keys, and the schedules that they make."""

import re
from datetime import time, timedelta
from typing import Final

from router.authoring.language.amounts import MAX_DURATION, duration
from router.authoring.language.definitions import Placed
from router.authoring.language.keys import Block, Kind, block, listing, optional, required
from router.authoring.language.kinds import CLOCK, NAME, TEXT, choice, shared
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.spoken import duration_hint
from router.model.fields import CUSTOMER, OF_THE_CUSTOMER
from router.model.schedules import MONTHS, Every, Schedule

BEGINS: Final = time(9)
ENDS: Final = time(17)
CATCH_UP: Final = timedelta(days=1)
MOST_LATE: Final = timedelta(days=30)
LEAST_LATE: Final = timedelta(hours=1)

_PERIOD: Final[Kind[Every]] = choice(*MONTHS)
_DAY: Final = timedelta(days=1)
_ATTRIBUTE: Final = re.compile(r"customer(\.[^\s.]+)+\Z")
_BARE: Final = re.compile(r"(?!(?:event|journey)\.)[A-Za-z_][\w-]*(\.[\w-]+)*\Z")
_EVERY: Final = {
    "year": "year years yearly annual annually 12-months jaar jaarlijks",
    "half_year": "half-year half-yearly halfyear 6-months six-months halfjaar halfjaarlijks half-jaar biannual",
    "quarter": "quarters quarterly 3-months three-months kwartaal per-kwartaal kwartalen",
    "month": "months monthly 1-month maand maandelijks maanden",
}
"""What people write for a period, their words joined by a stroke."""


def _date(node: Node, key: str, problems: Problems) -> str | None:
    """The attribute of the customer that holds a date."""
    text = TEXT.read(node, key, problems)
    if text is None:
        return None
    name = text.removeprefix(CUSTOMER)
    if not text.startswith(CUSTOMER) and _BARE.match(text) and text not in OF_THE_CUSTOMER:
        message = f"`{key}` must name an attribute of the customer, not {node.shown}"
        problems.add("R157", node.position, message, f"write {CUSTOMER}{name}")
    elif not _ATTRIBUTE.match(text) or name.partition(".")[0] in OF_THE_CUSTOMER:
        message = f"`{key}` must name an attribute of the customer that holds a date, not {node.shown}"
        problems.add("R157", node.position, message, "such as customer.policy_start")
    else:
        return name
    return None


def _every(node: Node, key: str, problems: Problems) -> Every | None:
    """A period, or a word of everyday language that means one, with the one to write."""
    meant = "-".join(re.split(r"[\s_-]+", str(node.value).strip().casefold()))
    for period, words in _EVERY.items():
        if node.value != period and meant in (period.replace("_", "-"), *words.split()):
            problems.add("R013", node.position, f"`{key}` does not know {node.shown}", f"write {period}")
            return None
    return _PERIOD.read(node, key, problems)


def _days(node: Node, key: str, problems: Problems) -> timedelta | None:
    """A whole number of days, at least one."""
    length = duration(node.value)
    if length is not None and length >= _DAY and not length % _DAY:
        return length
    hint = duration_hint(node.value) if length is None else "in whole days; the hours of the day are `hours`"
    problems.wrong(node, key, "a number of days such as 60d or 2w", hint, code="R015")
    return None


def _late(node: Node, key: str, problems: Problems) -> timedelta | None:
    length = duration(node.value)
    if length is not None and LEAST_LATE <= length <= MOST_LATE:
        return length
    hint = (
        duration_hint(node.value)
        if length is None
        else f"at least 1h, at most {MOST_LATE.days}d; a service may rest for a while"
    )
    problems.wrong(node, key, "a duration such as 1d", hint, code="R015")
    return None


_SPAN: Final = {"type": "string", "pattern": "^([0-9]{1,9}[wdhms]){1,5}$", "examples": ["1d", "60d"]}
EVERY: Final[Kind[Every]] = Kind(_every, _PERIOD.schema)
DATE: Final[Kind[str]] = shared(
    "date",
    _date,
    {
        "description": "An attribute of the customer that holds a date, such as `customer.policy_start`.",
        "type": "string",
        "pattern": r"^customer(\.[^\s.]+)+$",
    },
)
DAYS: Final[Kind[timedelta]] = shared(
    "days",
    _days,
    {"description": f"Whole days, `60d` or `2w`; at most {MAX_DURATION.days}d.", **_SPAN},
)
_LATE: Final[Kind[timedelta]] = shared(
    "late", _late, {"description": f"A duration from `1h` to `{MOST_LATE.days}d`.", **_SPAN}
)


class HoursOfDayKeys(Block):
    """The part of the day that the occasions are spread over."""

    from_ = required(CLOCK, "the customer's local time from which on")
    to = required(CLOCK, 'the local time until when; the same as `from`: exactly then; "24:00" ends the day')


class ScheduleKeys(Block):
    """A schedule: on which days time itself is an occasion to ask."""

    id = required(
        NAME,
        "the schedule's name, unique in the set. A new id is a new schedule, which may ask on a day again",
    )
    type = required(
        TEXT,
        "the type of the interaction that it makes; a [rule](routes.md) waits for that, like for any other",
    )
    date = optional(
        DATE,
        "the attribute of the customer that holds the date which it counts from: `customer.policy_start`",
        without="none: it counts from a step, or every customer has days of their own",
    )
    journey = optional(NAME, "the journey whose `step` it counts from", names="journey")
    step = optional(NAME, "the step: the day on which the customer entered it last")
    every = optional(
        EVERY,
        "how often: for a date the anniversaries, the first one period later; without a date each customer has one day"
        " in each period, by a draw",
        without="once",
    )
    before = optional(DAYS, "so many days earlier: `60d`", without="on the day")
    after = optional(DAYS, "so many days later: `365d`", without="on the day")
    hours = optional(
        block(HoursOfDayKeys),
        "the part of the day over which customers are spread",
        without='"09:00" to "17:00"',
    )
    catch_up = optional(
        _LATE,
        "how late it is still made, where the service rested or the date became known late; later it is left out",
        CATCH_UP,
        without="`1d`",
    )


class ScheduleFile(Block, opens=("schedules",)):
    """On which days time itself is an occasion to ask."""

    schedules = required(listing(ScheduleKeys, "a schedule"), "the schedules")


def read_schedule(keys: ScheduleKeys) -> Placed[Schedule]:
    """A schedule. One that lacks its id or type, with the problem noted, has an empty one."""
    offset = keys.after or -(keys.before or timedelta())
    hours = keys.hours
    schedule = Schedule(
        id=keys.id or "",
        type=keys.type or "",
        attribute=keys.date,
        journey=keys.journey,
        step=keys.step,
        every=keys.every,
        offset=offset.days,
        begins=hours.from_ if hours and hours.from_ is not None else BEGINS,
        ends=hours.to if hours and hours.to is not None else ENDS,
        catch_up=keys.catch_up,
        position=keys.node.position,
    )
    return Placed(schedule, keys.node)
