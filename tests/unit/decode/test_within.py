"""A no inside something that is no event: the record is refused with the way out, and the no is not lost."""

import json
from base64 import b64encode
from typing import Any

import pytest

from router.decode import decode, decode_deliveries, decode_line, decode_preferences
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, UNCLEAR_TYPE
from router.model.record import Record
from tests.unit.core.builders import moment

LATEST = moment("99d")
NO: dict[str, Any] = {
    "specversion": "1.0",
    "id": "1",
    "source": "/s",
    "type": PREFERENCES_TYPE,
    "subject": "c-1",
    "time": "2026-03-02T08:30:00Z",
    "data": {"suppressed": "opted_out"},
}
ID = "00000000-0000-4000-8000-000000000001"
WITHIN: list[Any] = [
    {"events": [NO]},
    {"events": [NO | {"type": "call.completed", "subject": "c-2"}, NO]},
    {"event": NO},
    {"schema": {}, "payload": NO},
    {"payload": json.dumps(NO)},
    {"records": [{"key": "c-1", "value": NO}]},
    {"before": None, "after": NO},
    {"Records": [{"body": json.dumps({"detail": NO})}]},
    {"data": NO},
    [[NO]],
    [{"event": NO}],
    json.dumps(NO),
    [json.dumps(NO)],
    {name.upper(): held for name, held in NO.items()},
    {name.title(): held for name, held in NO.items()},
]
ASTRAY: list[dict[str, Any]] = [
    *(
        NO | {"type": type_}
        for type_ in ("customer.preferences", "customer.preference.v1", "Customer.Preferences.V2")
    ),
    *(
        NO | {"type": type_}
        for type_ in ("customer-preferences-v1", "com.example.customer.preferences.v1", None, "")
    ),
    *(NO | {"type": type_} for type_ in ("custommer.preferences.v1", "customer.preferences.1", 7)),
    {name: held for name, held in NO.items() if name != "type"},
    {name.replace("data", "Data"): held for name, held in NO.items()},
    NO | {"data": None, "payload": NO["data"]},
    NO | {"subject": None, "data": {"customerId": "c-1", "suppressed": "opted_out"}},
    NO | {"subject": None, "data": {"customer": {"id": " c-1"}, "suppressed": "opted_out"}},
    NO | {"subject": None, "data": {"Klantnummer": "c-1", "consent": ["sms"]}},
]


def whose(value: Any, prefix: bytes = b"") -> set[str]:
    """The customers who are unclear after a record of interactions."""
    found = decode(Record("t", 0, 0, 1, None, prefix + json.dumps(value).encode()), LATEST)
    assert found.dead is not None
    return {
        one.customer_id
        for one in found.interactions
        if one.type == UNCLEAR_TYPE and one.attributes["of"] == PREFERENCES_TYPE
    }


@pytest.mark.parametrize("value", WITHIN, ids=lambda value: json.dumps(value)[:40])
def test_a_no_in_an_envelope_is_not_lost(value: Any) -> None:
    assert whose(value) == {"c-1"}
    if isinstance(value, dict):
        assert whose(value, b"\0\0\0\0\1") == {"c-1"}
        assert whose([NO | {"specversion": "7"}, value]) == {"c-1"}
        dead = decode_line(json.dumps(value).encode(), 1, LATEST).dead
        assert dead is not None
        assert "send each as a record of its own" in dead.detail


@pytest.mark.parametrize("value", ASTRAY, ids=lambda value: json.dumps(value)[:80])
def test_a_no_with_a_wrong_attribute_is_not_lost(value: Any) -> None:
    assert whose(value) == {"c-1"}


@pytest.mark.parametrize(
    "type_",
    ["customer.preferences.viewed", "customer.preference-centre.opened", "preferences", "customer.v1"],
)
def test_other_types_are_types_of_interactions(type_: str) -> None:
    found = decode_line(json.dumps(NO | {"type": type_}).encode(), 1, LATEST)
    assert [one.type for one in found.interactions] == [type_]


def test_a_report_in_a_list_or_an_envelope_is_not_lost() -> None:
    report = {"invitation_id": ID, "status": "unsubscribed"}
    for value in ([report], {"events": [report]}, {"body": json.dumps([report])}, {"data": report}):
        found = decode_deliveries(Record("t", 0, 0, 1, None, json.dumps(value).encode()), LATEST)
        assert found.dead is not None
        assert [(one.type, one.attributes["invitation_id"]) for one in found.interactions] == [
            (DELIVERY_TYPE, ID)
        ]


@pytest.mark.parametrize(
    "value",
    [
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b"[" * 500 + b"]" * 500,
        json.dumps([{"customer": {"customer": {"customer": {}}}}]).encode(),
        json.dumps({"events": [{"specversion": {}, "type": [], "data": "\ud800"}] * 2_000}).encode(),
        json.dumps([{"a": b64encode(b"x" * 900).decode() * 500}]).encode(),
    ],
    ids=lambda value: value[:20],
)
def test_nothing_makes_it_fail(value: bytes) -> None:
    for read in (decode, decode_deliveries, decode_preferences):
        assert read(Record("t", 0, 0, 1, b"c-1", value), LATEST).dead is not None
