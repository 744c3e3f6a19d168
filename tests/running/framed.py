"""Values as the serializers of schema registries write them."""

import io
from typing import Any

from fastavro import parse_schema, schemaless_writer


def avro(schema: Any, value: Any) -> bytes:
    """A value in Avro, without framing."""
    stream = io.BytesIO()
    schemaless_writer(stream, parse_schema(schema), value)
    return stream.getvalue()


def framed(schema: int, body: bytes) -> bytes:
    """A zero byte and the schema's id before a value."""
    return b"\0" + schema.to_bytes(4) + body


def id_header(schema: int, name: str = "__value_schema_id") -> tuple[str, bytes]:
    """The header that tells a schema by its id."""
    return name, b"\0" + schema.to_bytes(4)


def guid_header(guid: bytes, name: str = "__value_schema_id") -> tuple[str, bytes]:
    """The header that tells a schema by its GUID."""
    return name, b"\1" + guid
