"""Each way in which a value is made, over what vendors really send."""

import base64
import json
from typing import Any

import pytest

from router.authoring.language.problems import InvalidRules
from tests.unit.sources.mapping import attribute, read, source


@pytest.mark.parametrize(
    ("value", "message", "expected"),
    [
        ("b", {"b": "x"}, "x"),
        ("b.c", {"b": {"c": 1}}, 1),
        ("'b[0].c'", {"b": [{"c": 1}, {"c": 2}]}, 1),
        ("b.1.c", {"b": [{"c": 1}, {"c": 2}]}, 2),
        ("b.1.c", {"b": {"1": {"c": 3}}}, 3),
        ("b.5.c", {"b": [{"c": 1}, {"c": 2}]}, None),
        ("'b[-1].c'", {"b": [{"c": 1}, {"c": 2}]}, 2),
        ("'b[2].c'", {"b": [{"c": 1}]}, None),
        ("'b[n=x].c'", {"b": [{"n": "y", "c": 1}, {"n": "x", "c": 2}, {"n": "x", "c": 3}]}, 2),
        ("'b[n=7].c.d'", {"b": [1, None, {"n": 7.0, "c": {"d": 2}}]}, 2),
        ("'b[n=x][m=y z].c'", {"b": [{"n": "x", "m": []}]}, None),
        ("'b[n=x]'", {"b": {"n": "x"}}, None),
        ("'b[n=a.b:c].v'", {"b": [{"n": "a.b:c", "v": 1}]}, 1),
        ("$body.b", {"b": "x"}, "x"),
        ("'$body[0]'", {"b": "x"}, None),
        ("$member.b", {"b": "x"}, "x"),
        ("'\"$b\"'", {"$b": "x"}, "x"),
        ("b.c", {"b": "text"}, None),
        ("b.c", {}, None),
        ("b", {"b": ""}, None),
        ("b", {"b": None}, None),
        ("b", {"b": False}, False),
        ("b", {"b": 0}, 0),
        ("'\"b.c\".d'", {"b.c": {"d": 1}}, 1),
        ("{value: web}", {}, "web"),
        ("{first: [b, c, d]}", {"c": "x", "d": "y"}, "x"),
        ("{first: [b, {value: none}]}", {}, "none"),
        ("{join: [b, c]}", {"b": 7, "c": "x"}, "7:x"),
        ("{join: [b, c], by: '@'}", {"b": 7.0, "c": "x"}, "7@x"),
        ("{join: [b, c]}", {"b": 7}, None),
        ("{pick: {list: b, key: name, value: tier, of: content}}", {"b": [{"name": "x"}, {"name": "tier", "content": "gold"}]}, "gold"),
        ("{pick: {list: b, key: id, value: 7, of: v}}", {"b": [{"id": "7", "v": 1}]}, 1),
        ("{pick: {list: b, key: id, value: 7, of: v}}", {"b": {"id": 7}}, None),
        ("{count: b}", {"b": [1, 2, 3]}, 3),
        ("{count: b}", {"b": []}, 0),
        ("{count: b}", {"b": "text"}, None),
        ("{path: b, lower: true}", {"b": "GoLD"}, "gold"),
        ("{path: b, map: {voice: phone}, otherwise: web}", {"b": "voice"}, "phone"),
        ("{path: b, map: {voice: phone}, otherwise: web}", {"b": "VOICE"}, "web"),
        ("{path: b, map: {voice: phone}, otherwise: web}", {}, "web"),
        ("{path: b, map: {voice: phone}, otherwise: {leave_out: true}}", {"b": "fax"}, None),
        ("{path: b, map: {voice: phone}, otherwise: {path: c}}", {"b": "fax", "c": "x"}, "x"),
        ("{path: b, map: {'4': phone}, otherwise: web}", {"b": 4}, "phone"),
        ("{path: b, map: {'true': x}, otherwise: y}", {"b": True}, "x"),
        ("{path: b, map: {a: null}, otherwise: y}", {"b": "a"}, None),
        ("{path: b, otherwise: web}", {}, "web"),
        ("{path: b, otherwise: web}", {"b": "x"}, "x"),
        ("{path: b, decode: json, then: c.d}", {"b": json.dumps({"c": {"d": 5}})}, 5),
        ("{path: b, decode: json, then: c}", {"b": {"c": 5}}, 5),
        ("{path: b, decode: base64, then: c}", {"b": base64.b64encode(b'{"c": 5}').decode()}, 5),
        ("{path: b, decode: form, then: c}", {"b": "c=5&d=6"}, "5"),
    ],
)  # fmt: skip
def test_a_value(value: str, message: dict[str, Any], expected: Any) -> None:
    assert attribute(value, message) == expected


def test_a_hash_tells_parts_apart_and_is_the_same_each_time() -> None:
    once = attribute("{hash: [b, c]}", {"b": "x:y", "c": "z"})
    assert once == attribute("{hash: [b, c]}", {"b": "x:y", "c": "z"})
    assert once != attribute("{hash: [b, c]}", {"b": "x", "c": "y:z"})


def test_what_came_beside_the_body() -> None:
    assert attribute("{header: X-Shop-Topic}", {}, headers={"x-shop-topic": "orders/paid"}) == "orders/paid"
    assert attribute("{header: x-shop-topic}", {}, headers={"X-Shop-Topic": "orders/paid"}) == "orders/paid"
    assert attribute("{header: x-other}", {}, headers={"x-shop-topic": "orders/paid"}) is None
    assert attribute("{key: true}", {}, key=b"k7") == "k7"
    assert attribute("{topic: true}", {}) == "raw"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("7", "7"),
        ('"7"', "7"),
        ("7.0", "7"),
        ("9007199254740993", "9007199254740993"),
        ("9007199254740993.0", "9007199254740993"),
        ("18446744073709551616", "18446744073709551616"),
        ("1e3", "1000"),
        ("7.5", "7.5"),
    ],
)
def test_an_id_loses_no_digit(sent: str, expected: str) -> None:
    body = f'{{"id": {sent}, "at": "2026-01-01T00:00:00Z", "who": {sent}}}'
    decoded = read(source("customer: who"), body.encode())
    assert [(one.id, one.customer_id) for one in decoded.interactions] == [(expected, expected)]


@pytest.mark.parametrize(
    ("time", "value", "expected"),
    [
        ("at", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"),
        ("at", "2026-01-01T01:00:00+0100", "2026-01-01T00:00:00+00:00"),
        ("at", "2026-01-01 00:00:00 UTC", "2026-01-01T00:00:00+00:00"),
        ("at", "/Date(1767225600000)/", "2026-01-01T00:00:00+00:00"),
        ("at", "/Date(1767225600000+0200)/", "2026-01-01T00:00:00+00:00"),
        ("at", "2026-01-01T00:00Z", "2026-01-01T00:00:00+00:00"),
        ("at", "20260101T000000Z", "2026-01-01T00:00:00+00:00"),
        ("at", "2026-01-01 01:00:00 +0100", "2026-01-01T00:00:00+00:00"),
        ("at", "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.123457+00:00"),
        ("at", "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.500000+00:00"),
        ("at", "Thu, 01 Jan 2026 01:00:00 +0100", "2026-01-01T00:00:00+00:00"),
        ("{first: [closed, at], unit: s}", 1767225600, "2026-01-01T00:00:00+00:00"),
        ("{path: at, unit: s}", 1767225600, "2026-01-01T00:00:00+00:00"),
        ("{path: at, unit: s}", 1767225600.5, "2026-01-01T00:00:00.500000+00:00"),
        ("{path: at, unit: ms}", "1767225600000", "2026-01-01T00:00:00+00:00"),
        ("{path: at, unit: us}", 1767225600000000, "2026-01-01T00:00:00+00:00"),
        ("{path: at, unit: ns}", 1767225600000000000, "2026-01-01T00:00:00+00:00"),
        ("{path: at, zone: Europe/Amsterdam}", "2026-01-01T01:00:00", "2026-01-01T00:00:00+00:00"),
        ("{path: at, zone: Europe/Amsterdam}", "2026-07-01", "2026-06-30T22:00:00+00:00"),
        ("{path: at, zone: Europe/Amsterdam}", "2026-07-01T00:00:00Z", "2026-07-01T00:00:00+00:00"),
    ],
)
def test_a_time(time: str, value: Any, expected: str) -> None:
    decoded = read(source(f"time: {time}"), {"id": "1", "at": value, "closed": 0})
    assert [one.time.isoformat() for one in decoded.interactions] == [expected]


@pytest.mark.parametrize(
    ("time", "value", "detail"),
    [
        ("at", 1767225600, "does not say of which unit"),
        ("at", "1767225600", "does not say of which unit"),
        ("at", "2026-01-01T00:00:00", "names no `zone`"),
        ("at", "2026-01-01", "names no `zone`"),
        ("at", "yesterday", "not a time in ISO 8601"),
        ("at", True, "no time"),
        ("at", {"seconds": 1}, "it is not a time"),
        ("at", 0, "there is none"),
        ("at", "", "there is none"),
        ("{path: at, unit: s}", 0, "there is none"),
        ("{path: at, unit: s}", 1767225600000, "beyond the year 9999"),
        ("{path: at, unit: ms}", 10**18, "beyond the year 9999"),
        ("at", "0001-01-01T00:00:00Z", "there is none"),
        ("at", "0001-01-02T00:00:00+23:00", "it lies in 1,"),
        ("{path: at, zone: Europe/Amsterdam}", "0001-01-01T00:00:00", "there is none"),
        ("{path: at, zone: Europe/Amsterdam}", "0000-00-00 00:00:00", "there is none"),
        ("at", "1970-01-01T00:00:00.000Z", "there is none"),
        ("at", "/Date(0)/", "there is none"),
        (
            "{path: at, unit: ms}",
            1767225600,
            "it lies in 1970, so it is no time, or a number of another unit",
        ),
        ("at", "Thu, 32 Jan 2026 00:00:00 GMT", "not a time"),
        ("at", "9999-12-31T23:59:59-05:00", "beyond the year 9999"),
    ],
)
def test_a_time_that_cannot_be_told_is_never_guessed(time: str, value: Any, detail: str) -> None:
    decoded = read(source(f"time: {time}"), {"id": "1", "at": value})
    assert not decoded.interactions
    assert decoded.dead is not None
    assert decoded.dead.reason == "mapping_failed"
    assert decoded.dead.detail.startswith("Source vendor, interaction 1, `time`: ")
    assert detail in decoded.dead.detail


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{path: b, then: c}", "`then` says nothing without `decode`"),
        ("{path: b, by: '-'}", "`by` says nothing without `join`"),
        ("{path: b, lower: false}", "`lower` must be true"),
        ("{join: [b, c], by: 7}", "`by` must be a text"),
        ("{path: b, map: {a: c}, otherwise: {refuse: false}}", "`refuse` must be true"),
    ],
)
def test_what_would_be_read_and_mean_nothing_is_told(value: str, told: str) -> None:
    with pytest.raises(InvalidRules, match=told):
        attribute(value, {"b": "x"})
