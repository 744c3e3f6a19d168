"""One row for each hostile input: a dead letter with its reason, and a detail that repeats nothing of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from router.decode import decode
from router.model.interaction import UNCLEAR_TYPE
from router.model.record import DeadReason, Record

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/crm",
    "type": "call.completed",
    "subject": "c-1",
    "time": "2025-11-03T10:00:00Z",
    "data": {"channel": "phone", "case_id": "K-1"},
}
Headers = tuple[tuple[str, bytes | None], ...]


def event(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()


def raw(before: bytes, after: bytes) -> bytes:
    changed = event().replace(before, after)
    assert changed != event()
    return changed


def record(value: bytes | None, headers: Headers = (), timestamp: int = 0) -> Record:
    return Record("cx.interactions.v1", 3, 42, timestamp, b"c-1", value, headers)


def binary(value: bytes | None = b"{}", **changes: bytes | None) -> tuple[bytes | None, Headers]:
    attributes = {name: str(text).encode() for name, text in GOOD.items() if name != "data"}
    return value, tuple((f"ce_{name}", text) for name, text in {**attributes, **changes}.items())


def deep(levels: int) -> bytes:
    return event(data="?").replace(b'"?"', b'{"a":' * levels + b"1" + b"}" * levels)


VALUES: list[tuple[str, bytes, DeadReason]] = [
    ("empty", b"", "not_json"),
    ("only white space", b" \n", "not_json"),
    ("text", b"hello", "not_json"),
    ("half an object", event()[:-2], "not_json"),
    ("something after it", event() + b"x", "not_json"),
    ("byte order mark", b"\xef\xbb\xbf" + event(), "not_json"),
    ("Latin-1", raw(b"call", b"caf\xe9"), "not_json"),
    ("UTF-16", event().decode().encode("utf-16"), "not_json"),
    ("NaN", raw(b'"phone"', b"NaN"), "not_json"),
    ("Infinity", raw(b'"phone"', b"-Infinity"), "not_json"),
    ("a NUL byte in a text", raw(b"K-1", b"K\x001"), "not_json"),
    ("a number", b"17", "not_an_object"),
    ("null", b"null", "not_an_object"),
    ("a text in quotes", b'"hello"', "not_an_object"),
    ("10 MB", b"{" + b" " * 10_000_000 + b"}", "value_too_large"),
    ("100,000 deep", deep(100_000), "too_deep"),
    ("100,000 deep, never closed", b"[" * 100_000, "too_deep"),
    ("100,000 deep in an attribute nobody reads", raw(b'"c-1"', b'"c-1","x":' + b"[" * 100_000), "too_deep"),
    ("65 deep", deep(65), "too_deep"),
    ("Confluent framing", b"\x00\x00\x00\x00\x2a" + b"\x02avro", "confluent_framing"),
    ("a single zero byte", b"\x00", "confluent_framing"),
    ("no specversion", without("specversion"), "attribute_missing"),
    ("another object", b'{"order": 1}', "attribute_missing"),
    ("specversion 0.3", event(specversion="0.3"), "specversion_unknown"),
    ("specversion as a number", event(specversion=1.0), "specversion_unknown"),
    ("no id", without("id"), "attribute_missing"),
    ("empty id", event(id=""), "attribute_missing"),
    ("null source", event(source=None), "attribute_missing"),
    ("empty type", event(type=""), "attribute_missing"),
    ("numeric id", event(id=7), "attribute_invalid"),
    ("id of 10,000 characters", event(id="x" * 10_000), "attribute_invalid"),
    ("source of 10,000 characters", event(source="x" * 10_000), "attribute_invalid"),
    ("type of 513 characters", event(type="x" * 513), "attribute_invalid"),
    ("customer of 10,000 characters", event(subject="x" * 10_000), "attribute_invalid"),
    ("customer that is an object", event(data={"customer_id": {}}), "attribute_invalid"),
    ("customer that is true", event(data={"customer_id": True}), "attribute_invalid"),
    ("customer that is a fraction", event(data={"customer_id": 1.5}), "attribute_invalid"),
    ("NUL in id", event(id="a\0b"), "attribute_invalid"),
    ("NUL in source", event(source="a\0b"), "attribute_invalid"),
    ("NUL in type", event(type="a\0b"), "attribute_invalid"),
    ("NUL in subject", event(subject="a\0b"), "attribute_invalid"),
    ("NUL in customer_id", event(data={"customer_id": "a\0b"}), "attribute_invalid"),
    ("NUL in channel", event(data={"channel": "a\0b"}), "attribute_invalid"),
    ("NUL in locale", event(data={"locale": "a\0b"}), "attribute_invalid"),
    ("NUL in an attribute", event(data={"agent_id": "a\0b"}), "data_invalid"),
    ("NUL deep in an attribute", event(data={"agents": [{"id": "a\0b"}]}), "data_invalid"),
    ("lone high surrogate", raw(b"K-1", rb"K\ud800"), "data_invalid"),
    ("lone low surrogate", raw(b"K-1", rb"\udc00K"), "data_invalid"),
    ("lone surrogate in an id", raw(b"e-1", rb"\uDBFF"), "data_invalid"),
    ("lone surrogate in a name", raw(b"case_id", rb"\ud800"), "data_invalid"),
    ("lone surrogate and not JSON", raw(b'"K-1"', rb'"K\ud800",,'), "not_json"),
    ("integer of 2^63", event(data={"order": 2**63}), "data_invalid"),
    ("integer below -2^63", event(data={"orders": [-(2**63) - 1]}), "data_invalid"),
    ("integer of 5,000 digits", raw(b'"phone"', b"9" * 5_000), "data_invalid"),
    ("number beyond a double", raw(b'"phone"', b"1e999"), "data_invalid"),
    ("data that is a list", event(data=[1]), "data_invalid"),
    ("data that is a text", event(data="hello"), "data_invalid"),
    ("data that is XML", event(data="<a/>", datacontenttype="application/xml"), "unsupported_content_type"),
    ("datacontenttype that is a number", event(datacontenttype=1), "unsupported_content_type"),
    ("data twice", event(data_base64="e30="), "data_invalid"),
    ("data_base64 that is none", event(data=None, data_base64="%%%"), "data_invalid"),
    ("data_base64 beyond ASCII", event(data=None, data_base64="é"), "data_invalid"),
    ("data_base64 that is a number", event(data=None, data_base64=1), "data_invalid"),
    ("data_base64 without JSON", event(data=None, data_base64="aGVsbG8="), "data_invalid"),
    ("data_base64 with a list", event(data=None, data_base64="W10="), "data_invalid"),
    ("channel that is a number", event(data={"channel": 1}), "attribute_invalid"),
    ("recipient that is a text", event(data={"recipient": "a@b.example"}), "attribute_invalid"),
    ("address that is a number", event(data={"recipient": {"sms": 31612345678}}), "attribute_invalid"),
    ("address of 10,000 characters", event(data={"recipient": {"sms": "x" * 10_000}}), "attribute_invalid"),
    ("17 addresses", event(data={"recipient": dict.fromkeys(map(str, range(17)), "x")}), "attribute_invalid"),
    ("no time at all", without("time"), "attribute_missing"),
    ("naive time", event(time="2025-11-03T10:00:00"), "time_naive"),
    ("naive leap second", event(time="2016-12-31T23:59:60"), "time_naive"),
    ("30 February", event(time="2025-02-30T10:00:00Z"), "time_invalid"),
    ("hour 24", event(time="2025-02-20T24:00:00Z"), "time_invalid"),
    ("a date", event(time="2025-02-20"), "time_invalid"),
    ("words", event(time="yesterday"), "time_invalid"),
    ("leap second at noon", event(time="2016-12-31T12:00:60Z"), "time_invalid"),
    ("leap second on 30 February", event(time="2016-02-30T23:59:60Z"), "time_invalid"),
    ("leap second at the end of time", event(time="9999-12-31T23:59:60Z"), "time_invalid"),
    ("epoch seconds", event(time=1_762_164_000), "time_invalid"),
    ("epoch seconds as text", event(time="1762164000"), "time_invalid"),
    ("NUL in time", event(time="2025-11-03T10:00:00Z\0"), "time_invalid"),
    ("time of 100,000 digits", event(time="2025-11-03T10:00:00." + "1" * 100_000 + "x"), "time_invalid"),
    ("year 0", event(time="0000-01-01T00:00:00Z"), "time_out_of_range"),
    ("year 1, before the calendar in UTC", event(time="0001-01-01T00:00:00+23:59"), "time_out_of_range"),
    ("1969", event(time="1969-12-31T23:59:59Z"), "time_out_of_range"),
    ("far future", event(time="9999-12-31T23:59:59-23:59"), "time_in_future"),
    ("a second too late", event(time="2026-01-01T00:00:01Z"), "time_in_future"),
]


@pytest.mark.parametrize(("value", "reason"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_hostile_value_becomes_a_dead_letter(value: bytes, reason: DeadReason) -> None:
    given = record(value)
    decoded = decode(given, LATEST)
    assert {one.type for one in decoded.interactions} <= {UNCLEAR_TYPE}
    assert decoded.dead is not None
    assert decoded.dead.reason == reason
    assert decoded.dead.record is given
    assert_readable(decoded.dead.detail)


def assert_readable(detail: str) -> None:
    assert detail.endswith(".")
    assert len(detail) < 200
    assert detail.isprintable()
    assert not any(secret in detail for secret in ("c-1", "e-1", "/crm", "b.example", "3161234", "xxxx"))


HEADERS: list[tuple[str, tuple[bytes | None, Headers], DeadReason]] = [
    ("1,001 headers", (event(), tuple(("x", b"1") for _ in range(1_001))), "too_many_headers"),
    ("null in a needed header", binary(id=None), "attribute_invalid"),
    ("null subject", binary(subject=None), "attribute_invalid"),
    ("non-UTF-8 in a needed header", binary(source=b"\xff"), "attribute_invalid"),
    ("non-UTF-8 time", binary(time=b"\xff"), "attribute_invalid"),
    ("NUL in a header", binary(id=b"a\0b"), "attribute_invalid"),
    ("no id header", (b"{}", binary()[1][:1]), "attribute_missing"),
    ("empty id header", binary(id=b""), "attribute_missing"),
    ("specversion 2.0", binary(specversion=b"2.0"), "specversion_unknown"),
    ("naive time header", binary(time=b"2025-11-03T10:00:00"), "time_naive"),
    (
        "empty value of a structured event",
        (b"", (("content-type", b"application/cloudevents+json"),)),
        "not_json",
    ),
    ("data that is no JSON", binary(b"hello"), "not_json"),
    ("data that is a list", binary(b"[1]"), "data_invalid"),
    ("data that is framed", binary(b"\x00\x00\x00\x00\x07avro"), "confluent_framing"),
    (
        "data that is XML",
        (b"<a/>", (*binary()[1], ("content-type", b"text/xml"))),
        "unsupported_content_type",
    ),
    (
        "a content type that is not UTF-8",
        (b"{}", (*binary()[1], ("content-type", b"\xff"))),
        "unsupported_content_type",
    ),
    (
        "CloudEvents in Avro",
        (b"x", (("content-type", b"application/cloudevents+avro"),)),
        "unsupported_content_type",
    ),
    (
        "protobuf without CloudEvents",
        (b"x", (("content-type", b"application/protobuf"),)),
        "unsupported_content_type",
    ),
]


@pytest.mark.parametrize(("given", "reason"), [row[1:] for row in HEADERS], ids=[row[0] for row in HEADERS])
def test_hostile_headers_become_a_dead_letter(
    given: tuple[bytes | None, Headers], reason: DeadReason
) -> None:
    decoded = decode(record(*given), LATEST)
    assert {one.type for one in decoded.interactions} <= {UNCLEAR_TYPE}
    assert decoded.dead is not None
    assert decoded.dead.reason == reason
    assert_readable(decoded.dead.detail)


def test_confluent_framing_is_named_with_its_schema() -> None:
    decoded = decode(record(b"\x00\x00\x00\x01\x00abc"), LATEST)
    assert decoded.dead is not None
    assert "a schema registry (schema id 256): set ROUTER_SCHEMA_REGISTRY__URL" in decoded.dead.detail


def test_impossible_record_timestamp() -> None:
    decoded = decode(record(without("time"), timestamp=2**63 - 1), LATEST)
    assert decoded.dead is not None
    assert decoded.dead.reason == "time_out_of_range"
