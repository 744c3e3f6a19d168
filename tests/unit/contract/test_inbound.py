"""The published schemas of what is read promise no more than the decoder keeps."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from router.contract import contract_files
from router.contract.examples import (
    INTERACTION,
    OPTED_OUT,
    PREFERENCES,
    PREFERENCES_EVENT,
    example_interaction,
)
from router.decode import decode, decode_preferences
from router.decode.outcome import DEFAULT_LIMITS
from router.model.interaction import UNCLEAR_TYPE
from router.model.record import Record

LATEST = datetime(2026, 12, 1, tzinfo=UTC)
LONGEST = "x" * DEFAULT_LIMITS.text
FILES = contract_files()
INTERACTION_SCHEMA = Draft202012Validator(json.loads(FILES["interaction.schema.json"]))
PREFERENCES_SCHEMA = Draft202012Validator(json.loads(FILES["preferences.schema.json"]))


def record(value: Any) -> Record:
    return Record("topic", 0, 1, 1_767_225_600_000, b"C-1", json.dumps(value).encode())


def event(**given: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"} | given


@pytest.mark.parametrize(
    "value",
    [
        INTERACTION,
        event(),
        event(id=LONGEST, source=LONGEST, type=LONGEST, subject=LONGEST),
        event(time="2026-01-01T00:00:00.123456789Z"),
        event(time="2026-01-01t01:00:00+05:30"),
        event(subject=None, data=None),
        event(subject="", data={"customer_id": None, "channel": None, "locale": None, "recipient": None}),
        event(data={"customer_id": 2**60}),
        event(data={"customer_id": "7", "recipient": {"email": "a@example.org", "sms": None}}),
        event(data={"list": [1, {"deep": [True, None, 1.5]}]}),
        event(datacontenttype="application/json; charset=utf-8", data={}),
        event(datacontenttype="application/vnd.acme+json", data={}),
        event(unknown={"extension": 1}),
    ],
)
def test_an_interaction_that_fits_the_schema_is_read(value: dict[str, Any]) -> None:
    INTERACTION_SCHEMA.validate(value)
    assert decode(record(value), LATEST).dead is None


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        event(specversion="0.3"),
        event(id=""),
        event(id=7),
        event(source=None),
        event(type="x" * (DEFAULT_LIMITS.text + 1)),
        event(subject=["C-1"]),
        event(subject="C\0"),
        event(time="2026-01-01T00:00:00"),
        event(time=1_767_225_600),
        event(data=[1]),
        event(data="text"),
        event(datacontenttype="text/xml", data={}),
        event(data={"customer_id": True}),
        event(data={"channel": 7}),
        event(data={"recipient": "a@example.org"}),
        event(data={"recipient": {str(number): "a" for number in range(DEFAULT_LIMITS.channels + 1)}}),
    ],
)
def test_an_interaction_that_does_not_fit_is_a_dead_letter(value: Any) -> None:
    assert not INTERACTION_SCHEMA.is_valid(value)
    decoded = decode(record(value), LATEST)
    assert decoded.dead is not None or value == []
    assert {one.type for one in decoded.interactions} <= {UNCLEAR_TYPE}


@pytest.mark.parametrize(
    "value",
    [
        PREFERENCES,
        PREFERENCES_EVENT,
        OPTED_OUT,
        {},
        {"suppressed": ["Opted_Out/Email", "legal hold", "bounced/email/research", "opted_out//research"]},
        {"suppressed": None, "time": None},
        {"consent": {"EMAIL": True, " Sms ": False, "email/research": True}},
        {"consent": {}, "suppressed": "opted_out"},
        {"consent": ["email", "sms"], "suppressed": []},
        {"consent": None, "locale": None, "zone": None, "forget": True},
        {"customer_id": 12, "segment": {"tier": 1}},
    ],
)
def test_preferences_that_fit_the_schema_are_read(value: dict[str, Any]) -> None:
    PREFERENCES_SCHEMA.validate(value)
    decoded = decode_preferences(record(value), LATEST)
    assert decoded.dead is None
    assert decoded.interactions


@pytest.mark.parametrize(
    "value",
    [
        [],
        "email",
        {"consent": "email"},
        {"consent": {"email": "yes"}},
        {"consent": {"email": None}},
        {"consent": [1]},
        {"consent": ["*"]},
        {"consent": {"email/": True}},
        {"consent": {"email": 0}},
        {"suppressed": True},
        {"suppressed": False},
        {"suppressed": ""},
        {"suppressed": {"opted_out": True}},
        {"suppressed": ["opted_out", "opt_out"]},
        {"suppressed": [["opted_out"]]},
        {"suppressed": [f"opted_out/{number}" for number in range(65)]},
        {"time": "2026-03-02T12:30:00", "suppressed": []},
        {"consent": [str(number) for number in range(DEFAULT_LIMITS.channels + 1)]},
        {"locale": 1},
        {"zone": ["UTC"]},
        {"forget": "yes"},
        {"customer_id": 1.5},
        {"specversion": "1.0", "consent": {}},
        PREFERENCES_EVENT | {"type": "complaint.opened"},
        PREFERENCES_EVENT | {"data": {"consent": 1}},
    ],
)
def test_preferences_that_do_not_fit_are_a_dead_letter(value: Any) -> None:
    assert not PREFERENCES_SCHEMA.is_valid(value)
    decoded = decode_preferences(record(value), LATEST)
    assert decoded.dead is not None or value == []
    assert {one.type for one in decoded.interactions} <= {UNCLEAR_TYPE}


def test_the_example_is_read_as_the_page_says() -> None:
    interaction = example_interaction()
    assert interaction.customer_id == "C-1001"
    assert interaction.time == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert interaction.attributes == {"case_id": "4711", "agent_id": "A-17"}
    assert interaction.recipient == {"email": "klant@example.org"}
    assert interaction.traceparent == INTERACTION["traceparent"]
