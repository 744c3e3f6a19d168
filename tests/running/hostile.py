"""Bad input, record by record, and what is to become of each."""

import json
from typing import Any

from msgspec import Struct

from router.model.record import DeadReason
from tests.running.topics import Entry, Headers, RawName

GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "source": "/crm",
    "type": "call.completed",
    "subject": "c-1",
    "time": "2026-03-02T10:00:00Z",
    "data": {"channel": "phone", "case_id": "K-1"},
}
KEY = b"c-1"


class Row(Struct, frozen=True):
    """A record, and the reason of its dead letter; None where it is accepted as an interaction."""

    name: str
    entry: Entry
    reason: DeadReason | None


def good(name: str) -> Entry:
    """A record that is decided, whatever stands beside it."""
    return Entry(KEY, value(name))


def value(name: str, **changes: Any) -> bytes:
    """A good event whose id is the name, changed."""
    return json.dumps({**GOOD, "id": name, **changes}).encode()


def without(name: str, attribute: str) -> bytes:
    event = json.loads(value(name))
    del event[attribute]
    return json.dumps(event).encode()


def binary(name: str, **changes: bytes | None) -> Headers:
    attributes: dict[str, Any] = {**GOOD, "id": name}
    del attributes["data"]
    given = {key: str(text).encode() for key, text in attributes.items()} | changes
    return tuple((f"ce_{key}", text) for key, text in given.items())


def _values(large: int) -> list[tuple[str, bytes, DeadReason | None]]:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    year_0 = value("year-0", time="0000-01-01T00:00:00Z")
    return [
        ("not-json", b"hello", "not_json"),
        ("cut-off", value("cut-off")[:-3], "not_json"),
        ("not-utf-8", value("not-utf-8").replace(b"K-1", b"K\xff1"), "not_json"),
        ("wrong-shape", b'["a", 1]', "not_an_object"),
        ("a-number", b"17", "not_an_object"),
        ("no-event", b'{"order": 1}', "attribute_missing"),
        ("no-id", without("no-id", "id"), "attribute_missing"),
        ("empty-id", value("", subject="c-2"), "attribute_missing"),
        ("no-source", without("no-source", "source"), "attribute_missing"),
        ("empty-source", value("empty-source", source=""), "attribute_missing"),
        ("no-type", without("no-type", "type"), "attribute_missing"),
        ("empty-type", value("empty-type", type=""), "attribute_missing"),
        ("specversion", value("specversion", specversion="2.0"), "specversion_unknown"),
        ("naive-time", value("naive-time", time="2026-03-02T10:00:00"), "time_naive"),
        ("impossible-time", value("impossible-time", time="2026-02-30T10:00:00Z"), "time_invalid"),
        ("far-future", value("far-future", time="2999-01-01T00:00:00Z"), "time_in_future"),
        ("year-0", year_0, "time_out_of_range"),
        ("large", b'{"a": "' + b"x" * large + b'"}', "value_too_large"),
        ("deep", value("deep", data="?").replace(b'"?"', deep), "too_deep"),
        ("repeated-keys", value("repeated-keys").replace(b"{", b'{"id": "first", ', 1), None),
        ("nan", value("nan").replace(b'"phone"', b"NaN"), "not_json"),
        ("huge-integer", value("huge-integer", data={"n": 2**63}), "data_invalid"),
        ("longest-integer", value("longest-integer", data={"n": 2**63 - 1}), None),
        ("endless-integer", value("endless-integer").replace(b'"phone"', b"9" * 5_000), "data_invalid"),
        ("surrogate", value("surrogate").replace(b"K-1", rb"K\ud800"), "data_invalid"),
        ("nul-in-id", value("nul\0in-id"), "attribute_invalid"),
        ("nul-in-customer", value("nul-in-customer", subject="c\0"), "attribute_invalid"),
        ("nul-in-data", value("nul-in-data", data={"case_id": "\0"}), "data_invalid"),
        ("long-id", value("x" * 10_000), "attribute_invalid"),
        ("long-customer", value("long-customer", subject="x" * 10_000), "attribute_invalid"),
        ("avro", b"\x00\x00\x00\x00\x2a\x0ec-1\x1a", "confluent_framing"),
        ("emoji", value("emoji", data={"note": "\U0001f600 é"}), None),
        ("no-customer", without("no-customer", "subject"), None),
    ]


def hostile_rows(large: int) -> list[Row]:
    """All of them; `large` is the size of the largest value in bytes."""
    many: Headers = tuple((f"h{number}", b"1") for number in range(1_000))
    headers: list[tuple[str, Entry, DeadReason | None]] = [
        ("thousand-headers", Entry(KEY, value("thousand-headers"), many), None),
        ("more-headers", Entry(KEY, value("more-headers"), (*many, ("one", b"more"))), "too_many_headers"),
        ("null-header", Entry(KEY, value("null-header"), (("x", None),)), None),
        ("binary-header", Entry(KEY, value("binary-header"), (("x", b"\xff\xfe"),)), None),
        ("raw-name", Entry(KEY, value("raw-name"), ((RawName(b"\xffbad"), b"1"),)), None),
        ("raw-name-dead", Entry(KEY, b"hello", ((RawName(b"\xffbad"), b"1"), ("n", None))), "not_json"),
        ("null-needed", Entry(KEY, b"{}", binary("null-needed", id=None)), "attribute_invalid"),
        ("raw-needed", Entry(KEY, b"{}", binary("raw-needed", source=b"\xff")), "attribute_invalid"),
        ("binary-mode", Entry(KEY, b'{"case_id": "K-1"}', binary("binary-mode")), None),
        ("null-key", Entry(None, value("null-key")), None),
        ("raw-key", Entry(b"\xff\xfe", value("raw-key")), None),
        ("raw-key-dead", Entry(b"\xff\xfe", b"\xff"), "not_json"),
        (
            "nothing-but-headers",
            Entry(None, None, binary("nothing-but-headers", id=None)),
            "attribute_invalid",
        ),
        ("empty-value", Entry(KEY, b""), "not_json"),
    ]
    rows = [Row(name, Entry(KEY, text), reason) for name, text, reason in _values(large)]
    return rows + [Row(*given) for given in headers]


def neighbours(rows: list[Row]) -> list[Entry]:
    """The rows, each between two good records."""
    entries = [good("before-all")]
    for row in rows:
        entries += [row.entry, good(f"after-{row.name}")]
    return entries
