"""All that real payloads do, a row for each: an interaction, an explained skip, or a dead letter that names source, interaction and field."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from router.model.interaction import UNCLEAR_TYPE
from router.model.record import Record
from router.sources.records import decode_mapped
from tests.unit.sources.mapping import LATEST, TOPIC, read, rules
from tests.unit.sources.test_snapshots import Service

SOURCE = """
source: desk
topic: raw
require: {kind: {exists: true}}
skip: [{when: {status: spam}, because: nobody's ticket}]
interactions:
  - when: {kind: ticket, status: {not: open}}
    type: complaint.resolved
    id: {join: [id, change]}
    time: {first: [solved_at, at], unit: ms, zone: Europe/Amsterdam}
    customer: {first: [caller.value, who]}
    data:
      case_id: id
      channel: {path: via, map: {voice: phone, mail: email}, otherwise: {refuse: true}}
      tier: {pick: {list: fields, key: name, value: tier, of: value}}
      plan: {path: extra, decode: json, then: plan.name}
  - each: calls
    type: contact.ended
    id: {join: [$body.id, start]}
    time: {path: start, unit: s}
    customer: $body.who
otherwise: skip
"""
GOOD: dict[str, Any] = {
    "kind": "ticket",
    "status": "solved",
    "id": 5,
    "change": 1,
    "at": 1767225600000,
    "who": 7,
}
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
BIG = 9007199254740993
FIRST, SECOND = "Source desk, interaction 1, ", "Source desk, interaction 2, "
COUNTED = {"at": 1767225600}
NO_ID = {"id": None}

INTERACTIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("an id beyond 2^53", {"id": BIG}, {"id": f"{BIG}:1", "case_id": str(BIG)}),
    ("an id as a decimal beyond 2^53", {"id": msgspec.Raw(b"9007199254740993.0")}, {"id": f"{BIG}:1"}),
    ("7", {"id": 7, "who": 7}, {"id": "7:1", "customer": "7"}),
    ("7.0", {"id": 7.0, "who": 7.0}, {"id": "7:1", "customer": "7"}),
    ('"7"', {"id": "7", "who": " 7 "}, {"id": "7:1", "customer": "7"}),
    ("an id with zeros before it", {"id": "007"}, {"id": "007:1"}),
    ("milliseconds", {}, {}),
    ("milliseconds as text", {"at": "1767225600000"}, {}),
    ("milliseconds with a fraction", {"at": 1767225600000.0}, {}),
    ("ISO 8601 where numbers were expected", {"at": "2026-01-01T00:00:00Z"}, {}),
    ("/Date(…)/", {"at": "/Date(1767225600000)/"}, {}),
    ("/Date(…)/ with an offset", {"at": "/Date(1767225600000+0100)/"}, {}),
    ("a naive time", {"at": "2026-01-01T01:00:00"}, {}),
    ("a naive time with a space", {"at": "2026-01-01 01:00:00.000"}, {}),
    ("a date only", {"at": "2026-01-01"}, {"time": datetime(2025, 12, 31, 23, tzinfo=UTC)}),
    ("an offset without a colon, behind a space", {"at": "2026-01-01 02:00:00 +0200"}, {}),
    ("a time as 0 before one that is there", {"solved_at": 0}, {}),
    ('a time as "0"', {"solved_at": "0"}, {}),
    ("a time as .NET writes none", {"solved_at": "0001-01-01T00:00:00"}, {}),
    ("a time as MySQL writes none", {"solved_at": "0000-00-00 00:00:00"}, {}),
    ("a time as 1970", {"solved_at": "1970-01-01T00:00:00Z"}, {}),
    ("an empty list where a value was asked for", {"fields": []}, {"tier": None}),
    ("a list of key and value", {"fields": [{"name": "x"}, {"name": "tier", "value": "gold"}]}, {"tier": "gold"}),
    ("JSON in a text", {"extra": '{"plan": {"name": "plus"}}'}, {"plan": "plus"}),
    ("an object where mostly a text with JSON stands", {"extra": {"plan": {"name": "plus"}}}, {"plan": "plus"}),
    ("JSON in a text that holds nothing", {"extra": "{}"}, {"plan": None}),
    ("{link, value}", {"caller": {"link": "https://example.org/9", "value": "9"}}, {"customer": "9"}),
    ('"" in place of {link, value}', {"caller": ""}, {"customer": "7"}),
    ("null in place of {link, value}", {"caller": None}, {"customer": "7"}),
    ("nobody", {"who": ""}, {"customer": ""}),
    ("an object that is empty, for nobody", {"who": {}}, {"customer": ""}),
    ("members that nobody asked for", {"who2": "private", "body": ["private"]}, {}),
]  # fmt: skip

SKIPS: list[tuple[str, Any, str]] = [
    ("what is passed over on purpose", GOOD | {"status": "spam"}, "nobody's ticket"),
    ("a change that no mapping takes", GOOD | {"status": "open"}, "no mapping of source desk takes it"),
    ("an empty list", {"kind": "call", "id": 1, "calls": []}, "the list calls is empty"),
    ("no list", {"kind": "call", "id": 1}, "no mapping of source desk takes it"),
    ("another vendor's message", {"id": 1}, "no source of the topic requires what it holds"),
    ("an empty object", {}, "no source of the topic requires what it holds"),
    ("an empty list for a body", [], "no source of the topic requires what it holds"),
    ("null for a body", None, "no source of the topic requires what it holds"),
]  # fmt: skip

DEAD: list[tuple[str, Any, str]] = [
    ("no id", GOOD | NO_ID, FIRST + "`id`: there is none."),
    ("an object for an id", GOOD | {"id": {"value": 5}}, FIRST + "`id`: it is an object, and names nothing: the path has to go on to a member of it."),
    ("a list for a customer", GOOD | {"who": [7]}, FIRST + "`customer`: it is a list, and names nothing: the path has to go on to a member of it."),
    ("true for a customer", GOOD | {"who": True}, FIRST + "`customer`: true and false name nothing."),
    ("no time", GOOD | {"at": None}, FIRST + "`time`: there is none."),
    ("a time as 0 alone", GOOD | {"at": 0}, FIRST + "`time`: there is none."),
    ("seconds where the mapping says milliseconds", GOOD | COUNTED, FIRST + "`time`: it lies in 1970, so it is no time, or a number of another unit."),
    ("microseconds where the mapping says milliseconds", GOOD | {"at": 1767225600000000}, FIRST + "`time`: as ms it lies beyond the year 9999."),
    ("a time that is none", GOOD | {"at": "yesterday"}, FIRST + "`time`: it is not a time in ISO 8601."),
    ("a time in the order of another country", GOOD | {"at": "01/02/2026"}, FIRST + "`time`: it is not a time in ISO 8601."),
    ("a value that the table does not have", GOOD | {"via": "fax"}, FIRST + "`channel`: the table has no 'fax'."),
    ("a trailing comma in a text with JSON", GOOD | {"extra": '{"plan": {},}'}, FIRST + "`plan`: it is not json: JSON is malformed: trailing comma in object (byte 12)."),
    ("a member of a list without a time", {"kind": "call", "id": 1, "calls": [{"start": ""}]}, SECOND + "`id`: there is none."),
    ("a list that is too long", {"kind": "call", "calls": [{}] * 1001}, SECOND + "`each`: the list has 1001 elements; at most 1000 are read."),
    ("an id that is too long", GOOD | {"id": "x" * 600}, "Source desk, interaction 1: The attribute id is longer than 512 characters."),
    ("a time long after now", GOOD | {"at": "2199-01-01T00:00:00Z"}, "Source desk, interaction 1: The time lies after 2030-01-01T00:00:00+00:00, the latest accepted."),
    ("a trailing comma", b'{"kind": "ticket",}', "Source desk: the body: it is not json: JSON is malformed: trailing comma in object (byte 18)."),
    ("a number that JSON does not know", b'{"kind": NaN}', "Source desk: the body: it is not json: JSON is malformed: invalid character (byte 9)."),
    ("two messages in one", b'{"kind": 1}{"kind": 2}', "Source desk: the body: it is not json: JSON is malformed: trailing characters (byte 12)."),
    ("half a message", b'{"kind": "ti', "Source desk: the body: it is not json: Input data was truncated."),
    ("nothing", b"", "Source desk: the body: it is not json: Input data was truncated."),
    ("a form where JSON was expected", b"kind=ticket&id=5", "Source desk: the body: it is not json: JSON is malformed: invalid character (byte 0)."),
    ("compressed", b"\x1f\x8b\x08\x00", "Source desk: the body: it is not json: JSON is malformed: invalid character (byte 0)."),
]  # fmt: skip


def body_of(message: Any) -> Any:
    return message if isinstance(message, bytes) else msgspec.json.encode(message)


@pytest.mark.parametrize(("what", "given", "expected"), INTERACTIONS, ids=[row[0] for row in INTERACTIONS])
def test_it_is_an_interaction(what: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    decoded = read(SOURCE, body_of(GOOD | given))
    assert decoded.dead is None
    (one,) = decoded.interactions
    found = {"id": one.id, "customer": one.customer_id, "time": one.time} | one.attributes
    assert {name: found.get(name) for name in expected} == expected
    assert one.time == expected.get("time", NEW_YEAR)
    assert "private" not in json.dumps(one.attributes)


@pytest.mark.parametrize(("what", "message", "because"), SKIPS, ids=[row[0] for row in SKIPS])
def test_it_is_passed_over_with_a_reason(what: str, message: Any, because: str) -> None:
    decoded = read(SOURCE, body_of(message))
    assert (decoded.interactions, decoded.dead, decoded.skipped) == ((), None, because)


@pytest.mark.parametrize(("what", "message", "detail"), DEAD, ids=[row[0] for row in DEAD])
def test_it_is_a_dead_letter_that_names_the_place(what: str, message: Any, detail: str) -> None:
    decoded = read(SOURCE, body_of(message))
    # Those tell only of whom it may have been.
    assert {one.type for one in decoded.interactions} <= {UNCLEAR_TYPE}
    assert decoded.dead is not None
    assert decoded.dead.detail.startswith(detail)
    assert decoded.source == "desk"


@pytest.mark.parametrize(
    ("unit", "sent"),
    [
        ("s", 1767225600),
        ("s", "1767225600.0"),
        ("ms", 1767225600000),
        ("us", 1767225600000000),
        ("us", "1767225600000000"),
        ("ns", 1767225600000000000),
        ("ns", "1767225600000000000"),
    ],
)
def test_a_number_counts_its_unit_and_no_other(unit: str, sent: int | str) -> None:
    text = SOURCE.replace("unit: ms", f"unit: {unit}")
    (one,) = read(text, GOOD | {"at": sent}).interactions
    assert one.time == NEW_YEAR
    for other in {"s", "ms", "us", "ns"} - {unit}:
        wrong = read(SOURCE.replace("unit: ms", f"unit: {other}"), GOOD | {"at": sent})
        assert wrong.dead is not None, other
        assert FIRST + "`time`: " in wrong.dead.detail


def test_a_naive_time_without_a_zone_is_never_guessed() -> None:
    decoded = read(SOURCE.replace(", zone: Europe/Amsterdam", ""), GOOD | {"at": "2026-01-01T01:00:00"})
    assert decoded.dead is not None
    assert decoded.dead.detail == (
        FIRST + "`time`: it has no offset from UTC, and the mapping names no `zone`."
    )


def test_a_form_and_a_form_that_holds_json() -> None:
    text = SOURCE.replace("topic: raw", "topic: raw\ndecode: form")
    sent = b"kind=ticket&status=solved&id=5&change=1&at=1767225600000&who=a%2Bb%40example.org&extra=%7B%22plan%22%3A%7B%22name%22%3A%22plus%22%7D%7D"
    (one,) = read(text, sent).interactions
    assert (one.id, one.customer_id, one.attributes["plan"]) == ("5:1", "a+b@example.org", "plus")
    dead = read(text, b"a=1&" * 2000).dead
    assert dead is not None
    assert dead.detail == "Source desk: the body: it is not form: ValueError."


def test_keys_in_any_capitals_and_the_mark_of_byte_order() -> None:
    """As some systems write JSON."""
    sent = {name.upper(): value for name, value in GOOD.items()} | {"STATUS": "Solved", "VIA": "voice"}
    assert read(SOURCE, sent).skipped == "no source of the topic requires what it holds"
    (one,) = read(f"ignore_case: true\n{SOURCE}", b"\xef\xbb\xbf" + msgspec.json.encode(sent)).interactions
    assert (one.id, one.customer_id, one.channel) == ("5:1", "7", "phone")


def test_a_tombstone_is_nothing_and_framing_without_a_registry_is_named() -> None:
    mappers = rules(SOURCE).mappers
    tombstone = decode_mapped(Record(TOPIC, 0, 0, 0, b"5", None), LATEST, mappers)
    assert (tombstone.interactions, tombstone.dead) == ((), None)
    framed = decode_mapped(Record(TOPIC, 0, 0, 0, b"5", b"\0\0\0\0\x07" + b"avro"), LATEST, mappers)
    assert framed.dead is not None
    assert framed.dead.reason == "confluent_framing"


async def test_two_messages_for_one_event_have_one_effect_and_the_same_contact_days_later_has_its_own() -> (
    None
):
    service = Service(SOURCE)
    twice = [GOOD, GOOD | {"delivery": "another", "via": "mail"}]
    found = await service.take(*twice)
    assert ([one.interaction.id for one in found.decided], found.duplicates) == (["5:1"], 1)
    again = await service.take(*twice, GOOD | {"change": 2, "at": GOOD["at"] + 3 * 86_400_000})
    assert ([one.interaction.id for one in again.decided], again.duplicates) == (["5:2"], 2)


async def test_one_bad_message_costs_no_neighbour() -> None:
    service = Service(SOURCE)
    found = await service.take(GOOD, GOOD | NO_ID | {"change": 2}, GOOD | {"change": 3})
    assert [one.interaction.id for one in found.decided] == ["5:1", "5:3"]
    assert [(one.outcome, one.why) for one in found.of_sources] == [
        ("mapped", ""),
        ("dead_letter", "mapping_failed"),
        ("mapped", ""),
    ]


NO = """
source: crm
topic: raw
interactions:
  - type: customer.preferences.v1
    id: id
    time: at
    customer: who
    data: {consent: {path: consent, decode: json}}
"""


@pytest.mark.parametrize(
    "given",
    [{"id": None}, {"id": [5]}, {"at": 0}, {"at": "2026-01-01T00:00:00"}, {"at": 5}, {"consent": '{"email": false'}],
)  # fmt: skip
def test_what_may_be_a_customers_no_is_told_although_it_cannot_be_mapped(given: dict[str, Any]) -> None:
    sent = {"id": 5, "at": "2026-01-01T00:00:00Z", "who": 7, "consent": '{"email": false}'}
    (good,) = read(NO, sent).interactions
    assert (good.type, good.attributes) == ("customer.preferences.v1", {"consent": {"email": False}})
    decoded = read(NO, sent | given)
    assert decoded.dead is not None
    (one,) = decoded.interactions
    assert (one.type, one.customer_id, one.attributes["members"]) == (UNCLEAR_TYPE, "7", ["consent"])
