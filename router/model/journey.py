"""The map of a journey in YAML, and one customer's pass through it."""

from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

EffortKind = Literal["count", "sum", "distinct", "first", "last", "duration"]


EXPIRED: Final = "expired"
"""The step that a rule waits for to hear that a pass was abandoned: idle for `expires`, and never ended."""


class StepDefinition(Struct, frozen=True):
    """A node of a journey: the interaction types that enter it and what entering it means."""

    name: str
    on: tuple[str, ...]
    counts: str | None = None
    ends: bool = False
    reopens: bool = False


class EffortDefinition(Struct, frozen=True):
    """A signal the journey keeps, usable in rules as `journey.<name>`.

    `count`: `types` counted; `sum`, `distinct`, `first`, `last`: of attribute `field`;
    `duration`: seconds from the first entry of step `start` to the latest entry of step `end`.
    """

    name: str
    kind: EffortKind
    types: tuple[str, ...] = ()
    field: str = ""
    start: str = ""
    end: str = ""


class JourneyDefinition(Struct, frozen=True):
    """A journey as the rule set defines it. `instance` names the attribute that tells two passes apart.

    With `identifies_customer` an interaction without a customer belongs to the customer of its instance.
    """

    name: str
    steps: dict[str, StepDefinition]
    order: tuple[str, ...] = ()
    instance: str | None = None
    expires: timedelta = timedelta(days=365)
    effort: tuple[EffortDefinition, ...] = ()
    identifies_customer: bool = False


class Journey(Struct, frozen=True, array_like=True):
    """One customer's pass through a journey definition, told apart by its instance key.

    `entered_at` is the time of the last transition, `active_at` the latest interaction seen. `signals` holds
    the effort signals and step counts by name; `seen` the values behind `distinct` signals; `entries` the
    first and latest entry of each step that a `duration` signal measures. `opened_by` is a hash of the interaction
    that opened the pass: another one may open the same instance at the same time once this pass is over. Empty
    where it was stored before this was noted.
    """

    name: str
    instance: str | None
    step: str | None
    opened_at: datetime
    entered_at: datetime
    active_at: datetime
    ended: bool = False
    signals: dict[str, int | float | str | bool] = {}
    seen: dict[str, tuple[str, ...]] = {}
    entries: dict[str, tuple[datetime, datetime]] = {}
    opened_by: str = ""


Movement = Literal["entered", "repeated", "late", "none"]


class Move(Struct, frozen=True):
    """What one interaction did to one journey. `step` is the step its type names, entered or not."""

    journey: Journey
    movement: Movement
    step: str | None
