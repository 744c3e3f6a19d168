"""The sources of one topic over a record: its interactions, why others were passed over, or why it cannot be mapped."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from router.model.record import Record
from router.model.remembered import Change, Seen
from router.model.sources import Condition, Constant, InteractionMapping, Outside, Read, Source
from router.sources.conditions import Test, all_of
from router.sources.explain import path_of
from router.sources.facts import name_of, required, time_of
from router.sources.message import MISSING, Message, Unmappable, headers_of
from router.sources.numbers import plain, text_of
from router.sources.paths import members_of, walk
from router.sources.snapshots import Snapshot, snapshot_of
from router.sources.values import Getter, getter, read_coded

MOST_ELEMENTS: Final = 1_000
"""So many elements `each` takes of one message."""


class Mapping(Struct, frozen=True):
    """One interaction that a message was mapped to, not checked yet. `place` is its place among the source's mappings."""

    source: str
    place: int
    id: str
    type: str
    time: datetime
    customer: str | None
    data: dict[str, Any]
    changes: tuple[Change, ...] = ()


class Unread(Struct, frozen=True):
    """What can be read of an interaction that cannot be mapped: it may be a customer's no. What cannot be read is None."""

    source: str
    place: int
    id: str | None
    type: str | None
    time: datetime | None
    customer: str | None
    data: dict[str, Any]


class Taken(Struct):
    """What became of a message: the interactions, the reasons of what was passed over, and what could not be mapped.

    `source` is the first one that takes such messages; None: none does. A fault names source, interaction and field. `seen` are
    the values that are to be remembered, `unread` is what can be told of interactions that could not be mapped.
    """

    source: str | None = None
    interactions: list[Mapping] = []
    skipped: list[str] = []
    faults: list[str] = []
    seen: list[Seen] = []
    unread: list[Unread] = []


class _Compiled:
    """One mapping."""

    def __init__(self, mapping: InteractionMapping, snapshot: Snapshot | None, *, ignore_case: bool) -> None:
        def read(value: Any) -> Getter:
            return getter(value, ignore_case=ignore_case)

        self.when: Test | None = all_of(mapping.when, ignore_case=ignore_case) if mapping.when else None
        self.each: Callable[[Any], Any] | None = (
            walk(mapping.each, ignore_case=ignore_case) if mapping.each is not None else None
        )
        self.list = path_of(mapping.each or (), "" if mapping.each else "$body")
        self._of_whole = all_of([one for one in mapping.when if _of_whole(one)], ignore_case=ignore_case)
        always = mapping.type.value if isinstance(mapping.type, Constant) else None
        self.fixed_type = text_of(always) if isinstance(always, str) else None
        self.id, self.type, self.time = read(mapping.id), read(mapping.type), read(mapping.time)
        self.customer = read(mapping.customer) if mapping.customer is not None else None
        self.data = [(name, read(value)) for name, value in mapping.data.items()]
        self.snapshot = snapshot

    def elements(self, message: Message) -> Sequence[Any]:
        """What is mapped: the members of the list `each`, or the body."""
        if self.each is None:
            return (message.body,)
        elements = members_of(self.each(message.body))
        if len(elements) > MOST_ELEMENTS:
            raise Unmappable(
                f"the list has {len(elements)} elements; at most {MOST_ELEMENTS} are read", "each"
            )
        return elements

    def is_empty(self, message: Message) -> bool:
        """Whether the message is of this mapping, as far as it can be told without a member, and its list has none."""
        return self.each is not None and self.each(message.body) == [] and self._of_whole(message)

    def seen(self, message: Message) -> list[Seen]:
        """What is to be remembered of the message."""
        found: list[Seen] = []
        if self.snapshot is None:
            return found
        try:
            message.element = message.body
            for element in self.elements(message):
                message.element = element
                found += self.snapshot.seen(message)
        except Unmappable:
            # It is told where the interaction is mapped.
            return []
        return found

    def unread(self, message: Message, source: str, place: int) -> Unread:
        """What can be read of the element that the message is at."""

        def read(getter: Getter | None, unreadable: Any = None) -> Any:
            try:
                found = MISSING if getter is None else getter(message)
            except Unmappable:
                return unreadable
            return None if found is MISSING else found

        at = read(self.time)
        id_, type_, customer = (text_of(read(getter)) for getter in (self.id, self.type, self.customer))
        # That something was said counts, and not what.
        data = {name: plain(read(getter, "unreadable")) for name, getter in self.data}
        return Unread(source, place, id_, type_, at if isinstance(at, datetime) else None, customer, data)

    def mapped(self, message: Message, source: str, place: int) -> Mapping:
        """The interaction of the element that the message is at. Raises `Unmappable`, with the field."""
        field = "id"
        try:
            id_ = required(name_of(self.id(message)))
            field = "type"
            type_ = self.fixed_type or required(name_of(self.type(message)))
            field = "time"
            time = time_of(self.time(message))
            field = "customer"
            whose = name_of(self.customer(message)) if self.customer is not None else None
            data = {}
            for field, read in self.data:
                value = read(message)
                if isinstance(value, str):
                    data[field] = value
                elif value is not MISSING:
                    data[field] = value.isoformat() if isinstance(value, datetime) else plain(value)
            changes = self.snapshot.changes(message) if self.snapshot is not None else ()
        except Unmappable as fault:
            raise Unmappable(fault.detail, fault.field or field) from None
        return Mapping(source, place, id_, type_, time, whose, data, changes)


class _Source:
    """One source."""

    def __init__(self, source: Source) -> None:
        case = source.ignore_case
        self.definition = source
        self.require = all_of(source.require, ignore_case=case) if source.require else None
        self.skip = [(all_of(one.when, ignore_case=case), one.because) for one in source.skip]
        self.mappings = [
            _Compiled(one, snapshot_of(source, one), ignore_case=case) for one in source.interactions
        ]
        # Most ask for the same value, each for a change of its own to something else.
        asked = [
            (one.each, [condition.of for condition in one.when if condition.remembered])
            for one in source.interactions
        ]
        self.remembering = [
            mapping
            for place, mapping in enumerate(self.mappings)
            if mapping.snapshot is not None and asked[place] not in asked[:place]
        ]

    def take(self, message: Message, taken: Taken) -> None:
        """Maps a message of this source."""
        name = self.definition.name
        # What is passed over tells of its instance all the same.
        for mapping in self.remembering:
            taken.seen += (one for one in mapping.seen(message) if one not in taken.seen)
            message.element = message.body
        for test, because in self.skip:
            if test(message):
                taken.skipped.append(because)
                return
        matched = False
        whole = (message.body,)
        for place, mapping in enumerate(self.mappings):
            try:
                elements = whole if mapping.each is None else mapping.elements(message)
            except Unmappable as fault:
                taken.faults.append(_told(name, place, fault))
                matched = True
                continue
            for element in elements:
                message.element = element
                try:
                    if mapping.when is not None and not mapping.when(message):
                        continue
                    matched = True
                    taken.interactions.append(mapping.mapped(message, name, place))
                except Unmappable as fault:
                    matched = True
                    taken.faults.append(_told(name, place, fault))
                    taken.unread.append(mapping.unread(message, name, place))
        if not matched:
            self._pass_over(message, taken)

    def _pass_over(self, message: Message, taken: Taken) -> None:
        """Says why nothing is made of a message that no mapping takes."""
        empty = next((one.list for one in self.mappings if one.is_empty(message)), None)
        if empty is not None:
            taken.skipped.append(f"the list {empty} is empty")
            return
        words = f"no mapping of source {self.definition.name} takes it"
        (taken.skipped if self.definition.otherwise == "skip" else taken.faults).append(words)


class Mapper:
    """The sources of one topic. `only` is the name of the one, where there is just one."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = [_Source(one) for one in sources]
        self.only = self._sources[0].definition.name if len(self._sources) == 1 else None

    def take(self, record: Record) -> Taken:
        """Maps a record. Never raises. A record without a value is a no-op."""
        taken = Taken()
        if record.value is None:
            taken.skipped.append("a record without a value")
            return taken
        headers = headers_of(record) if record.headers else {}
        key = record.key.decode("utf-8", "replace") if record.key else None
        bodies: dict[str, Any] = {}
        unread: list[str] = []
        for source in self._sources:
            coding = source.definition.decode
            if coding not in bodies:
                try:
                    bodies[coding] = read_coded(record.value, coding)
                except Unmappable as fault:
                    bodies[coding] = fault
                    unread.append(f"source {source.definition.name}: the body: {fault.detail}")
            body = bodies[coding]
            if isinstance(body, Unmappable):
                continue
            message = Message(body, headers, key, record.topic, body)
            try:
                if source.require is not None and not source.require(message):
                    continue
                taken.source = source.definition.name
                source.take(message, taken)
            except Unmappable as fault:
                taken.source = source.definition.name
                taken.faults.append(f"source {taken.source}: {fault.detail}")
            return taken
        if unread:
            taken.faults += unread
        else:
            taken.skipped.append("no source of the topic requires what it holds")
        return taken


def mappers_of(sources: Iterable[Source]) -> dict[str, Mapper]:
    """The mapper of each topic; of its sources, those that require more come first."""
    by_topic: dict[str, list[Source]] = {}
    for one in sources:
        by_topic.setdefault(one.topic, []).append(one)
    return {
        topic: Mapper(sorted(found, key=lambda one: (-len(one.require), one.name)))
        for topic, found in by_topic.items()
    }


def _of_whole(condition: Condition) -> bool:
    """Whether a condition asks nothing of a member of the list `each`."""
    asked = (condition.of, condition.before)
    return all(
        one is None or isinstance(one, Outside) or (isinstance(one, Read) and one.whole) for one in asked
    )


def _told(source: str, place: int, fault: Unmappable) -> str:
    field = f", `{fault.field}`" if fault.field else ""
    return f"source {source}, interaction {place + 1}{field}: {fault.detail}"
