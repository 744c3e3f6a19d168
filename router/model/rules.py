"""Routing rules and their conditions, as read from YAML and checked."""

from datetime import datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct

Operator = Literal[
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "in",
    "not_in",
    "prefix",
    "suffix",
    "contains",
    "matches",
    "exists",
    "longer_ago_than",
    "within",
]


AGO: Final[tuple[Operator, ...]] = ("longer_ago_than", "within")
"""Operators that ask how long ago a moment was, held against seconds."""


class Position(Struct, frozen=True, gc=False):
    """Where something stands in the rule set: file, line and column, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Test(Struct, frozen=True, gc=False, tag="test"):
    """A comparison of one field with one value."""

    field: str
    operator: Operator
    value: Any
    position: Position | None = None


class All(Struct, frozen=True, gc=False, tag="all"):
    """Holds when every part holds; an empty one always holds."""

    parts: tuple["Condition", ...]


class AnyOf(Struct, frozen=True, gc=False, tag="any"):
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...]


class Not(Struct, frozen=True, gc=False, tag="not"):
    """Holds when its part does not."""

    part: "Condition"


Condition = Test | All | AnyOf | Not

ALWAYS = All(())


class Reminder(Struct, frozen=True):
    """When to ask again without an answer: `after` each time, at most `max` times.

    `channels` are tried in their order; empty: those of the rule.
    """

    after: timedelta
    max: int = 1
    channels: tuple[str, ...] = ()


class Rule(Struct, frozen=True):
    """One routing rule: when it matches, what to send, and how the moment is chosen.

    `journey` and `steps` are the transition it waits for (None: any interaction that `when` names).
    `sample` is a share from 0 to 1. `within` names allowed hours of the policy. With `also` it is tried besides the
    rule that is chosen.
    """

    id: str
    survey: str
    channels: tuple[str, ...] = ()
    journey: str | None = None
    steps: tuple[str, ...] = ()
    when: Condition = ALWAYS
    unless: Condition | None = None
    priority: int = 0
    max_age: timedelta | None = None
    delay: timedelta = timedelta()
    within: Literal["business_hours"] | None = None
    expires: timedelta | None = None
    sample: float = 1.0
    cancel_on: tuple[str, ...] = ()
    reminder: Reminder | None = None
    enabled: bool = True
    active_from: datetime | None = None
    active_until: datetime | None = None
    position: Position | None = None
    also: bool = False
