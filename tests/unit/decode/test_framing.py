"""Records that name schemas of a registry: read by them, or a dead letter that says why not."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from router.decode import (
    Reader,
    Schema,
    SchemaName,
    by_schemas,
    decode,
    decode_preferences,
    reader_of,
    refusing,
    schemas_named,
)
from router.model.interaction import UNCLEAR_TYPE
from router.model.record import Record
from tests.running.framed import avro, framed, guid_header, id_header

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
GUID = UUID("6f1a2b3c-0000-4000-8000-00000000002a")
EVENT = {
    "type": "record",
    "name": "Event",
    "fields": [
        {"name": name, "type": "string"}
        for name in ("specversion", "id", "source", "type", "subject", "time")
    ]
    + [{"name": "data", "type": {"type": "map", "values": ["null", "string", "long"]}}],
}
VALUE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/crm",
    "type": "call.completed",
    "subject": "c-1",
    "time": "2025-11-03T10:00:00Z",
    "data": {"channel": "phone", "queue_seconds": 9},
}
READERS: dict[SchemaName, Reader] = {
    7: reader_of(Schema("AVRO", json.dumps(EVENT)), "schema 7 of the schema registry"),
    8: reader_of(Schema("JSON", "{}"), "schema 8 of the schema registry"),
    9: refusing("schema_unknown", "The schema registry does not know schema 9."),
    str(GUID): reader_of(Schema("AVRO", json.dumps(EVENT)), "schema of the schema registry"),
    10: reader_of(Schema("AVRO", '"string"'), "schema 10 of the schema registry"),
}
Headers = tuple[tuple[str, bytes | None], ...]


def record(value: bytes | None, headers: Headers = (), key: bytes | None = b"c-1") -> Record:
    return Record("cx.interactions.v1", 3, 42, 0, key, value, headers)


def read_by(schema: Any, value: Any, **more: Any) -> Any:
    """What a mapping sees of a value in Avro."""
    read = reader_of(Schema("AVRO", json.dumps(schema), **more), "schema 1")
    return json.loads(read(avro(schema, value)), parse_float=Decimal)


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (framed(7, avro(EVENT, VALUE)), ()),
        (avro(EVENT, VALUE), (id_header(7),)),
        (avro(EVENT, VALUE), (guid_header(GUID.bytes),)),
        (avro(EVENT, VALUE), (("__value_schema_id", b"\0\0\0\0\x09"), id_header(7))),
        (avro(EVENT, VALUE), (id_header(7), ("content-type", b"avro/binary"))),
        (framed(8, json.dumps(VALUE).encode()), ()),
        (json.dumps(VALUE).encode(), (id_header(8),)),
        (json.dumps(VALUE).encode(), ()),
        # What needs no schema is read without one.
        (json.dumps(VALUE).encode(), (id_header(9),)),
        # A header that holds neither an id nor a GUID names nothing.
        (framed(7, avro(EVENT, VALUE)), (("__value_schema_id", b"seven"),)),
    ],
)
def test_a_framed_event_is_the_event(value: bytes, headers: Headers) -> None:
    decoded = by_schemas(decode, READERS)(record(value, headers), LATEST)

    assert decoded.dead is None
    [one] = decoded.interactions
    assert (one.id, one.customer_id, one.attributes) == ("e-1", "c-1", {"queue_seconds": 9})
    assert one.channel == "phone"


def test_the_schemas_that_records_name() -> None:
    records = [
        record(framed(7, b"")),
        record(b"{}", (guid_header(GUID.bytes),)),
        record(b"{}", key=framed(10, b"\x02a")),
        record(None, (id_header(3),)),
        record(b"\0\0\0"),
        # A whole number in eight bytes.
        record(b"{}", key=(42).to_bytes(8)),
    ]

    assert schemas_named(records) == {7, str(GUID), 10}


@pytest.mark.parametrize(
    ("value", "headers", "reason", "detail"),
    [
        (framed(9, b"\x02"), (), "schema_unknown", "The schema registry does not know schema 9."),
        (b"\x02", (id_header(9),), "schema_unknown", "The schema registry does not know schema 9."),
        (
            framed(7, b"\x02"),
            (),
            "schema_mismatch",
            "The value is not what the schema 7 of the schema registry says (EOFError).",
        ),
        (
            framed(7, avro(EVENT, VALUE) + b"x"),
            (),
            "schema_mismatch",
            "The value goes on after what the schema 7 of the schema registry says.",
        ),
        (framed(8, b"{"), (), "not_json", None),
        (framed(8, b""), (), "not_json", None),
        (framed(7, avro(EVENT, VALUE | {"time": "noon"})), (), "time_invalid", None),
        (framed(7, b"x" * 1_048_576), (), "value_too_large", None),
    ],
)
def test_a_framed_value_that_cannot_be_read(
    value: bytes, headers: Headers, reason: str, detail: str | None
) -> None:
    received = record(value, headers)

    decoded = by_schemas(decode, READERS)(received, LATEST)

    assert decoded.dead is not None
    assert decoded.dead.reason == reason
    assert decoded.dead.record is received
    assert detail is None or decoded.dead.detail == detail
    assert all(one.type == UNCLEAR_TYPE for one in decoded.interactions)


@pytest.mark.parametrize("headers", [(), (id_header(7),)])
def test_without_a_registry_the_setting_is_named(headers: Headers) -> None:
    body = avro(EVENT, VALUE)
    decoded = decode(record(body if headers else framed(7, body), headers), LATEST)

    assert decoded.dead is not None
    assert decoded.dead.reason == "confluent_framing"
    assert "set ROUTER_SCHEMA_REGISTRY__URL" in decoded.dead.detail


def test_the_customer_whose_preferences_cannot_be_read_is_not_asked() -> None:
    decoded = by_schemas(decode_preferences, READERS)(record(framed(9, b"\x02")), LATEST)

    assert decoded.dead is not None
    assert decoded.dead.reason == "schema_unknown"
    assert [(one.type, one.customer_id) for one in decoded.interactions] == [(UNCLEAR_TYPE, "c-1")]


@pytest.mark.parametrize(
    ("key", "customer"),
    [(framed(10, avro("string", "c-7")), "c-7"), (b"c-8", "c-8"), ((5).to_bytes(4), None)],
)
def test_a_key_in_avro_names_who_is_to_be_forgotten(key: bytes, customer: str | None) -> None:
    decoded = by_schemas(decode_preferences, READERS)(record(None, key=key), LATEST)

    assert [one.customer_id for one in decoded.interactions] == ([customer] if customer else [])


def test_a_key_that_its_schema_does_not_explain_stays_as_it_is() -> None:
    keys: list[bytes | None] = []

    def noting(received: Record, latest: datetime) -> Any:
        keys.append(received.key)
        return decode(received, latest)

    by_schemas(noting, READERS)(record(b"{}", key=framed(9, b"x")), LATEST)

    assert keys == [framed(9, b"x")]


@pytest.mark.parametrize(
    ("schema", "value", "seen"),
    [
        (
            {"type": "long", "logicalType": "timestamp-millis"},
            datetime(2025, 11, 3, 10, tzinfo=UTC),
            "2025-11-03T10:00:00Z",
        ),
        (
            {"type": "long", "logicalType": "local-timestamp-millis"},
            datetime(2025, 11, 3, 10, tzinfo=UTC).replace(tzinfo=None),
            "2025-11-03T10:00:00",
        ),
        ({"type": "int", "logicalType": "date"}, date(2025, 11, 3), "2025-11-03"),
        (
            {"type": "bytes", "logicalType": "decimal", "precision": 30, "scale": 2},
            Decimal("9007199254740993.10"),
            Decimal("9007199254740993.10"),
        ),
        ("bytes", b"\xff\x00", "/wA="),
        ("double", float("nan"), None),
        ("long", 2**62, 2**62),
        (["null", "string"], None, None),
        ({"type": "enum", "name": "Kind", "symbols": ["A", "B"]}, "B", "B"),
        ({"type": "array", "items": {"type": "fixed", "name": "F", "size": 1}}, [b"a"], ["YQ=="]),
    ],
)
def test_values_of_avro_as_a_mapping_sees_them(schema: Any, value: Any, seen: Any) -> None:
    assert read_by(schema, value) == seen


def test_a_schema_that_names_others() -> None:
    place = {"type": "record", "name": "x.Place", "fields": [{"name": "city", "type": "string"}]}
    whole = ["null", {"type": "record", "name": "x.P", "fields": [{"name": "home", "type": "x.Place"}]}]
    read = reader_of(Schema("AVRO", json.dumps(whole), (json.dumps(place),)), "schema 1")

    assert json.loads(read(b"\x02\x02a")) == {"home": {"city": "a"}}


NODE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}


def test_a_schema_that_contains_itself() -> None:
    assert read_by(NODE, {"next": {"next": None}}) == {"next": {"next": None}}


def test_a_value_that_is_nested_without_end() -> None:
    readers: dict[SchemaName, Reader] = {1: reader_of(Schema("AVRO", json.dumps(NODE)), "schema 1")}

    decoded = by_schemas(decode, readers)(record(framed(1, b"\x02" * 1_000_000 + b"\0")), LATEST)

    assert decoded.dead is not None
    assert decoded.dead.reason == "too_deep"


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("PROTOBUF", "syntax = 'proto3';"),
        ("AVRO", "{"),
        ("AVRO", '{"type": "record", "name": "A", "fields": [{"name": "b", "type": "Unheard"}]}'),
        ("AVRO", '["null", "Unheard"]'),
        ("AVRO", "[" * 100_000),
        ("AVRO", '{"type": "array", "items": "null"}'),
        ("AVRO", '{"type": "array", "items": {"type": "fixed", "name": "F", "size": 0}}'),
        (
            "AVRO",
            '{"type": "map", "values": {"type": "array", "items": {"type": "record", "name": "R", "fields": []}}}',
        ),
    ],
)
def test_schemas_that_are_not_read(kind: str, schema: str) -> None:
    readers: dict[SchemaName, Reader] = {1: reader_of(Schema(kind, schema), "schema 1")}

    decoded = by_schemas(decode, readers)(record(framed(1, b"\x02\x02")), LATEST)

    assert decoded.dead is not None
    assert decoded.dead.reason == "schema_unsupported"
    assert decoded.dead.detail.startswith("The schema 1 ")
