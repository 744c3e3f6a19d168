"""Records whose bytes a schema of a registry explains: which schema they name, and the decoding by it.

A serializer for a schema registry writes a zero byte and the schema's id in four bytes before the value, or leaves the
value alone and tells the id (a zero byte, four bytes) or the GUID (a byte 1, sixteen bytes) in a header.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from router.decode.outcome import DEFAULT_LIMITS, Decoded, Refusal
from router.decode.schemas import Reader
from router.model.record import DeadLetter, Record

Headers = tuple[tuple[str, bytes | None], ...]
SchemaName = int | str
"""How a record names its schema: the registry's number of it, or its GUID as text."""

VALUE_HEADER: Final = "__value_schema_id"
KEY_HEADER: Final = "__key_schema_id"
FRAME_BYTES: Final = 5
_GUID_BYTES: Final = 17


class Framed(Struct, frozen=True):
    """The schema that bytes name, and the bytes that it explains."""

    schema: SchemaName
    body: bytes


def framed_value(record: Record) -> Framed | None:
    """The value with its schema; None where it names none, or there is no value."""
    return _framed(record.value, record, VALUE_HEADER)


def schemas_named(records: Iterable[Record]) -> set[SchemaName]:
    """The schemas that keys and values of these records name."""
    found = {part.schema for record in records if (part := framed_value(record)) is not None}
    return found | {part.schema for record in records if (part := _framed_key(record)) is not None}


def by_schemas(
    decode: Callable[[Record, datetime], Decoded], readers: Mapping[SchemaName, Reader]
) -> Callable[[Record, datetime], Decoded]:
    """The decoding of records that name schemas, by the readers of all that they name; of all others as before.

    Keys and values are handed on as the JSON that they say. What its schema does not explain is a dead letter, unless it
    is JSON as it stands. A dead letter holds the record as received.
    """

    def read(record: Record, latest: datetime) -> Decoded:
        value, key = framed_value(record), _framed_key(record)
        if value is None and key is None:
            return decode(record, latest)
        received = record
        if key is not None:
            record = replace(record, key=_text_of(key, readers) or record.key)
        if value is not None and len(received.value or b"") <= DEFAULT_LIMITS.value:
            try:
                json = readers[value.schema](value.body)
                record = replace(record, value=json, headers=_of_json(record.headers))
            except Refusal as refusal:
                # As it stands, for what it may have meant: of a framed value that is never more than a customer's no.
                plain = decode(record, latest)
                letter = DeadLetter(received, refusal.reason, refusal.detail)
                return plain if plain.dead is None else replace(plain, dead=letter)
        decoded = decode(record, latest)
        if decoded.dead is None:
            return decoded
        return replace(decoded, dead=DeadLetter(received, decoded.dead.reason, decoded.dead.detail))

    return read


def _of_json(headers: Headers) -> Headers:
    """The headers of a value that is JSON now."""
    return tuple(
        (name, value)
        for name, value in headers
        if name != VALUE_HEADER and not (name.lower() == "content-type" and b"avro" in (value or b"").lower())
    )


def _framed(value: bytes | None, record: Record, header: str) -> Framed | None:
    if value is None:
        return None
    for name, told in reversed(record.headers):
        if name == header and told is not None:
            if len(told) == FRAME_BYTES and told[0] == 0:
                return Framed(int.from_bytes(told[1:]), value)
            if len(told) == _GUID_BYTES and told[0] == 1:
                return Framed(str(UUID(bytes=told[1:])), value)
    if len(value) >= FRAME_BYTES and value[0] == 0:
        return Framed(int.from_bytes(value[1:FRAME_BYTES]), value[FRAME_BYTES:])
    return None


def _framed_key(record: Record) -> Framed | None:
    found = _framed(record.key, record, KEY_HEADER)
    # A whole number as the key of a record, in eight bytes, begins with zeros too.
    return found if found is not None and found.schema != 0 else None


def _text_of(key: Framed, readers: Mapping[SchemaName, Reader]) -> bytes | None:
    """A key as text: what a schema of a text or a number says, else its JSON. None where its schema does not explain it."""
    try:
        text = readers[key.schema](key.body)
        value = msgspec.json.decode(text)
    except (Refusal, msgspec.DecodeError, RecursionError):
        return None
    return value.encode() if isinstance(value, str) else text
