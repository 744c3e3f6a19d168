import json
from datetime import UTC, datetime
from typing import Any

import pytest

from router.decode import decode_preferences
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.record import DeadReason, Record

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2025, 11, 3, 10, tzinfo=UTC)
TIMESTAMP = int(AT.timestamp() * 1000)
DATA = {
    "consent": {"email": True, "sms": False},
    "locale": "nl",
    "zone": "Europe/Amsterdam",
    "segment": "consumer",
}
EVENT = {"specversion": "1.0", "id": "p-1", "source": "/crm", "type": PREFERENCES_TYPE, "data": DATA}
Headers = tuple[tuple[str, bytes | None], ...]


def record(
    value: Any, key: bytes | None = b"c-1", headers: Headers = (), timestamp: int = TIMESTAMP
) -> Record:
    raw = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
    return Record("cx.preferences.v1", 3, 42, timestamp, key, raw, headers)


def composed(data: dict[str, Any], customer: str = "c-1") -> Interaction:
    return Interaction("kafka", "cx.preferences.v1/3/42", PREFERENCES_TYPE, AT, customer, attributes=data)


def only(given: Record) -> Interaction:
    decoded = decode_preferences(given, LATEST)
    assert decoded.dead is None
    (interaction,) = decoded.interactions
    return interaction


def test_plain_object() -> None:
    assert only(record(DATA)) == composed(DATA)
    assert only(record(DATA, headers=(("content-type", b"application/json"),))) == composed(DATA)
    assert only(record({"consent": ["email"]})) == composed({"consent": ["email"]})
    assert only(record({**DATA, "customer_id": 7})) == composed(DATA, "7")
    assert only(record(DATA, key=None)) == composed(DATA, "")


def test_tombstone_forgets() -> None:
    assert only(record(None)) == composed({"forget": True})


@pytest.mark.parametrize("key", [None, b""])
def test_tombstone_without_key_is_a_no_op(key: bytes | None) -> None:
    decoded = decode_preferences(record(None, key=key), LATEST)
    assert decoded.interactions == ()
    assert decoded.dead is None


def test_cloud_event_in_any_mode() -> None:
    expected = Interaction("/crm", "p-1", PREFERENCES_TYPE, AT, "c-1", attributes=DATA)
    binary = tuple((f"ce_{name}", str(value).encode()) for name, value in EVENT.items() if name != "data")
    assert only(record(EVENT)) == expected
    assert only(record(EVENT, headers=(("content-type", b"application/cloudevents+json"),))) == expected
    assert only(record([EVENT])) == expected
    assert only(record(DATA, headers=binary)) == expected
    assert only(record({**EVENT, "subject": "c-2"})).customer_id == "c-2"


def test_an_event_of_another_type_is_refused_and_its_neighbour_kept() -> None:
    decoded = decode_preferences(record([{**EVENT, "type": "call.completed"}, EVENT]), LATEST)
    assert [interaction.id for interaction in decoded.interactions] == ["p-1"]
    assert decoded.dead is not None
    assert decoded.dead.reason == "attribute_invalid"


REFUSED: dict[str, tuple[Record, DeadReason]] = {
    "not JSON": (record(b"hello"), "not_json"),
    "empty": (record(b""), "not_json"),
    "a number": (record(7), "not_an_object"),
    "Confluent framing": (record(b"\0\0\0\0\1x"), "confluent_framing"),
    "unknown specversion": (record({**EVENT, "specversion": "9"}), "specversion_unknown"),
    "no JSON by its content type": (
        record(DATA, headers=(("content-type", b"text/csv"),)),
        "unsupported_content_type",
    ),
    "no time": (record(DATA, timestamp=-1), "attribute_missing"),
    "future": (record(DATA, timestamp=TIMESTAMP * 2), "time_in_future"),
    "key that is not UTF-8": (record(DATA, key=b"\xff"), "attribute_invalid"),
    "tombstone with a bad key": (record(None, key=b"\xff"), "attribute_invalid"),
    "NUL in the key": (record(EVENT, key=b"a\0b"), "attribute_invalid"),
    "key of 10,000 characters": (record(DATA, key=b"x" * 10_000), "attribute_invalid"),
    "consent that is true": (record({"consent": True}), "attribute_invalid"),
    "consent with a text": (record({"consent": {"email": "yes"}}), "attribute_invalid"),
    "consent with a number": (record({"consent": [1]}), "attribute_invalid"),
    "consent for a nameless channel": (record({"consent": {"": True}}), "attribute_missing"),
    "consent for 17 channels": (record({"consent": list(map(str, range(17)))}), "attribute_invalid"),
    "locale that is a list": (record({"locale": ["nl"]}), "attribute_invalid"),
    "zone with a NUL": (record({"zone": "Europe\0"}), "attribute_invalid"),
    "forget that is a text": (record({"forget": "no"}), "attribute_invalid"),
    "too deep": (record(b'{"a":' * 100_000), "too_deep"),
}


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(given: Record, reason: DeadReason) -> None:
    decoded = decode_preferences(given, LATEST)
    assert decoded.interactions == ()
    assert decoded.dead is not None
    assert decoded.dead.record is given
    assert decoded.dead.reason == reason
