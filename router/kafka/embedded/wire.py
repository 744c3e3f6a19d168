"""The requests that the embedded broker answers by itself, as Kafka's protocol writes them.

Only versions before the flexible ones: clients are told that the broker knows no later ones. The fields of a request
and of its answer stand in one table each, with the versions that have them.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, Final

from aiokafka.protocol.types import Array, Bytes, Int8, Int16, Int32, Int64, Schema, String
from msgspec import Struct, structs

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
_LATER: Final = 99

_PARTITION: Final = ("partition", Int32)
_ERROR: Final = ("error", Int16)
_OFFSET: Final = ("offset", Int64)
_NOTE: Final = ("note", _TEXT)


def _topics(*fields: tuple[Any, ...]) -> tuple[Any, ...]:
    """The field that most messages end with: topics, each with its partitions, each with these fields."""
    return ("topics", (("topic", _TEXT), ("partitions", fields)))


# A field is its name, its type or the fields of its rows, and the first and last version that have it, if not all do.
# What stands behind the last field is not looked at.
# fmt: off
_REQUESTS: Final[Mapping[int, tuple[Any, ...]]] = {
    PRODUCE: (("transaction", _TEXT), ("acks", Int16), ("timeout", Int32), _topics(_PARTITION, ("records", Bytes))),
    FETCH: (
        ("replica", Int32), ("wait", Int32), ("least", Int32), ("most", Int32), ("isolation", Int8),
        ("session", Int32, 7), ("number", Int32, 7),
        _topics(_PARTITION, ("epoch", Int32, 9), _OFFSET, ("start", Int64, 5), ("most", Int32)),
    ),
    LIST_OFFSETS: (
        ("replica", Int32), ("isolation", Int8, 2),
        _topics(_PARTITION, ("epoch", Int32, 4), ("time", Int64)),
    ),
    OFFSET_COMMIT: (
        ("group", _TEXT), ("generation", Int32), ("member", _TEXT), ("retention", Int64, 0, 4), ("instance", _TEXT, 7),
        _topics(_PARTITION, _OFFSET, ("epoch", Int32, 6), _NOTE),
    ),
    OFFSET_FETCH: (("group", _TEXT), ("topics", (("topic", _TEXT), ("partitions", Array(Int32))))),
}
_ANSWERS: Final[Mapping[int, tuple[Any, ...]]] = {
    PRODUCE: (
        _topics(_PARTITION, _ERROR, _OFFSET, ("appended", Int64), ("start", Int64, 5),
                ("errors", Array(Int32), 8), ("message", _TEXT, 8)),
        ("throttle", Int32),
    ),
    FETCH: (
        ("throttle", Int32), ("error", Int16, 7), ("session", Int32, 7),
        _topics(_PARTITION, _ERROR, ("end", Int64), ("stable", Int64), ("start", Int64, 5),
                ("aborted", Array(Int64)), ("replica", Int32, 11), ("records", Bytes)),
    ),
    LIST_OFFSETS: (
        ("throttle", Int32, 2),
        _topics(_PARTITION, _ERROR, ("time", Int64), _OFFSET, ("epoch", Int32, 4)),
    ),
    OFFSET_COMMIT: (("throttle", Int32, 3), _topics(_PARTITION, _ERROR)),
    OFFSET_FETCH: (
        ("throttle", Int32, 3),
        _topics(_PARTITION, _OFFSET, ("epoch", Int32, 5), _NOTE, _ERROR),
        ("error", Int16, 2),
    ),
}
# fmt: on


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
        return struct.pack(">i", self.correlation) + text


def read_request(frame: bytes) -> Request:
    """Reads the head of a request. Raises `MalformedRequest`."""
    body = BytesIO(frame)
    key, version, correlation, _ = _decoded(_HEAD, body)
    low, high = VERSIONS.get(key, (version, version))
    if not low <= version <= high or (key not in VERSIONS and key not in FORWARDED):
        raise MalformedRequest
    return Request(key, version, correlation, body)


def plain_question(request: Request) -> bytes:
    """A client's question for versions, as the oldest clients put it."""
    return _encoded(_HEAD, (API_VERSIONS, 0, request.correlation, None))


def narrowed(request: Request, answer: bytes) -> bytes:
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
    error = NO_ERROR if request.version == 0 else UNSUPPORTED_VERSION
    schema = Schema(("error", Int16), ("known", Array(("key", Int16), ("low", Int16), ("high", Int16))))
    return request.answer(_encoded(schema, (error, known)))


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


def read_produce(request: Request) -> tuple[int, list[Produced]]:
    """How many acknowledgements are wanted, 0 for no answer at all, and the records. Raises `MalformedRequest`."""
    found = _read(request)
    if found["transaction"] is not None:
        raise MalformedRequest
    return found["acks"], [
        Produced(topic, place["partition"], place["records"] or b"") for topic, place in _places(found)
    ]


def write_produce(request: Request, kept: Sequence[Kept]) -> bytes:
    """The answer to records."""
    rest = {"appended": -1, "start": 0, "errors": [], "message": None}
    return _written(request, [(one.topic, structs.asdict(one) | rest) for one in kept])


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


def read_fetch(request: Request) -> FetchRequest:
    """Raises `MalformedRequest`."""
    found = _read(request)
    wanted = [
        Wanted(topic, place["partition"], place["offset"], place["most"]) for topic, place in _places(found)
    ]
    return FetchRequest(found["wait"], found["least"], found["most"], wanted)


def write_fetch(request: Request, found: Sequence[Fetched]) -> bytes:
    """The answer to a consumer. There are no fetch sessions: every request names all it wants."""
    rows = [
        (one.topic, structs.asdict(one) | {"stable": one.end, "aborted": None, "replica": -1})
        for one in found
    ]
    return _written(request, rows)


def read_list_offsets(request: Request) -> list[Wanted]:
    """The partitions, with the time in place of the offset. Raises `MalformedRequest`."""
    return [Wanted(topic, place["partition"], place["time"], 0) for topic, place in _places(_read(request))]


def write_list_offsets(request: Request, found: Sequence[tuple[Kept, int]]) -> bytes:
    """The offsets, each with its time."""
    return _written(
        request, [(one.topic, structs.asdict(one) | {"time": time, "epoch": 0}) for one, time in found]
    )


class Read(Struct, frozen=True):
    """How far a group has read a partition, with a text of its own."""

    topic: str
    partition: int
    offset: int
    note: str | None


def read_offset_commit(request: Request) -> tuple[str, list[Read]]:
    """The group, and how far it has read. Raises `MalformedRequest`."""
    found = _read(request)
    return found["group"], [
        Read(topic, place["partition"], place["offset"], place["note"]) for topic, place in _places(found)
    ]


def accepted_commits(request: Request, answer: bytes) -> set[tuple[str, int]]:
    """The partitions whose offsets the coordinator took."""
    schema = _schema(_ANSWERS[OFFSET_COMMIT], request.version)
    found = _named(schema, _decoded(schema, BytesIO(answer[4:])))
    return {(topic, place["partition"]) for topic, place in _places(found) if place["error"] == NO_ERROR}


def read_offset_fetch(request: Request) -> tuple[str, list[tuple[str, int]] | None]:
    """The group, and the partitions asked for; None for all. Raises `MalformedRequest`."""
    found = _read(request)
    return found["group"], None if found["topics"] is None else list(_places(found))


def write_offset_fetch(request: Request, found: Sequence[Read]) -> bytes:
    """How far the group has read; -1 where it has not."""
    return _written(
        request, [(one.topic, structs.asdict(one) | {"epoch": -1, "error": NO_ERROR}) for one in found]
    )


def _read(request: Request) -> dict[str, Any]:
    schema = _schema(_REQUESTS[request.key], request.version)
    return _named(schema, _decoded(schema, request.body))


def _places(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The partitions of a message, each with its topic."""
    return ((topic["topic"], place) for topic in found["topics"] for place in topic["partitions"])


def _written(request: Request, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> bytes:
    """The body of an answer about partitions, each with its topic."""
    topics: dict[str, list[Mapping[str, Any]]] = {}
    for topic, place in rows:
        topics.setdefault(topic, []).append(place)
    found = [{"topic": topic, "partitions": places} for topic, places in topics.items()]
    values = {"throttle": 0, "error": NO_ERROR, "session": 0, "topics": found}
    schema = _schema(_ANSWERS[request.key], request.version)
    return _encoded(schema, _in_order(schema, values))


@cache
def _schema(fields: tuple[Any, ...], version: int) -> Schema:
    """The fields that a version has."""
    found = []
    for name, kind, *versions in fields:
        first, last = versions + [0, _LATER][len(versions) :]
        if first <= version <= last:
            found.append((name, Array(_schema(kind, version)) if isinstance(kind, tuple) else kind))
    return Schema(*found)


def _named(schema: Schema, values: Sequence[Any]) -> dict[str, Any]:
    """Values as they were read by their names, those of rows too."""
    found: dict[str, Any] = {}
    for name, kind, value in zip(schema.names, schema.fields, values, strict=True):
        rows = isinstance(kind, Array) and isinstance(kind.array_of, Schema) and value is not None
        found[name] = [_named(kind.array_of, row) for row in value] if rows else value
    return found


def _in_order(schema: Schema, values: Mapping[str, Any]) -> list[Any]:
    """Values in the order of their fields, without those that the version does not have."""
    return [
        [_in_order(kind.array_of, row) for row in values[name]]
        if isinstance(kind, Array) and isinstance(kind.array_of, Schema)
        else values[name]
        for name, kind in zip(schema.names, schema.fields, strict=True)
    ]


def _encoded(schema: Schema, values: Sequence[Any]) -> bytes:
    text: bytes = schema.encode(values)
    return text


def _decoded(schema: Schema, body: BytesIO) -> Any:
    try:
        return schema.decode(body)
    except (ValueError, TypeError) as error:
        raise MalformedRequest from error
