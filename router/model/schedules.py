"""Schedules: on which days time itself is an occasion to ask, as read from YAML and checked."""

from datetime import time, timedelta
from typing import Final, Literal

from msgspec import Struct

from router.model.interaction import EXPIRY_TYPE, Interaction
from router.model.rules import Position

Every = Literal["month", "quarter", "half_year", "year"]
MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months lie between two occasions."""

SCHEDULE_SOURCE: Final = "/feedback-router/schedules"
"""The source of interactions that a schedule makes. No record may have it."""

SCHEDULE: Final = "schedule"
DUE_DATE: Final = "due_date"
DATE: Final = "date"
NUMBER: Final = "number"
MADE: Final = frozenset({SCHEDULE, DUE_DATE, DATE, NUMBER})
"""The attributes of an interaction that a schedule makes."""


class Schedule(Struct, frozen=True):
    """Days on which a customer has an interaction of the type `type`, made by time alone.

    The days are counted from a date: the customer's `attribute`, or the latest entry of a journey's step. With
    neither, each period `every` has one day of the customer's own, by a draw. `offset` moves all of them, in days; less
    than 0 is before. Without `every` there is one day.
    On a day the moment lies between the local times `begins` and `ends` (midnight: the end of the day), by a draw.
    What is found later than `catch_up` after its moment is passed over.
    """

    id: str
    type: str
    attribute: str | None = None
    journey: str | None = None
    step: str | None = None
    every: Every | None = None
    offset: int = 0
    begins: time = time(9)
    ends: time = time(17)
    catch_up: timedelta = timedelta(days=1)
    position: Position | None = None

    @property
    def entered(self) -> str | None:
        """The name under which a customer's latest entry of its step is remembered; None: it counts from no step."""
        return step_key(self.journey, self.step) if self.journey and self.step else None

    @property
    def by_draw(self) -> bool:
        """Whether it counts from no date: each customer has days of their own."""
        return self.attribute is None and self.entered is None


def step_key(journey: str, step: str) -> str:
    """The name of a step among those whose latest entry is remembered."""
    return f"{journey}/{step}"


def by_itself(interaction: Interaction) -> bool:
    """Whether time alone brought an interaction: a journey is abandoned, or the day of a schedule has come."""
    return interaction.type == EXPIRY_TYPE or is_scheduled(interaction)


def is_scheduled(interaction: Interaction) -> bool:
    """Whether a schedule made an interaction. A record that was refused for having its source names no schedule."""
    return interaction.source == SCHEDULE_SOURCE and SCHEDULE in interaction.attributes
