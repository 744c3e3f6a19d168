"""What becomes of a message: interactions, a skip with its reason, or a dead letter that names the place."""

import random
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from router.authoring.language.problems import InvalidRules
from router.authoring.packing import pack, unpack
from router.model.record import Record
from router.sources.records import decode_mapped
from tests.unit.sources.mapping import LATEST, TOPIC, read, rules, source

AT = {"id": "1", "at": "2026-01-01T00:00:00Z"}


def ids(text: str, message: Any, **given: Any) -> list[str]:
    return [one.id for one in read(text, message, **given).interactions]


@pytest.mark.parametrize(
    ("when", "message", "holds"),
    [
        ("{kind: a}", {"kind": "a"}, True),
        ("{kind: a}", {"kind": "A"}, False),
        ("{kind: a}", {}, False),
        ("{kind: [a, b]}", {"kind": "b"}, True),
        ("{kind: 7}", {"kind": "7"}, True),
        ("{kind: '7'}", {"kind": 7.0}, True),
        ("{kind: true}", {"kind": True}, True),
        ("{kind: {not: a}}", {"kind": "b"}, True),
        ("{kind: {not: [a, b]}}", {"kind": "b"}, False),
        ("{kind: {not: a}}", {}, False),
        ("{kind: 4.5}", {"kind": 4.5}, True),
        ("{kind: {not: 4.5}}", {"kind": "4.50"}, True),
        ("{kind: {not: 4.5}}", {"kind": "4.5"}, False),
        ("{kind: {prefix: 'ticket.'}}", {"kind": "ticket.solved"}, True),
        ("{kind: {suffix: [ed, ing]}}", {"kind": "solved"}, True),
        ("{kind: {contains: olv}}", {"kind": "solved"}, True),
        ("{tags: {contains: vip}}", {"tags": ["new", "vip"]}, True),
        ("{tags: {contains: vip}}", {"tags": ["vips"]}, False),
        ("{kind: {exists: true}}", {"kind": 0}, True),
        ("{kind: {exists: false}}", {"kind": ""}, True),
        ("{kind: {changed_to: solved, from: was}}", {"kind": "solved", "was": "open"}, True),
        ("{kind: {changed_to: solved, from: was}}", {"kind": "solved", "was": "solved"}, False),
        ("{kind: {changed_to: solved, from: was}}", {"kind": "solved"}, True),
        ("{kind: a, sort: b}", {"kind": "a"}, False),
        ("{kind.of.it: a}", {"kind": {"of": {"it": "a"}}}, True),
    ],
)
def test_a_condition(when: str, message: dict[str, Any], holds: bool) -> None:
    assert ids(source(f"when: {when}", head="otherwise: skip\n"), AT | message) == (["1"] if holds else [])


def test_any_capitals_count_where_that_is_said() -> None:
    text = source("when: {detail.kind: Solved}", head="otherwise: skip\nignore_case: true\n")
    assert ids(text, {"ID": "1", "At": AT["at"], "Detail": {"KIND": "SOLVED"}}) == ["1"]


def test_a_list_is_one_interaction_a_member_and_an_empty_one_none() -> None:
    text = source("each: events\nid: {join: [id, n]}\nwhen: {kind: a}", head="otherwise: skip\n")
    events = [{"id": 7, "n": n, "kind": kind, "at": AT["at"]} for n, kind in enumerate("aba")]
    assert ids(text, {"events": events}) == ["7:0", "7:2"]
    assert ids(text, {"events": events[0]}) == ["7:0"]
    for nothing in ({"events": []}, {}, {"events": None}):
        assert read(text, nothing).dead is None
        assert not ids(text, nothing)


@pytest.mark.parametrize(
    ("each", "when", "body", "because"),
    [
        ("events", "kind: a", {"events": []}, "the list events is empty"),
        ("events", "$body.op: add", {"op": "add", "events": []}, "the list events is empty"),
        ("$body", "kind: a", [], "the list $body is empty"),
        # Of another mapping, or of none: that nothing takes it is told.
        ("events", "$body.op: add", {"op": "drop", "events": []}, None),
        ("events", "kind: a", {"op": "add"}, None),
        ("events", "kind: a", {"events": None}, None),
        ("events", "kind: a", {"events": [{"kind": "b"}]}, None),
    ],
)
def test_an_empty_list_is_passed_over_where_anything_else_is_a_dead_letter(
    each: str, when: str, body: Any, because: str | None
) -> None:
    decoded = read(source(f"each: {each}\nid: {{join: [id, n]}}\nwhen: {{{when}}}"), body)
    assert not decoded.interactions
    assert decoded.skipped == (because or "")
    assert (decoded.dead is None) is (because is not None)


def test_under_each_the_whole_body_and_the_member_itself_can_be_asked_for() -> None:
    text = source(
        "each: ids\nid: {join: [$body.change, $member]}\ntime: $body.at\nwhen: {$body.kind: a, $member: {not: x}}",
        head="otherwise: skip\n",
    )
    body = {"change": 5, "at": AT["at"], "kind": "a", "ids": ["r1", "x", "r2"]}
    assert ids(text, body) == ["5:r1", "5:r2"]
    assert ids(text, body | {"kind": "b"}) == []


def test_a_message_that_is_a_list_is_one_interaction_a_member() -> None:
    text = source("each: $body", head="otherwise: skip\n")
    assert ids(text, [AT, AT | {"id": 2}]) == ["1", "2"]
    assert ids(text, AT) == ["1"]
    assert ids(text, []) == []


def test_a_condition_on_the_member_of_a_list_that_holds_something() -> None:
    text = source("when: {'fields[key=Status].value': 5}", head="otherwise: skip\nignore_case: true\n")
    fields = [{"key": "owner", "value": 5}, {"key": "STATUS", "value": 5}]
    assert ids(text, AT | {"fields": fields}) == ["1"]
    assert ids(text, AT | {"fields": fields[:1]}) == []


@pytest.mark.parametrize(
    "line",
    [
        *("customer: $.id", "customer: $bodyx.id", "customer: 'a[b=]'", "customer: 'a[=b]'"),
        *(
            "each: $member",
            "each: $member.x",
            "when: {'$member[': 1}",
            "when: {a: {changed_to: b, from: $x}}",
        ),
        "customer: {path: a, decode: json, then: $body.x}",
    ],
)
def test_what_is_no_path_is_told(line: str) -> None:
    with pytest.raises(InvalidRules) as invalid:
        rules(source(line))
    assert {problem.code for problem in invalid.value.problems} == {"R194"}


def test_a_revision_keeps_each_kind_of_step() -> None:
    given = rules(source("each: 'list[kind=a].of'\nid: {join: [$body.id, $member]}\ntime: '$body.t[-1].at'"))
    _, again = unpack(pack({}, given), 1)
    assert again.sources == given.sources


def test_one_member_that_cannot_be_mapped_costs_no_other() -> None:
    text = source("each: events")
    decoded = read(text, {"events": [{"id": 1, "at": AT["at"]}, {"id": 2}, {"id": 3, "at": AT["at"]}]})
    assert [one.id for one in decoded.interactions] == ["1", "3"]
    assert decoded.dead is not None
    assert decoded.dead.detail == "Source vendor, interaction 1, `time`: there is none."


def test_what_no_mapping_takes_is_a_dead_letter_or_a_skip_as_said() -> None:
    decoded = read(source("when: {kind: a}"), AT)
    assert decoded.dead is not None
    assert decoded.dead.detail == "No mapping of source vendor takes it."
    assert read(source("when: {kind: a}", head="otherwise: skip\n"), AT).dead is None


def test_a_topic_that_several_sources_share() -> None:
    first = "source: one\ntopic: raw\nrequire: {kind: a}\ninteractions:\n  - {type: a.x, id: id, time: at}\n"
    second = "source: two\ntopic: raw\nrequire: {kind: b}\ninteractions:\n  - {type: b.x, id: id, time: at}\n"
    mappers = rules(second, first).mappers

    def taken(body: dict[str, Any]) -> list[tuple[str, str]]:
        record = Record(TOPIC, 0, 0, 0, None, msgspec.json.encode(AT | body))
        return [(one.source, one.type) for one in decode_mapped(record, LATEST, mappers).interactions]

    assert taken({"kind": "a"}) == [("/sources/one", "a.x")]
    assert taken({"kind": "b"}) == [("/sources/two", "b.x")]
    assert taken({"kind": "c"}) == []


def test_only_what_is_named_is_kept() -> None:
    decoded = read(source("customer: who\ndata: {case_id: case}"), AT | {"who": 5, "case": 9, "name": "Ann"})
    (one,) = decoded.interactions
    assert (one.customer_id, one.attributes, one.recipient) == ("5", {"case_id": 9}, {})


def test_channel_locale_and_addresses_are_those_of_any_event() -> None:
    text = source("data: {channel: via, locale: lang}")
    (one,) = read(text, AT | {"via": "phone", "lang": "nl"}).interactions
    assert (one.channel, one.locale) == ("phone", "nl")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "not json"),
        (b"{", "not json"),
        (b"\xff\xfe", "not json"),
        (b"[1, 2,]", "not json"),
        (b'{"id": 1, "at": "2026-01-01T00:00:00Z",}', "not json"),
        (b"7", "there is none"),
        (b"[]", "there is none"),
        (b'{"id": 1e9999999}', "not json"),
        (b'{"id": 1e99999999999999999999}', "not json"),
        (b'{"id": 1e400, "at": "2026-01-01T00:00:00Z"}', "not json"),
        (b"null", "there is none"),
        (b"{" + b'"a":{' * 2000 + b"}" * 2001, "nested too deeply"),
    ],
)
def test_a_body_that_is_none_is_a_dead_letter_that_names_the_source(body: bytes, detail: str) -> None:
    decoded = read(source(""), body)
    assert decoded.dead is not None
    assert "source vendor" in decoded.dead.detail.lower()
    assert detail in decoded.dead.detail


def test_a_tombstone_is_nothing_and_a_schema_registry_is_named() -> None:
    mappers = rules(source("")).mappers
    assert decode_mapped(Record(TOPIC, 0, 0, 0, b"k", None), LATEST, mappers).dead is None
    framed = decode_mapped(Record(TOPIC, 0, 0, 0, b"k", b"\0\0\0\0\x07abc"), LATEST, mappers)
    assert framed.dead is not None
    assert framed.dead.reason == "confluent_framing"


def test_a_topic_without_a_source_says_so() -> None:
    decoded = decode_mapped(Record("other", 0, 0, 0, None, b"{}"), LATEST, rules(source("")).mappers)
    assert decoded.dead is not None
    assert decoded.dead.detail == "No source of the rules in force reads the topic other."


def test_what_is_beyond_the_limits_of_an_event_is_refused_like_one() -> None:
    decoded = read(source(""), {"id": "x" * 600, "at": AT["at"]})
    assert decoded.dead is not None
    assert decoded.dead.reason == "attribute_invalid"
    assert (
        decoded.dead.detail == "Source vendor, interaction 1: The attribute id is longer than 512 characters."
    )
    late = read(source(""), AT | {"at": "2031-01-01T00:00:00Z"})
    assert late.dead is not None
    assert late.dead.reason == "time_in_future"


def test_mutated_messages_never_raise_and_cost_no_neighbour() -> None:
    """Any part of a message replaced by anything: an interaction, a skip or a dead letter comes of it."""
    text = source(
        "each: events\nid: {hash: [id, n]}\nwhen: {kind: {not: b}}\ncustomer: {first: [who.id, who.mail]}\n"
        "time: {path: at, unit: ms, zone: Europe/Amsterdam}\n"
        "data:\n  a: {pick: {list: fields, key: k, value: 7, of: v}}\n  b: {path: raw, decode: json, then: x.y}\n"
        "  c: {count: fields}\n  channel: {path: via, map: {v: phone}, otherwise: {refuse: true}}"
    )
    mappers = rules(text).mappers
    chance = random.Random(7)
    pieces: list[Any] = [
        None,
        "",
        0,
        -1,
        2**70,
        1e300,
        0.1,
        True,
        [],
        {},
        [[]],
        {"id": {}},
        "x" * 700,
        "\0",
        "é\u0301",
        "0",
        "[]",
    ]
    good = {"id": 1, "n": 2, "kind": "a", "at": 1767225600000, "who": {"id": 5}, "via": "v"}
    good |= {"fields": [{"k": 7, "v": "x"}], "raw": '{"x": {"y": 1}}'}

    def mutated(value: Any) -> Any:
        if chance.random() < 0.08:
            return chance.choice(pieces)
        if isinstance(value, dict):
            return {key: mutated(one) for key, one in value.items() if chance.random() > 0.05}
        return [mutated(one) for one in value] if isinstance(value, list) else value

    came = 0
    for _ in range(2_000):
        body = {"events": [good | {"id": "first"}, mutated(good), good | {"id": "last"}]}
        record = Record(TOPIC, 0, 0, 0, None, msgspec.json.encode(body))
        decoded = decode_mapped(record, datetime(2030, 1, 1, tzinfo=UTC), mappers)
        came += len(decoded.interactions) == 3
        assert len(decoded.interactions) >= 2
    assert 200 < came < 1_900


@pytest.mark.parametrize("when", ["{kind: {is: a, from: was}}", "{kind: {from: was}}", "{kind: {}}"])
def test_a_condition_that_would_ask_nothing_is_refused(when: str) -> None:
    with pytest.raises(InvalidRules, match="R193"):
        rules(source(f"when: {when}"))
