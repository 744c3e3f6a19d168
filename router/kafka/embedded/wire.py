"""The requests that the embedded broker answers by itself, and its answers."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from aiokafka.protocol.types import Array, Int16, Int32, Schema, String
from msgspec import Struct, structs

from router.kafka.embedded.fields import (
    API_VERSIONS,
    FETCH,
    FIND_COORDINATOR,
    LIST_OFFSETS,
    METADATA,
    OFFSET_COMMIT,
    OFFSET_FETCH,
    PRODUCE,
    MalformedRequest,
    decoded,
    encoded,
    read_answer_fields,
    read_request_fields,
    write_answer_fields,
)

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

_HEAD: Final = Schema(("key", Int16), ("version", Int16), ("correlation", Int32), ("client", String("utf-8")))
_API: Final = 6  # key, lowest and highest version


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
    key, version, correlation, _ = decoded(_HEAD, body)
    low, high = VERSIONS.get(key, (version, version))
    if not low <= version <= high or (key not in VERSIONS and key not in FORWARDED):
        raise MalformedRequest
    return Request(key, version, correlation, body)


def plain_question(request: Request) -> bytes:
    """A client's question for versions, as the oldest clients put it."""
    return encoded(_HEAD, (API_VERSIONS, 0, request.correlation, None))


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
    return request.answer(encoded(schema, (error, known)))


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
    found = read_answer_fields(OFFSET_COMMIT, request.version, BytesIO(answer[4:]))
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
    return read_request_fields(request.key, request.version, request.body)


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
    return write_answer_fields(request.key, request.version, values)
