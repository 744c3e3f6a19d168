"""The requests that the embedded broker answers by itself, as Kafka's protocol writes them.

Only versions before the flexible ones: clients are told that the broker knows no later ones.
"""

import struct
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from aiokafka.protocol.types import Array, Bytes, Int8, Int16, Int32, Int64, Schema, String
from msgspec import Struct

PRODUCE, FETCH, LIST_OFFSETS, METADATA, OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR = 0, 1, 2, 3, 8, 9, 10
API_VERSIONS: Final = 18

NO_ERROR, OFFSET_OUT_OF_RANGE, CORRUPT, UNKNOWN_PARTITION = 0, 1, 2, 3
MESSAGE_TOO_LARGE, UNSUPPORTED_VERSION, STORAGE_ERROR = 10, 35, 56

VERSIONS: Final = {
    PRODUCE: (3, 8),
    FETCH: (4, 11),
    LIST_OFFSETS: (1, 5),
    OFFSET_COMMIT: (2, 7),
    OFFSET_FETCH: (1, 5),
}
"""The versions of those that are answered here, or read on their way."""

FORWARDED: Final = {METADATA: 8, FIND_COORDINATOR: 2, 11: 5, 12: 3, 13: 2, 14: 3, API_VERSIONS: 0, 22: 1}
"""What the mock cluster answers alone, with the latest version: metadata, the life of a group, producer ids.

Later ones of groups it answers wrongly: it drops a Java client that joins with one, and gives one that leaves an
answer without members. Transactions are not among them, for the log has none.
"""

_TEXT: Final = String("utf-8")
_HEAD: Final = Schema(("key", Int16), ("version", Int16), ("correlation", Int32), ("client", _TEXT))
_API: Final = 6  # key, lowest and highest version


class MalformedRequest(Exception):
    """The bytes are no request of a version that is known here."""


class Request(Struct, frozen=True):
    """The head of a request, and what stands behind it."""

    key: int
    version: int
    correlation: int
    body: BytesIO

    def answer(self, text: bytes) -> bytes:
        """The answer to it with this body."""
        return _int32(self.correlation) + text


def request(frame: bytes) -> Request:
    """Reads the head of a request. Raises `MalformedRequest`."""
    body = BytesIO(frame)
    key, version, correlation, _ = _decoded(_HEAD, body)
    low, high = VERSIONS.get(key, (version, version))
    if not low <= version <= high or (key not in VERSIONS and key not in FORWARDED):
        raise MalformedRequest
    return Request(key, version, correlation, body)


def plain_question(asked: Request) -> bytes:
    """A client's question for versions, as the oldest clients put it."""
    return _encoded(_HEAD, (API_VERSIONS, 0, asked.correlation, None))


def narrowed(asked: Request, answer: bytes) -> bytes:
    """The mock cluster's answer to the plain question, with only what is known here.

    Whoever asks in a newer way gets it with an error, and asks again in the old way.
    """
    count, known = Int32.decode(BytesIO(answer[6:10])), []
    for at in range(10, 10 + count * _API, _API):
        key = Int16.decode(BytesIO(answer[at : at + 2]))
        if key in VERSIONS:
            known.append((key, *VERSIONS[key]))
        elif key in FORWARDED:
            low, high = struct.unpack(">hh", answer[at + 2 : at + _API])
            known.append((key, low, min(high, FORWARDED[key])))
    error = NO_ERROR if asked.version == 0 else UNSUPPORTED_VERSION
    schema = Schema(("error", Int16), ("known", Array(("key", Int16), ("low", Int16), ("high", Int16))))
    return asked.answer(_encoded(schema, (error, known)))


class Produced(Struct, frozen=True):
    """Records to keep, as one or more record batches."""

    topic: str
    partition: int
    records: bytes


class Kept(Struct, frozen=True):
    """What became of them: the offset of the first, or an error."""

    topic: str
    partition: int
    error: int
    offset: int = -1


def read_produce(asked: Request) -> tuple[int, list[Produced]]:
    """How many acknowledgements are wanted, 0 for no answer at all, and the records. Raises `MalformedRequest`."""
    schema = Schema(
        ("transaction", _TEXT), ("acks", Int16), ("timeout", Int32),
        ("topics", Array(("topic", _TEXT), ("partitions", Array(("partition", Int32), ("records", Bytes))))),
    )  # fmt: skip
    transaction, acks, _, topics = _decoded(schema, asked.body)
    if transaction is not None:
        raise MalformedRequest
    return acks, [Produced(topic, number, text or b"") for topic, places in topics for number, text in places]


def write_produce(asked: Request, kept: Sequence[Kept]) -> bytes:
    """The answer to records."""
    version = asked.version
    place: list[tuple[str, Any]] = [
        ("partition", Int32),
        ("error", Int16),
        ("offset", Int64),
        ("appended", Int64),
    ]
    if version >= 5:
        place.append(("start", Int64))
    if version >= 8:
        place += [("errors", Array(Int32)), ("message", _TEXT)]
    rest: tuple[Any, ...] = (-1, 0, [], None)[: len(place) - 3]
    topics = _by_topic([(one.topic, (one.partition, one.error, one.offset, *rest)) for one in kept])
    return _encoded(_topics(place), [topics]) + _int32(0)


class Wanted(Struct, frozen=True):
    """From where a consumer reads a partition, and how many bytes at most."""

    topic: str
    partition: int
    offset: int
    most: int


class FetchRequest(Struct, frozen=True):
    """What a consumer waits for: `least` bytes, `wait` milliseconds long."""

    wait: int
    least: int
    most: int
    wanted: list[Wanted]


class Fetched(Struct, frozen=True):
    """What is there of a partition."""

    topic: str
    partition: int
    error: int
    start: int = -1
    end: int = -1
    records: bytes = b""


def read_fetch(asked: Request) -> FetchRequest:
    """Raises `MalformedRequest`."""
    version = asked.version
    place: list[tuple[str, Any]] = [("partition", Int32), ("offset", Int64), ("most", Int32)]
    if version >= 5:
        place.insert(2, ("start", Int64))
    if version >= 9:
        place.insert(1, ("epoch", Int32))
    head: list[tuple[str, Any]] = [("replica", Int32), ("wait", Int32), ("least", Int32), ("most", Int32)]
    head += [("isolation", Int8), *([("session", Int32), ("number", Int32)] if version >= 7 else [])]
    found = _decoded(Schema(*head, ("topics", _of_topics(place))), asked.body)
    offset = 2 if version >= 9 else 1
    wanted = [Wanted(topic, one[0], one[offset], one[-1]) for topic, places in found[-1] for one in places]
    return FetchRequest(found[1], found[2], found[3], wanted)


def write_fetch(asked: Request, found: Sequence[Fetched]) -> bytes:
    """The answer to a consumer. There are no fetch sessions: every request names all it wants."""
    version = asked.version
    place: list[tuple[str, Any]] = [("partition", Int32), ("error", Int16), ("end", Int64), ("stable", Int64)]
    if version >= 5:
        place.append(("start", Int64))
    place.append(("aborted", Array(Int64)))
    if version >= 11:
        place.append(("replica", Int32))
    place.append(("records", Bytes))
    rows = []
    for one in found:
        start = (one.start,) if version >= 5 else ()
        replica = (-1,) if version >= 11 else ()
        rows.append(
            (one.topic, (one.partition, one.error, one.end, one.end, *start, None, *replica, one.records))
        )
    head = _int32(0) + (_int16(NO_ERROR) + _int32(0) if version >= 7 else b"")
    return head + _encoded(_topics(place), [_by_topic(rows)])


def read_list_offsets(asked: Request) -> list[Wanted]:
    """The partitions, with the time in place of the offset. Raises `MalformedRequest`."""
    version = asked.version
    place: list[tuple[str, Any]] = [("partition", Int32), ("time", Int64)]
    if version >= 4:
        place.insert(1, ("epoch", Int32))
    head: list[tuple[str, Any]] = [("replica", Int32), *([("isolation", Int8)] if version >= 2 else [])]
    found = _decoded(Schema(*head, ("topics", _of_topics(place))), asked.body)
    return [Wanted(topic, one[0], one[-1], 0) for topic, places in found[-1] for one in places]


def write_list_offsets(asked: Request, found: Sequence[tuple[Kept, int]]) -> bytes:
    """The offsets, each with its time."""
    version = asked.version
    place: list[tuple[str, Any]] = [
        ("partition", Int32),
        ("error", Int16),
        ("time", Int64),
        ("offset", Int64),
    ]
    if version >= 4:
        place.append(("epoch", Int32))
    epoch = (0,) if version >= 4 else ()
    rows = [(one.topic, (one.partition, one.error, time, one.offset, *epoch)) for one, time in found]
    return (_int32(0) if version >= 2 else b"") + _encoded(_topics(place), [_by_topic(rows)])


class Read(Struct, frozen=True):
    """How far a group has read a partition, with a text of its own."""

    topic: str
    partition: int
    offset: int
    note: str | None


def read_offset_commit(asked: Request) -> tuple[str, list[Read]]:
    """The group, and how far it has read. Raises `MalformedRequest`."""
    version = asked.version
    place: list[tuple[str, Any]] = [("partition", Int32), ("offset", Int64), ("note", _TEXT)]
    if version >= 6:
        place.insert(2, ("epoch", Int32))
    head: list[tuple[str, Any]] = [("group", _TEXT), ("generation", Int32), ("member", _TEXT)]
    if version <= 4:
        head.append(("retention", Int64))
    if version >= 7:
        head.append(("instance", _TEXT))
    found = _decoded(Schema(*head, ("topics", _of_topics(place))), asked.body)
    return found[0], [Read(topic, one[0], one[1], one[-1]) for topic, places in found[-1] for one in places]


def accepted_commits(asked: Request, answer: bytes) -> set[tuple[str, int]]:
    """The partitions whose offsets the coordinator took."""
    body = BytesIO(answer[4 + (4 if asked.version >= 3 else 0) :])
    (topics,) = _decoded(_topics([("partition", Int32), ("error", Int16)]), body)
    return {(topic, number) for topic, places in topics for number, error in places if error == NO_ERROR}


def read_offset_fetch(asked: Request) -> tuple[str, list[tuple[str, int]] | None]:
    """The group, and the partitions asked for; None for all. Raises `MalformedRequest`."""
    schema = Schema(("group", _TEXT), ("topics", Array(("topic", _TEXT), ("partitions", Array(Int32)))))
    group, topics = _decoded(schema, asked.body)
    return group, None if topics is None else [
        (topic, number) for topic, numbers in topics for number in numbers
    ]


def write_offset_fetch(asked: Request, found: Sequence[Read]) -> bytes:
    """How far the group has read; -1 where it has not."""
    version = asked.version
    place: list[tuple[str, Any]] = [
        ("partition", Int32),
        ("offset", Int64),
        ("note", _TEXT),
        ("error", Int16),
    ]
    if version >= 5:
        place.insert(2, ("epoch", Int32))
    epoch = (-1,) if version >= 5 else ()
    rows = [(one.topic, (one.partition, one.offset, *epoch, one.note, NO_ERROR)) for one in found]
    head = _int32(0) if version >= 3 else b""
    return head + _encoded(_topics(place), [_by_topic(rows)]) + (_int16(NO_ERROR) if version >= 2 else b"")


def _encoded(schema: Schema, values: Sequence[Any]) -> bytes:
    text: bytes = schema.encode(values)
    return text


def _int16(value: int) -> bytes:
    return struct.pack(">h", value)


def _int32(value: int) -> bytes:
    return struct.pack(">i", value)


def _decoded(schema: Schema, body: BytesIO) -> Any:
    try:
        return schema.decode(body)
    except (ValueError, TypeError) as error:
        raise MalformedRequest from error


def _of_topics(place: Sequence[tuple[str, Any]]) -> Array:
    return Array(("topic", _TEXT), ("partitions", Array(*place)))


def _topics(place: Sequence[tuple[str, Any]]) -> Schema:
    return Schema(("topics", _of_topics(place)))


def _by_topic(rows: Sequence[tuple[str, tuple[Any, ...]]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    topics: dict[str, list[tuple[Any, ...]]] = {}
    for topic, row in rows:
        topics.setdefault(topic, []).append(row)
    return list(topics.items())
