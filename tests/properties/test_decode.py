"""Whatever arrives, decoding ends with interactions that can be stored or with a dead letter."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from router.decode import (
    Decoded,
    decode,
    decode_deliveries,
    decode_line,
    decode_preferences,
    describe,
    original,
    responses_decoder,
    to_message,
)
from router.model.keys import customer_key
from router.model.record import DEAD_REASONS, DeadLetter, Record

QUICK = settings(max_examples=40, deadline=None)
LATEST = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ["specversion", "id", "source", "type", "subject", "time", "data", "data_base64", "datacontenttype"]
WORDS = [
    "1.0",
    "",
    "e-1",
    "2025-11-03T10:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "application/json",
    "a\0",
    "\ud800",
]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
DATA = st.dictionaries(
    st.sampled_from(["customer_id", "channel", "locale", "recipient", "consent", "zone", "forget", "x"])
    | st.sampled_from(["invitation_id", "status", "bounce", "detail", "response_token", "score"]),
    VALUES,
)
decode_responses = responses_decoder(b"secret")
EVENTS = st.dictionaries(st.sampled_from(NAMES), VALUES) | st.fixed_dictionaries(
    {
        "specversion": st.just("1.0"),
        "id": st.text(),
        "source": st.text(min_size=1),
        "type": st.text(min_size=1),
    },
    optional={"time": st.sampled_from(WORDS), "data": DATA, "subject": st.text(), "traceparent": VALUES},
)
JSON = (EVENTS | st.lists(EVENTS, max_size=3) | DATA | VALUES).map(lambda value: json.dumps(value).encode())
HEADER_NAMES = (
    st.sampled_from(["Content-Type", "traceparent", "dlq.topic", *(f"ce_{name}" for name in NAMES)])
    | st.text()
)
HEADER_VALUES = (
    st.none()
    | st.binary(max_size=20)
    | st.sampled_from(
        [b"1.0", b"2025-11-03T10:00:00Z", b"application/json", b"application/cloudevents+json", b"text/plain"]
    )
)
RECORDS = st.builds(
    Record,
    st.just("cx.interactions.v1"),
    st.integers(0, 99),
    st.integers(0, 2**63 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.binary(max_size=20),
    st.none() | st.binary() | JSON,
    st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), max_size=8).map(tuple),
)


def assert_sound(decoded: Decoded) -> None:
    for interaction in decoded.interactions:
        assert interaction.time.tzinfo is UTC
        assert datetime(1970, 1, 1, tzinfo=UTC) <= interaction.time <= LATEST
        names = (interaction.source, interaction.id, interaction.type, interaction.customer_id)
        assert all(names[:3])
        assert not any("\0" in name or len(name) > 512 for name in names)
        assert "recipient" not in interaction.attributes
        msgspec.json.decode(msgspec.json.encode(interaction))
        msgspec.msgpack.decode(msgspec.msgpack.encode(interaction))
    if decoded.dead is not None:
        assert decoded.dead.reason in DEAD_REASONS
        assert decoded.dead.detail.encode()


@QUICK
@given(RECORDS)
def test_no_record_makes_decoding_raise(record: Record) -> None:
    assert_sound(decode(record, LATEST))
    assert_sound(decode_preferences(record, LATEST))
    assert_sound(decode_deliveries(record, LATEST))
    assert_sound(decode_responses(record, LATEST))


@QUICK
@given(st.binary() | JSON, st.integers(0, 10**9))
def test_no_line_makes_decoding_raise(line: bytes, number: int) -> None:
    assert_sound(decode_line(line, number, LATEST))


@QUICK
@given(RECORDS)
def test_a_dead_letter_gives_its_record_back(record: Record) -> None:
    key, value, headers = to_message(DeadLetter(record, "not_json", "d"), "app")
    letter = Record("cx.interactions.v1.dlq", 0, 0, 0, key, value, tuple(headers))
    kept = [header for header in record.headers if not header[0].startswith("dlq.")]
    assert original(letter) == (record.topic, record.key, record.value, kept)
    msgspec.json.encode(describe(letter))


NAMED = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=60)
HOURS = st.integers(-23, 23)
TIMES = st.datetimes(datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2025-12-30"))
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | NAMED
    | st.floats(allow_nan=False, allow_infinity=False)
)
TAKEN = {"customer_id", "channel", "locale", "recipient"}
MEMBERS = st.dictionaries(NAMED.filter(lambda name: name not in TAKEN), PLAIN | st.lists(PLAIN))


@QUICK
@given(NAMED, NAMED, NAMED, TIMES, HOURS, MEMBERS)
def test_a_good_event_comes_through_unchanged(
    source: str, id_: str, customer: str, local: datetime, hours: int, data: dict[str, Any]
) -> None:
    time = local.replace(tzinfo=timezone(timedelta(hours=hours)))
    event = {
        "specversion": "1.0",
        "source": source,
        "id": id_,
        "type": "call.completed",
        "subject": customer,
        "time": time.isoformat(),
        "data": data,
    }
    record = Record("t", 0, 0, 0, None, json.dumps(event).encode())
    (interaction,) = decode(record, LATEST).interactions
    assert (interaction.source, interaction.id, interaction.customer_id) == (
        source,
        id_,
        customer_key(customer),
    )
    assert interaction.time == time
    assert interaction.attributes == data
