"""Sources held against their samples: paths that none has, times that one leaves open, ids that tell nothing apart."""

import pytest

from router.authoring.language.load import check_texts

SOURCE = """
source: desk
topic: raw.desk
require: {kind: ticket}
interactions:
  - when: {ticket.status: {changed_to: solved, from: before.status}}
    type: complaint.resolved
    id: ticket.id
    time: at
    customer: {first: [customer.id, customer.number]}
    data:
      channel: {header: x-channel}
      tier: {pick: {list: fields, key: name, value: tier, of: content}}
      inner: {path: raw, decode: json, then: a.b}
otherwise: skip
tests:
  - name: a solved ticket
    given:
      headers: {X-Channel: web}
      body:
        kind: ticket
        at: "2026-01-01T00:00:00Z"
        ticket: {id: 7, status: solved}
        before: {status: open}
        customer: {id: 1, number: 2}
        fields: [{name: tier, content: gold}]
        raw: '{"a": {"b": 1}}'
    expect: [{type: complaint.resolved}]
"""


def told(text: str) -> list[str]:
    found = check_texts({"policy.yaml": b"types: [complaint.resolved]\n", "a.yaml": text.encode()}).problems
    return [f"{one.position.line}:{one.position.column} {one.code} {one.message}|{one.hint}" for one in found]


def test_a_source_whose_samples_have_all_is_right() -> None:
    assert told(SOURCE) == []


@pytest.mark.parametrize(
    ("right", "wrong", "place", "words"),
    [
        ("id: ticket.id", "id: ticket.idd", "8:9 R199", "did you mean `ticket.id`?"),
        ("{kind: ticket}", "{kinds: {exists: true}}", "4:11 R199", "did you mean `kind`?"),
        ("from: before.status", "from: previous.status", "6:54 R199", "previous.status|mend it, or add"),
        ("customer.number]", "customer.nr]", "10:37 R199", "customer.nr"),
        ("header: x-channel", "header: x-chanel", "12:25 R199", "header x-chanel"),
        ("value: tier", "value: teir", "13:63 R199", "whose name is teir"),
        ("then: a.b", "then: a.c", "14:46 R199", "then a.c"),
    ],
)
def test_what_no_sample_has_is_told_where_it_stands(right: str, wrong: str, place: str, words: str) -> None:
    assert right in SOURCE
    found = told(SOURCE.replace(right, wrong))
    assert len(found) == 1
    assert found[0].startswith(place)
    assert words in found[0]


def test_what_should_not_be_there_is_no_path_to_be_found() -> None:
    assert told(SOURCE.replace("require: {kind: ticket}", "require: {deleted_at: {exists: false}}")) == []


def test_under_each_the_members_are_looked_at() -> None:
    each = "  - each: fields\n    type: complaint.resolved\n    id: {join: [$body.ticket.id, ID]}\n    time: $body.at\n"
    assert told(SOURCE.replace("interactions:\n", "interactions:\n" + each.replace("ID", "name"))) == []
    found = told(SOURCE.replace("interactions:\n", "interactions:\n" + each.replace("ID", "nam")))
    assert [one.split("|")[1] for one in found] == ["did you mean `name`?"]
    nowhere = each.replace("ID", "name").replace("each: fields", "each: feilds")
    assert len(told(SOURCE.replace("interactions:\n", "interactions:\n" + nowhere))) == 1


def test_without_samples_nothing_is_said() -> None:
    assert told(SOURCE[: SOURCE.index("tests:")].replace("ticket.id", "nowhere")) == []


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("1767225600000", "which unit"),
        ('"1767225600"', "which unit"),
        ('"2026-01-01T00:00:00"', "`zone`"),
        ('"2026-01-01"', "`zone`"),
    ],
)
def test_a_time_that_a_sample_leaves_open_refuses_the_set(at: str, words: str) -> None:
    found = told(SOURCE.replace('"2026-01-01T00:00:00Z"', at))
    assert len(found) == 1
    assert found[0].startswith("9:11 R195")
    assert words in found[0]


def test_a_time_of_a_message_that_is_passed_over_is_not_asked_for() -> None:
    text = SOURCE.replace('"2026-01-01T00:00:00Z"', "1").replace("status: solved}", "status: open}")
    assert told(text) == []


@pytest.mark.parametrize("id_", ["{value: 1}", "{topic: true}", "{join: [{value: a}, {topic: true}]}"])
def test_an_id_of_nothing_that_the_message_says_is_refused(id_: str) -> None:
    found = told(SOURCE.replace("id: ticket.id", f"id: {id_}"))
    assert [one.split("|")[0] for one in found] == [
        "8:9 R201 the id is the same for every message: only the first one would ever be decided"
    ]


@pytest.mark.parametrize("id_", ["$body.ticket.id", "{hash: [$body.at, $body.ticket.id]}"])
def test_an_id_of_nothing_that_the_member_says_is_refused(id_: str) -> None:
    each = f"  - each: fields\n    type: complaint.resolved\n    id: {id_}\n    time: $body.at\n"
    found = told(SOURCE.replace("interactions:\n", "interactions:\n" + each))
    assert [one[:8] for one in found] == ["8:9 R201"]
    assert told(SOURCE.replace("interactions:\n", "interactions:\n" + each.replace(id_, "$member"))) == []
