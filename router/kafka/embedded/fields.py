"""Kafka's protocol as tables: the fields of requests and of their answers, each with the versions that have it.

Only versions before the flexible ones: clients are told that the broker knows no later ones.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, Final

from aiokafka.protocol.types import Array, Bytes, Int8, Int16, Int32, Int64, Schema, String

PRODUCE, FETCH, LIST_OFFSETS, METADATA, OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR = 0, 1, 2, 3, 8, 9, 10
API_VERSIONS: Final = 18

_TEXT: Final = String("utf-8")
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


def read_request_fields(key: int, version: int, body: BytesIO) -> dict[str, Any]:
    """The fields of a request by name, without its head. Raises `MalformedRequest`."""
    schema = _schema(_REQUESTS[key], version)
    return _named(schema, decoded(schema, body))


def read_answer_fields(key: int, version: int, body: BytesIO) -> dict[str, Any]:
    """The fields of an answer by name. Raises `MalformedRequest`."""
    schema = _schema(_ANSWERS[key], version)
    return _named(schema, decoded(schema, body))


def write_answer_fields(key: int, version: int, values: Mapping[str, Any]) -> bytes:
    """An answer of these fields; those that the version does not have are left out."""
    schema = _schema(_ANSWERS[key], version)
    return encoded(schema, _in_order(schema, values))


def encoded(schema: Schema, values: Sequence[Any]) -> bytes:
    """The bytes of values in the order of a schema."""
    text: bytes = schema.encode(values)
    return text


def decoded(schema: Schema, body: BytesIO) -> Any:
    """The values in the order of a schema. Raises `MalformedRequest`."""
    try:
        return schema.decode(body)
    except (ValueError, TypeError) as error:
        raise MalformedRequest from error


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
