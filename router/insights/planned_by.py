"""What is planned, counted by fields: per agent, segment, channel; bounded in memory."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct

from router.model.encoding import UnreadableRow, decode_context, decode_invitation
from router.model.fields import CUSTOMER, of_interaction
from router.model.keys import as_key

MOST_VALUES: Final = 1_000
"""So many values of a field are told apart; all further ones count as `OTHERS`."""
OTHERS: Final = "(others)"
NONE: Final = "(none)"


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
    counts: dict[str, Counter[str]] = {field: Counter() for field in fields}
    async for rows in reading.planned_bodies(until):
        for body, context in rows:
            for field, counted in counts.items():
                value = _value(field, body, context)
                known = value in counted or len(counted) < MOST_VALUES
                counted[value if known else OTHERS] += 1
    return tuple(_ordered(field, field in people, counted) for field, counted in counts.items())


def _ordered(field: str, people: bool, counted: Counter[str]) -> PlannedBy:
    found = sorted(counted.items(), key=lambda one: one[0] if people else (-one[1], one[0]))
    return PlannedBy(field, people, tuple(PlannedValue(*one) for one in found))


def _value(field: str, body: bytes, context: bytes | None) -> str:
    try:
        if field.startswith(CUSTOMER):
            return decode_context(context).attributes.get(field, NONE) if context else NONE
        interaction = decode_invitation(body).interaction
    except UnreadableRow:
        return NONE
    found = of_interaction(interaction, field) if interaction else None
    return as_key(found) or NONE
