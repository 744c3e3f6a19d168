"""A source held against messages that it is tried with: values that none of them has, times that one leaves open."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from router.model.record import Record
from router.model.sources import (
    Condition,
    Count,
    Decoded,
    First,
    InteractionMapping,
    Join,
    Lower,
    Mapped,
    Moment,
    Outside,
    Pick,
    Read,
    Source,
    Value,
)
from router.sources.conditions import Test, all_of
from router.sources.mapper import Mapper
from router.sources.message import MISSING, Message, Unmappable, headers_of
from router.sources.moments import NO_OFFSET, NO_UNIT
from router.sources.paths import members_of, walk
from router.sources.values import getter, read_coded


class Unseen(Struct, frozen=True):
    """A value that no message has. It is of the skip or interaction at `place`; else of all of `require` or `remember`."""

    value: Read | Outside | Pick | Decoded
    part: str
    place: int = 0


class OpenTime(Struct, frozen=True):
    """A time of the interaction at `place` that a message leaves open, and what is missing."""

    place: int
    detail: str


def messages_of(source: Source, records: Iterable[Record]) -> list[Message]:
    """The messages of records whose bodies the source can read."""
    found = []
    for record in records:
        try:
            body = read_coded(record.value or b"", source.decode)
        except Unmappable:
            continue
        key = record.key.decode("utf-8", "replace") if record.key else None
        found.append(Message(body, headers_of(record), key, record.topic, body))
    return found


def unseen(source: Source, messages: Sequence[Message]) -> Iterator[Unseen]:
    """What the source reads and no message has, in the order in which it is written."""
    for part, place, among, leaves in _parts(source, messages):
        for value in dict.fromkeys(leaves):
            if not _seen(value, among, source.ignore_case):
                yield Unseen(value, part, place)


_Part = tuple[str, int, Sequence[Message], list[Read | Outside | Pick | Decoded]]
"""A part of a source with its place, the messages that it is held against, and what it reads of them."""


def _parts(source: Source, messages: Sequence[Message]) -> Iterator[_Part]:
    yield "require", 0, messages, list(_leaves_of(source.require))
    if source.remember is not None:
        read = [*leaves_of(source.remember.of), *leaves_of(source.remember.at)]
        asking = [one for one in source.interactions if any(asked.remembered for asked in one.when)]
        among = [one for mapping in asking for one in _elements(mapping, messages, source.ignore_case)]
        yield "remember", 0, among or messages, read
    for place, skip in enumerate(source.skip):
        yield "skip", place, messages, list(_leaves_of(skip.when))
    for place, mapping in enumerate(source.interactions):
        among = list(_elements(mapping, messages, source.ignore_case))
        if mapping.each is not None and not among:
            yield "interactions", place, messages, [Read(mapping.each)]
            continue
        values = [mapping.id, mapping.type, mapping.time, *mapping.data.values()]
        values += [mapping.customer] if mapping.customer is not None else []
        read = [*_leaves_of(mapping.when), *(leaf for value in values for leaf in leaves_of(value))]
        yield "interactions", place, among, read


class Reached(Struct, frozen=True):
    """The interactions (by place) and the skips (by reason) of a source that some messages come to."""

    interactions: frozenset[int]
    skips: frozenset[str]


def reached(source: Source, records: Iterable[Record]) -> Reached:
    """What the messages of records come to. One with a fault has been at its interaction, too, but shows nothing of it."""
    mapper = Mapper([source])
    taken = [mapper.take(record) for record in records]
    return Reached(
        frozenset(made.place for one in taken for made in one.interactions),
        frozenset(because for one in taken for because in one.skipped),
    )


def open_times(source: Source, messages: Sequence[Message]) -> Iterator[OpenTime]:
    """The times that a message tells without saying of which unit or in which zone, once for each interaction."""
    case = source.ignore_case
    own = all_of(source.require, ignore_case=case)
    skips = [all_of(one.when, ignore_case=case) for one in source.skip]
    mapped = [one for one in messages if _holds(own, one) and not any(_holds(skip, one) for skip in skips)]
    for place, mapping in enumerate(source.interactions):
        taken, read = all_of(mapping.when, ignore_case=case), getter(mapping.time, ignore_case=case)
        for message in _elements(mapping, mapped, case):
            try:
                if taken(message):
                    read(message)
            except Unmappable as fault:
                if fault.detail in (NO_UNIT, NO_OFFSET):
                    yield OpenTime(place, fault.detail)
                    break


def leaves_of(value: Value) -> Iterator[Read | Outside | Pick | Decoded]:
    """What a value takes from the message: its paths, headers and key, the innermost first."""
    if isinstance(value, Read) or (isinstance(value, Outside) and value.part != "topic"):
        yield value
    elif isinstance(value, First | Join):
        for one in value.of:
            yield from leaves_of(one)
    elif isinstance(value, Mapped | Lower | Moment | Count | Decoded):
        yield from leaves_of(value.of)
        if isinstance(value, Mapped) and value.otherwise is not None:
            yield from leaves_of(value.otherwise)
        if isinstance(value, Decoded) and value.steps:
            yield value
    elif isinstance(value, Pick):
        yield from leaves_of(value.list)
        yield value


def _leaves_of(conditions: Iterable[Condition]) -> Iterator[Read | Outside | Pick | Decoded]:
    """As `leaves_of`; what should not be there is left out."""
    for one in conditions:
        if one.holds == "exists" and one.values == (False,):
            continue
        yield from leaves_of(one.of)
        if one.before is not None:
            yield from leaves_of(one.before)


def _elements(mapping: InteractionMapping, messages: Iterable[Message], case: bool) -> Iterator[Message]:
    """The messages, or one for each member of the list `each`."""
    if mapping.each is None:
        yield from messages
        return
    follow = walk(mapping.each, ignore_case=case)
    for message in messages:
        for element in members_of(follow(message.body)):
            yield Message(message.body, message.headers, message.key, message.topic, element)


def _seen(value: Value, messages: Iterable[Message], case: bool) -> bool:
    read = getter(value, ignore_case=case)

    def found(message: Message) -> Any:
        try:
            return read(message)
        except Unmappable:
            return MISSING

    return any(found(message) is not MISSING for message in messages)


def _holds(test: Test, message: Message) -> bool:
    try:
        return test(message)
    except Unmappable:
        return False
