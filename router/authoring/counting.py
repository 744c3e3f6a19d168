"""Counts by a field of the interaction or the customer: per agent, segment, channel; bounded in memory."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from msgspec import Struct

from router.model.customer import Customer
from router.model.fields import CUSTOMER, of_interaction
from router.model.interaction import Interaction
from router.model.keys import as_key

MOST_VALUES: Final = 1_000
"""So many values of a field are told apart; all further ones count as `OTHERS`."""
OTHERS: Final = "(others)"
NONE: Final = "(none)"


class Values:
    """The values of fields, by which something is counted; the first `MOST_VALUES` of each are told apart."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(dict.fromkeys(fields))
        self._known: dict[str, set[str]] = {field: set() for field in self.fields}

    def of(self, interaction: Interaction | None, customer: Customer | None) -> tuple[str, ...]:
        """The value of each field, of an interaction and the customer as they were."""
        return tuple(self._told(field, value_of(field, interaction, customer)) for field in self.fields)

    def _told(self, field: str, value: str) -> str:
        known = self._known[field]
        if value not in known:
            if len(known) >= MOST_VALUES:
                return OTHERS
            known.add(value)
        return value


def value_of(field: str, interaction: Interaction | None, customer: Customer | None) -> str:
    """A field's value: of the interaction, such as `agent_id` or `channel`, or of the customer, `customer.segment`.

    A plain name that the interaction does not have is looked up with the customer. Without any it is `NONE`.
    """
    name = field.removeprefix(CUSTOMER)
    found: Any = None
    if name == field and interaction is not None:
        found = of_interaction(interaction, field)
    if found is None and customer is not None:
        found = customer.profile.attributes.get(name)
    return as_key(found) or NONE


class CountedValue(Struct, frozen=True):
    """Of one value of a field: interactions, and the invitations that were planned, sent and answered."""

    value: str
    interactions: int
    invitations: int
    sent: int
    answered: int


class CountsBy(Struct, frozen=True):
    """The counts by a field. `people` tells that its values are persons: they stand by name, never ranked."""

    field: str
    people: bool
    values: tuple[CountedValue, ...]


def in_order(field: str, people: Collection[str], values: Iterable[CountedValue]) -> CountsBy:
    """The values as they are shown: persons by name, others by how often they came."""
    named = field in people or field.removeprefix("event.") in people
    if named:
        ordered = sorted(values, key=lambda one: one.value)
    else:
        ordered = sorted(values, key=lambda one: (-one.interactions, one.value))
    return CountsBy(field, named, tuple(ordered))
