"""Counts by a field of the interaction or the customer: per agent, segment, channel."""

from collections.abc import Collection, Iterable

from msgspec import Struct


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
