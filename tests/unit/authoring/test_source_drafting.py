"""A source drafted from samples: what it is sure of, what it leaves to a person, and that nothing personal is copied."""

from typing import Any

import pytest

from router.authoring.drafting.source_draft import NothingToDraft, SourceDraft, drafted_source
from router.authoring.drafting.source_guesses import Guess, Vocabulary
from router.authoring.language.load import check_texts
from router.authoring.language.load_tests import load_source_tests
from router.authoring.ruletest import source_reports
from router.cli.vendor_mappings import mapping_of, vendors
from router.sources.message import Message
from router.sources.numbers import decoded

KNOWN = Vocabulary(
    frozenset({"complaint.opened", "complaint.resolved", "order.placed", "order.delivered"}),
    {"complaint.resolved": "case_id", "order.delivered": "order_id"},
)
SOLVED = {
    "event": "ticket.solved",
    "event_id": "e-1",
    "solved_at": "2026-03-02T10:15:00+01:00",
    "ticket": {"id": 4711, "via": "phone", "subject": "My parcel is late"},
    "customer": {"id": "C-204", "name": "Ann Jansen", "email": "ann@example.org"},
    "agent": {"id": 17},
}


def drafted(*bodies: Any, zone: str | None = None, headers: dict[str, str] | None = None) -> SourceDraft:
    messages = [Message(body, headers or {}, None, "", body) for body in bodies]
    vocabulary = Vocabulary(KNOWN.types, KNOWN.instances, zone)
    return drafted_source("desk", None, messages, vocabulary, beside=False)


def lines(draft: SourceDraft, place: int = 0) -> dict[str, Guess]:
    return {line.key: line for line in draft.interactions[place].lines}


def problems(draft: SourceDraft) -> list[str]:
    files = {"policy.yaml": b"types: [complaint.resolved]\n", "sources/desk.yaml": draft.text.encode()}
    return [problem.code for problem in check_texts(files).problems]


def failures(draft: SourceDraft) -> list[str]:
    texts = {"a.yaml": draft.text.encode()}
    rules = check_texts(texts).rules
    assert rules is not None
    return [one.name for one in source_reports(load_source_tests(texts), rules.mappers) if not one.passed]


def test_a_message_that_speaks_is_drafted_whole() -> None:
    draft = drafted(SOLVED)
    assert draft.interactions[0].when == "event: ticket.solved"
    assert {key: line.value for key, line in lines(draft).items()} == {
        "type": "complaint.resolved",
        "id": "event_id",
        "time": "solved_at",
        "customer": "customer.id",
        "case_id": "ticket.id",
        "channel": "{path: ticket.via, lower: true, map: {phone: phone}, otherwise: {leave_out: true}}",
        "agent_id": "agent.id",
    }
    assert {line.sureness for line in lines(draft).values()} == {"sure", "likely"}
    assert problems(draft) == []
    assert failures(draft) == []


def test_behind_each_line_stands_how_sure_it_is_and_why() -> None:
    for line in drafted(SOLVED).text.splitlines():
        key = line.strip().removeprefix("- ").partition(":")[0]
        if (
            key in ("when", "type", "id", "time", "customer", "case_id", "channel", "agent_id", "topic")
            and "{type" not in line
        ):
            assert "   # " in line, line


def test_what_nobody_reads_is_copied_nowhere() -> None:
    text = drafted(SOLVED).text
    for personal in ("Ann Jansen", "ann@example.org", "My parcel"):
        assert personal not in text
    assert "customer.email" in text, "it is said what is not kept"


@pytest.mark.parametrize("whose", ["user_id", "contact", "account.id"])
def test_who_may_be_a_colleague_waits_for_a_person(whose: str) -> None:
    body: dict[str, Any] = {key: value for key, value in SOLVED.items() if key != "customer"}
    owner, _, member = whose.partition(".")
    draft = drafted(body | {owner: {member: "7"} if member else "7"})
    assert lines(draft)["customer"].waits
    assert f"# customer: {whose}" in draft.text
    assert "customer: " not in draft.text.partition("tests:")[2]


def test_a_type_that_only_may_mean_the_same_is_asked_about_and_not_taken() -> None:
    kind = lines(drafted(SOLVED | {"event": "survey.opened", "ticket": None}))["type"]
    assert (kind.value, kind.sureness) == ("survey.opened", "a guess")
    assert "do you mean complaint.opened?" in kind.why


def test_what_a_message_says_never_becomes_a_line_of_the_draft() -> None:
    evil = "ticket.solved\nsource: evil\n#"
    draft = drafted(SOLVED | {"event": evil, "channel": "a\nb: c", "locale\nx": 1}, headers={"x-event": evil})
    assert all(not line.startswith("source: evil") for line in draft.text.splitlines())
    assert check_texts({"a.yaml": draft.text.encode()}).rules is not None


def test_a_message_as_deep_as_can_be_read_is_cut_where_no_path_leads() -> None:
    draft = drafted(decoded('{"event": "ticket.solved", "deep": ' + '{"a":' * 900 + "1" + "}" * 900 + "}"))
    assert draft.text.count('{"a"') < 30


def test_agents_and_addresses_are_no_customers() -> None:
    body = {key: value for key, value in SOLVED.items() if key != "customer"}
    assert "customer" not in lines(drafted(body | {"customer": "ann@example.org", "agent_contact_id": 3}))


@pytest.mark.parametrize(
    ("at", "value", "sureness"),
    [
        (1772442900, "{path: solved_at, unit: s}", "sure"),
        ("1772442900123", "{path: solved_at, unit: ms}", "sure"),
        (1772442900123456, "{path: solved_at, unit: us}", "sure"),
        ("2026-03-02 10:15:00", "solved_at", "a guess"),
    ],
)
def test_units_are_told_by_their_digits_and_zones_never_guessed(at: Any, value: str, sureness: str) -> None:
    draft = drafted(SOLVED | {"solved_at": at})
    assert (lines(draft)["time"].value, lines(draft)["time"].sureness) == (value, sureness)
    assert ("R195" in problems(draft)) is (sureness == "a guess")


def test_a_zone_that_is_named_is_taken() -> None:
    draft = drafted(SOLVED | {"solved_at": "2026-03-02T10:15:00"}, zone="Europe/Amsterdam")
    assert lines(draft)["time"].value == "{path: solved_at, zone: Europe/Amsterdam}"
    assert problems(draft) == []
    assert failures(draft) == []


def test_messages_of_several_kinds_are_several_interactions() -> None:
    opened = SOLVED | {
        "event": "ticket.created",
        "event_id": "e-0",
        "created_at": "2026-03-01T10:15:00+01:00",
    }
    draft = drafted(opened, SOLVED, SOLVED | {"event_id": "e-2"})
    assert [one.when for one in draft.interactions] == ["event: ticket.created", "event: ticket.solved"]
    assert [one.samples for one in draft.interactions] == [1, 2]
    assert lines(draft)["type"].value == "complaint.opened"
    assert lines(draft)["time"].value == "created_at"
    assert lines(draft)["id"].sureness == "sure"
    assert failures(draft) == []


def test_of_many_messages_of_a_kind_a_few_become_tests() -> None:
    draft = drafted(
        *(SOLVED | {"event_id": f"e-{number}"} for number in range(300)), SOLVED | {"event": "x.y"}
    )
    assert draft.text.count("  - name: ") == 3
    assert "from 100 samples" in draft.text


def test_ids_that_come_again_are_none() -> None:
    later = SOLVED | {"solved_at": "2026-03-03T10:15:00+01:00"}
    draft = drafted(SOLVED, later)
    assert lines(draft)["id"].value == "{join: [ticket.id, solved_at]}"
    assert lines(draft)["id"].sureness == "a guess"


def test_where_nothing_tells_messages_apart_the_set_is_refused_until_somebody_says_what_does() -> None:
    draft = drafted({"event": "ticket.solved", "at": "2026-03-02T10:15:00Z"})
    assert lines(draft)["id"].waits
    assert "R011" in problems(draft)


def test_a_change_of_state_is_asked_for_with_the_state_before() -> None:
    body = {"event": "ticket.updated", "at": "2026-03-02T10:15:00Z", "ticket": {"id": 1, "status": "solved"}}
    draft = drafted(body | {"previous": {"status": "open"}})
    assert (
        draft.interactions[0].when
        == "event: ticket.updated, ticket.status: {changed_to: solved, from: previous.status}"
    )
    assert lines(draft)["type"].value == "complaint.resolved"


def test_the_kind_may_stand_in_a_header() -> None:
    body = {"id": 1, "customer": {"id": 2}, "updated_at": "2026-03-02T10:15:00Z", "order_number": "O-1"}
    draft = drafted(body, headers={"x-shop-topic": "orders/delivered", "content-type": "application/json"})
    assert draft.interactions[0].when == '"$header.x-shop-topic": "orders/delivered"'
    assert failures(draft) == []


def test_a_list_is_an_interaction_for_each_member() -> None:
    draft = drafted([SOLVED, SOLVED | {"event_id": "e-2"}])
    assert "each: $body" in draft.text
    assert failures(draft) == []


@pytest.mark.parametrize("body", [7, "text", None, [], [1], [{"a": 1}, 2]])
def test_what_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(NothingToDraft):
        drafted(body)


@pytest.mark.parametrize("vendor", vendors())
def test_a_draft_of_any_vendors_message_is_right_or_says_what_is_open(vendor: str) -> None:
    for test in load_source_tests({"a.yaml": mapping_of(vendor)}):
        if not test.expect or test.body is None or not test.body.startswith((b"{", b"[")):
            continue
        draft = drafted(
            decoded(test.body), headers={name.lower(): value.decode() for name, value in test.headers}
        )
        found = set(problems(draft))
        assert found <= {"R011", "R195", "R198", "R199"}, draft.text
        if not found & {"R011", "R195"} and "the.right.type" not in draft.text:
            assert failures(draft) == [], draft.text
