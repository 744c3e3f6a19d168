"""Limits, quotas and rate caps: their keys, and the definitions that they make."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar, get_args

from router.authoring.language.amounts import LONGEST, duration
from router.authoring.language.definitions import Placed
from router.authoring.language.everyday import everyday, folded
from router.authoring.language.keys import Block, Kind, optional, required
from router.authoring.language.kinds import FIELD, NAME, choice, one_or_more, read_texts, span, whole
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.spoken import duration_hint, months
from router.model.policy import CalendarPeriod, ContactClock, Period
from router.model.survey import METRICS

D = TypeVar("D")

CALENDAR: Final[tuple[str, ...]] = get_args(CalendarPeriod)
CLOCKS: Final[tuple[str, ...]] = get_args(ContactClock)

_ROLLING: Final = {
    "calendar_day": "1d", "calendar_week": "7d", "calendar_month": "30d", "calendar_year": "365d",
}  # fmt: skip

MOST_PER_RATE: Final = timedelta(days=1)
"""The longest span of a rate cap: it spreads what is due, and holds nothing back for days."""


def _period(node: Node, key: str, problems: Problems) -> Period | None:
    if isinstance(node.value, str) and node.value in CALENDAR:
        return node.value  # type: ignore[return-value]
    window = duration(node.value)
    if window is not None and window > timedelta():
        return window
    expected = f"a duration such as 30d, or one of {', '.join(CALENDAR)}"
    hint = months(node.value)
    if hint is None and isinstance(node.value, str) and (word := everyday(node.value, CALENDAR)):
        hint = (
            f"write {word}"
            if folded(node.value) in map(folded, CALENDAR)
            else f"write {word}, or {_ROLLING[word]}"
        )
    problems.wrong(node, key, expected, hint or duration_hint(node.value), code="R015")
    return None


def _clocks(node: Node, key: str, problems: Problems) -> tuple[str, ...] | None:
    for item in node.each():
        if isinstance(item.value, str) and item.value not in CLOCKS:
            problems.unknown("R013", item.position, "clock", item.value, list(CLOCKS), many=True)
    return read_texts(node, key, problems) or None


_PERIOD: Final = Kind(
    _period, {"anyOf": [{"$ref": "#/definitions/duration"}, {"enum": list(CALENDAR)}]}, span().definitions
)
_CLOCKS: Final[Kind[Any]] = Kind(_clocks, one_or_more({"enum": list(CLOCKS)}))


class QuotaKeys(Block, called="a limit or quota of the policy"):
    """A quota."""

    id = required(NAME, "its name, unique among limits, quotas and rate caps; decisions show it")
    max = required(whole(1), "how many, at least 1")
    per: Any = required(
        choice(*CALENDAR), f"the calendar period: {', '.join(f'`{one}`' for one in CALENDAR)}"
    )
    survey = optional(NAME, "counts and limits this survey only", without="all", names="survey")
    metric = optional(NAME, "this metric only: `ces`, `nps`, `csat`", without="all", enum=list(METRICS))
    channel = optional(NAME, "this channel only", without="all", names="channel")
    journey = optional(NAME, "this journey only", without="all", names="journey")
    same = optional(
        FIELD,
        "only invitations with the same value of this [field](#the-same-agent): the same agent, branch, product",
        without="all",
    )


class LimitKeys(
    QuotaKeys,
    more={
        "if": {"properties": {"on_limit": {"const": "defer"}}, "required": ["on_limit"]},
        "then": {"required": ["up_to"]},
    },
):
    """A contact limit."""

    per = required(
        _PERIOD,
        "a rolling window (`30d`), or `calendar_day`, `calendar_week`, `calendar_month`, `calendar_year` in the"
        " policy's zone",
    )
    clock = optional(
        _CLOCKS,
        "when an invitation counts: `invited`, `delivered`, `answered`; of several the latest",
        without="`invited`",
    )
    on_limit = optional(
        choice("drop", "defer"),
        "`drop`: refuse; `defer`: plan it for the first moment that all limits allow",
        "drop",
    )
    up_to = optional(span(LONGEST), "with `defer`: how much later at most", without="required with `defer`")


class RateCapKeys(Block):
    """A rate cap: what is due all at once leaves one after the other."""

    id = required(NAME, "its name, unique among limits, quotas and rate caps")
    max = required(whole(1), "how many, at least 1")
    per = required(span(MOST_PER_RATE), "in how long, at most a day")
    survey = optional(NAME, "this survey only", without="all", names="survey")
    channel = optional(NAME, "this channel only", without="all", names="channel")


def definitions_of(
    make: Callable[..., D], blocks: Sequence[QuotaKeys | RateCapKeys]
) -> tuple[Placed[D], ...]:
    """A definition of each block that has all that it needs."""
    return tuple(Placed(make(**one.fields()), one.node) for one in blocks if one.id and one.max and one.per)
