import json
from datetime import UTC, datetime
from typing import Any

import pytest

from router.decode import decode_preferences
from router.model.interaction import PREFERENCES_TYPE, UNCLEAR_TYPE, Interaction
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
    assert [interaction.id for interaction in decoded.interactions] == ["p-1/unclear", "p-1"]
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
    "consent for a nameless channel": (record({"consent": {"": True}}), "attribute_invalid"),
    "consent for 17 channels": (record({"consent": list(map(str, range(17)))}), "attribute_invalid"),
    "locale that is a list": (record({"locale": ["nl"]}), "attribute_invalid"),
    "zone with a NUL": (record({"zone": "Europe\0"}), "attribute_invalid"),
    "forget that is a text": (record({"forget": "no"}), "attribute_invalid"),
    "too deep": (record(b'{"a":' * 100_000), "too_deep"),
}


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(given: Record, reason: DeadReason) -> None:
    decoded = decode_preferences(given, LATEST)
    assert {one.type for one in decoded.interactions} <= {UNCLEAR_TYPE}
    assert decoded.dead is not None
    assert decoded.dead.record is given
    assert decoded.dead.reason == reason


def unclear(given: Record) -> Interaction:
    decoded = decode_preferences(given, LATEST)
    assert decoded.dead is not None
    (interaction,) = decoded.interactions
    assert interaction.type == UNCLEAR_TYPE
    return interaction


BOTH = ["consent", "suppressed"]
UNCLEAR: dict[str, tuple[Any, list[str]]] = {
    "true": ({"suppressed": True}, ["suppressed"]),
    "false": ({"suppressed": False}, ["suppressed"]),
    "a number": ({"suppressed": 1}, ["suppressed"]),
    "an object": ({"suppressed": {"opted_out": True}}, ["suppressed"]),
    "a list in a list": ({"suppressed": [["opted_out"]]}, ["suppressed"]),
    "an unknown word": ({"suppressed": ["opt_out"]}, ["suppressed"]),
    "an empty word": ({"suppressed": ""}, ["suppressed"]),
    "a word beside a known one": ({"suppressed": ["opted_out", "do_not_mail"]}, ["suppressed"]),
    "a yes as a text": ({"consent": {"email": "true"}}, ["consent"]),
    "a no as a text": ({"consent": {"email": "false"}}, ["consent"]),
    "a no as a number": ({"consent": {"email": 0}}, ["consent"]),
    "null": ({"consent": {"email": None}}, ["consent"]),
    "a channel alone": ({"consent": "email"}, ["consent"]),
    "no": ({"consent": "no"}, ["consent"]),
    "false alone": ({"consent": False}, ["consent"]),
    "all channels": ({"consent": {"*": False}}, ["consent"]),
    "all channels in wide letters": ({"consent": {"\uff0a": True}}, ["consent"]),
    "both": ({"consent": {"email": 1}, "suppressed": "none"}, BOTH),
    "another member that is wrong": ({"consent": ["email"], "locale": 7}, ["consent"]),
    "a time that is wrong": ({"suppressed": "opted_out", "time": "yesterday"}, ["suppressed"]),
    "forgetting as a text": ({"forget": "yes"}, ["consent"]),
    "capitals in the name": ({"Consent": {"email": False}}, ["consent"]),
    "a misspelt name": ({"supressed": ["opted_out"]}, ["suppressed"]),
    "turned letters": ({"consnet": {"email": False}}, ["consent"]),
    "a misspelt list of none": ({"consnt": []}, ["consent"]),
    "a misspelt no": ({"konsent": False}, ["consent"]),
    "misspelt forgetting": ({"foget": True}, ["consent"]),
    "another name for it": ({"opt_out": True}, ["suppressed"]),
    "another name in capitals": ({"doNotContact": "yes"}, ["suppressed"]),
    "a name that holds it": ({"emailOptOut": True}, ["suppressed"]),
    "a name with more words": ({"do-not-survey": 1}, ["suppressed"]),
    "a moment for it": ({"unsubscribed_at": "2025-11-02"}, ["suppressed"]),
    "no consent by another name": ({"opt_in": False}, ["consent"]),
    "no consent as a text": ({"consent_given": " No "}, ["consent"]),
    "no object": (7, BOTH),
    "no JSON": (b"suppressed=opted_out", BOTH),
    "UTF-16": ('{"suppressed": "opted_out"}'.encode("utf-16"), BOTH),
    "framed": (b"\0\0\0\0\1x", BOTH),
    "too large": (b" " * 1_048_577, BOTH),
}


@pytest.mark.parametrize(("value", "members"), UNCLEAR.values(), ids=UNCLEAR)
def test_what_cannot_be_understood_leaves_word_of_it(value: Any, members: list[str]) -> None:
    found = unclear(record(value))
    assert (found.customer_id, found.attributes) == ("c-1", {"of": PREFERENCES_TYPE, "members": members})
    assert (found.source, found.time) == ("kafka", AT)


def test_of_an_event_it_keeps_name_and_time() -> None:
    wrong = EVENT | {"subject": "c-7", "time": "2025-11-02T10:00:00Z", "data": {"suppressed": "stop"}}
    found = unclear(record(wrong))
    assert (found.source, found.id, found.customer_id) == ("/crm", "p-1/unclear", "c-7")
    assert found.time == datetime(2025, 11, 2, 10, tzinfo=UTC)
    binary = tuple((f"ce_{name}", str(value).encode()) for name, value in wrong.items() if name != "data")
    assert unclear(record({"suppressed": "stop"}, headers=binary)) == found
    assert unclear(record(b"{", headers=binary)).attributes["members"] == BOTH


def test_of_events_together_each_leaves_its_own_in_its_place() -> None:
    wrong = EVENT | {"id": "p-0", "data": {"consent": "none"}}
    decoded = decode_preferences(record([EVENT, wrong, EVENT | {"id": "p-2"}, 7]), LATEST)
    named = [one.id for one in decoded.interactions]
    assert named == ["p-1", "p-0/unclear", "p-2", "cx.preferences.v1/3/42/3/unclear"]


def test_one_without_any_time_is_as_late_as_it_is_heard() -> None:
    assert unclear(record({"suppressed": True}, timestamp=-1)).attributes["untimed"] is True


def test_where_nobody_is_named_nothing_can_be_told() -> None:
    assert decode_preferences(record({"suppressed": True}, key=None), LATEST).interactions == ()
    assert decode_preferences(record({"locale": 7}), LATEST).interactions == ()


def test_a_plain_object_may_tell_when_it_was_said() -> None:
    said = only(record({"consent": ["email"], "time": "2025-11-02T10:00:00Z"}))
    assert said.time == datetime(2025, 11, 2, 10, tzinfo=UTC)
    assert said.attributes == {"consent": ["email"]}


CERTAIN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"suppressed": "Opted_Out"}, {"suppressed": ["opted_out"]}),
    ({"suppressed": [" LEGAL-HOLD ", "legal hold"]}, {"suppressed": ["legal_hold"]}),
    ({"suppressed": ["optedOut/E-Mail"]}, {"suppressed": ["opted_out/e-mail"]}),
    ({"suppressed": ["Bounced/ Email / Research"]}, {"suppressed": ["bounced/email/research"]}),
    ({"suppressed": ["Bounced/Email//A/b@Example.org"]}, {"suppressed": ["bounced/email//A/b@Example.org"]}),
    ({"suppressed": ["complained/"]}, {"suppressed": ["complained"]}),
    ({"suppressed": None, "consent": None}, {}),
    ({"consent": {"Email": False, "SMS ": True}}, {"consent": {"email": False, "sms": True}}),
    ({"consent": {"Email": False, "email": True}}, {"consent": {"email": False}}),
    ({"consent": ["EMAIL", "email"]}, {"consent": ["email"]}),
    ({"consent": {"Email/Research": True}}, {"consent": {"email/research": True}}),
    (
        {"opt_out": False, "opt_in": True, "consent_id": "7", "content": "x"},
        {"opt_out": False, "opt_in": True, "consent_id": "7", "content": "x"},
    ),
]


@pytest.mark.parametrize(("given", "expected"), CERTAIN)
def test_what_is_certain_is_put_into_its_plain_form(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert only(record(given)).attributes == expected
