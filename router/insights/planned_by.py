"""What is planned, counted by fields: per agent, segment, channel."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from router.model.encoding import UnreadableRow, decode_context, decode_invitation
from router.model.field_values import NONE, Values, value_of
from router.model.fields import CUSTOMER
from router.model.interaction import Interaction


class PlannedValue(Struct, frozen=True):
    """How many invitations are planned about interactions with one value of a field."""

    value: str
    planned: int


class PlannedBy(Struct, frozen=True):
    """The counts by a field. `people` tells that its values are persons: they stand by name, never ranked."""

    field: str
    people: bool
    values: tuple[PlannedValue, ...]


class PlannedReader(Protocol):
    """The read that this needs of a store."""

    def planned_bodies(self, until: datetime) -> AsyncIterator[Sequence[tuple[bytes, bytes | None]]]:
        """The body and the frozen context of each planned invitation that is due up to then, some at a time."""


async def planned_by(
    reading: PlannedReader, fields: Sequence[str], people: Collection[str], until: datetime
) -> tuple[PlannedBy, ...]:
    """The invitations planned up to then by each field: one of the interaction, or `customer.*` as it was frozen.

    Reminders and fallbacks are not counted: they ask again. Raises what the reading raises.
    """
    if not fields:
        return ()
    values, counts = Values(fields), {field: Counter[str]() for field in fields}
    async for rows in reading.planned_bodies(until):
        for body, context in rows:
            frozen, interaction = _frozen(context), _interaction(body)
            for field, counted in counts.items():
                of_customer = field.startswith(CUSTOMER)
                value = frozen.get(field, NONE) if of_customer else value_of(field, interaction, None)
                counted[values.told(field, value)] += 1
    return tuple(_ordered(field, field in people, counted) for field, counted in counts.items())


def _ordered(field: str, people: bool, counted: Counter[str]) -> PlannedBy:
    found = sorted(counted.items(), key=lambda one: one[0] if people else (-one[1], one[0]))
    return PlannedBy(field, people, tuple(PlannedValue(*one) for one in found))


def _frozen(context: bytes | None) -> dict[str, str]:
    """The attributes that were frozen; none where the context cannot be read, or was not kept yet."""
    try:
        return decode_context(context).attributes if context else {}
    except UnreadableRow:
        return {}


def _interaction(body: bytes) -> Interaction | None:
    try:
        return decode_invitation(body).interaction
    except UnreadableRow:
        return None
