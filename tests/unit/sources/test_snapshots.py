"""Vendors that send how something is: the mapping, the batch that is held against what is remembered, and tests of sources."""

from typing import Any

import msgspec
import pytest

from router.authoring.language.load import load_texts
from router.authoring.language.load_tests import load_source_tests
from router.authoring.language.problems import InvalidRules
from router.authoring.packing import pack, unpack
from router.authoring.ruletest import source_reports
from router.flow.pipeline import Pipeline, Processed
from router.model.keyed_hash import KeyedHash
from router.model.record import Record
from router.rules.in_force import InForce
from router.sources.explain import explain
from router.sources.message import Message
from router.sources.records import decode_mapped
from tests.unit.flow.memory import MemoryStore, SetClock
from tests.unit.sources.mapping import LATEST, rules

SOURCE = """
source: zammad
topic: raw
remember: {of: ticket.id, at: ticket.updated_at, unseen: unchanged}
skip: [{when: {ticket.group: internal}, because: our own tickets}]
interactions:
  - when: {ticket.state: {changed_to: [closed, solved], from: $remembered}}
    type: complaint.resolved
    id: {join: [ticket.id, ticket.updated_at]}
    time: ticket.updated_at
    customer: ticket.customer
    data: {case_id: ticket.id}
otherwise: skip
"""


def ticket(state: str | None, minute: int, number: Any = 1, **more: Any) -> dict[str, Any]:
    at = f"2026-01-01T00:{minute:02}:00Z"
    return {"ticket": {"id": number, "state": state, "updated_at": at, "customer": "ann", **more}}


def records(*bodies: dict[str, Any]) -> list[Record]:
    return [
        Record("raw", 0, offset, 0, None, msgspec.json.encode(body)) for offset, body in enumerate(bodies)
    ]


class Service:
    """A pipeline over a store in memory, by a source."""

    def __init__(self, text: str = SOURCE) -> None:
        self.store = MemoryStore()
        self.rules = rules(text)

    async def take(self, *bodies: dict[str, Any]) -> Processed:
        pipeline = Pipeline(self.store, InForce(self.rules), SetClock(LATEST), KeyedHash(b"secret"))
        mappers = self.rules.mappers
        return await pipeline.process(
            records(*bodies), lambda record, latest: decode_mapped(record, latest, mappers)
        )


def ids(processed: Processed) -> list[str]:
    return [one.interaction.id.removeprefix("1:2026-01-01T") for one in processed.decided]


async def test_a_change_counts_once_within_a_batch_and_over_batches() -> None:
    service = Service()
    first = await service.take(ticket("open", 1), ticket("closed", 2), ticket("closed", 3))
    assert (ids(first), first.duplicates) == (["00:02:00Z"], 0)
    assert [(one.outcome, one.why) for one in first.of_sources] == [
        ("skipped", "no mapping of source zammad takes it"),
        ("mapped", ""),
        ("skipped", "ticket.state is unchanged"),
    ]
    assert ids(await service.take(ticket("closed", 4))) == []
    assert ids(await service.take(ticket("open", 5))) == []
    assert ids(await service.take(ticket("solved", 6), ticket("closed", 7))) == ["00:06:00Z"]


async def test_the_same_messages_again_are_duplicates_and_change_nothing_that_follows() -> None:
    service = Service()
    life = [ticket("open", 1), ticket("closed", 2)]
    await service.take(*life)
    again = await service.take(*life)
    assert (again.decided, again.duplicates) == ([], 1)
    assert ids(await service.take(ticket("closed", 3))) == []


async def test_a_thing_that_was_never_seen_is_as_the_author_says() -> None:
    assert ids(await Service().take(ticket("closed", 1))) == []
    counted = Service(SOURCE.replace("unseen: unchanged", "unseen: changed"))
    assert ids(await counted.take(ticket("closed", 1), ticket("closed", 2))) == ["00:01:00Z"]


async def test_a_message_that_is_passed_over_is_remembered_all_the_same() -> None:
    service = Service()
    await service.take(ticket("open", 1, group="internal"))
    assert ids(await service.take(ticket("closed", 2))) == ["00:02:00Z"]


async def test_things_are_told_apart_and_numbers_are_one_with_texts() -> None:
    service = Service()
    await service.take(ticket("open", 1), ticket("open", 1, 2))
    found = await service.take(ticket("closed", 2, "2"), ticket("closed", 3))
    assert [one.interaction.attributes["case_id"] for one in found.decided] == ["2", 1]


async def test_a_mapping_that_was_mended_and_replayed_counts_what_it_missed_once() -> None:
    """Also where the thing went on meanwhile."""
    service = Service(SOURCE.replace("id: {join: [ticket.id", "id: {join: [ticket.number"))
    life = [ticket("open", 1), ticket("closed", 2), ticket("open", 3), ticket("closed", 4)]
    failed = await service.take(*life)
    assert (len(failed.decided), len(failed.dead)) == (0, 2)
    service.rules = rules(SOURCE)
    await service.take(ticket("closed", 5))
    assert ids(await service.take(*life)) == ["00:02:00Z", "00:04:00Z"]
    assert ids(await service.take(*life)) == []


async def test_a_customers_no_counts_whatever_is_remembered() -> None:
    text = SOURCE.replace("complaint.resolved", "customer.preferences.v1").replace(
        "data: {case_id: ticket.id}", "data: {consent: ticket.consent}"
    )
    service = Service(text)
    found = await service.take(ticket("closed", 1, consent={"email": False}))
    assert [one.interaction.type for one in found.decided] == ["customer.preferences.v1"]


async def test_a_message_that_does_not_tell_of_what_or_when_is_a_dead_letter_that_says_so() -> None:
    service = Service()
    found = await service.take(
        ticket("closed", 1, None), ticket("closed", 1) | {}, {"ticket": {"state": "open"}}
    )
    assert [letter.detail for letter in found.dead] == ["Source zammad, interaction 1, `id`: there is none."]
    text = SOURCE.replace("of: ticket.id", "of: ticket.nr").replace(
        "at: ticket.updated_at", "at: ticket.seen"
    )
    found = await Service(text).take(ticket("closed", 1), ticket("closed", 1, nr=5, seen="today"))
    assert [letter.detail for letter in found.dead] == [
        "Source zammad, interaction 1, `remember.of`: there is none.",
        "Source zammad, interaction 1, `remember.at`: it is not a time in ISO 8601.",
    ]


async def test_a_message_of_a_time_to_come_stands_before_nothing() -> None:
    service = Service()
    await service.take(ticket("open", 1))
    wrong = ticket("closed", 2)
    wrong["ticket"]["updated_at"] = "2199-01-01T00:00:00Z"
    found = await service.take(wrong)
    assert [letter.reason for letter in found.dead] == ["time_in_future"]
    separate = SOURCE.replace("time: ticket.updated_at", "time: ticket.at")
    service.rules = rules(separate)
    wrong["ticket"]["at"] = "2026-01-01T00:02:00Z"
    found = await service.take(wrong)
    (letter,) = found.dead
    assert letter.detail.startswith("Source zammad, interaction 1: `remember.at` lies after ")
    service.rules = rules(SOURCE)
    assert ids(await service.take(ticket("closed", 3))) == ["00:03:00Z"]


def test_what_a_mapping_would_refuse_is_explained_so() -> None:
    (source,) = rules(SOURCE.replace("at: ticket.updated_at", "at: ticket.seen")).sources.values()
    body = ticket("closed", 1, {"id": 1}, customer=True, seen=5)
    (one,) = explain(source, Message(body, {}, None, "raw", body)).interactions
    assert [(condition.holds, condition.remembered) for condition in one.conditions] == [(True, True)]
    assert {field.name: field.fault for field in one.fields if field.fault} == {
        "id": "it is an object, and names nothing: the path has to go on to a member of it",
        "customer": "true and false name nothing",
        "remember.of": "it is an object, and names nothing: the path has to go on to a member of it",
        "remember.at": "it is a number, and the mapping does not say of which unit: `unit: s`, `ms`, `us` or `ns`",
    }


async def test_each_member_of_a_list_is_a_thing_of_its_own() -> None:
    text = """
source: shop
topic: raw
remember: {of: id, at: $body.at, unseen: unchanged}
interactions:
  - each: lines
    when: {state: {changed_to: delivered, from: $remembered}}
    type: order.delivered
    id: {join: [id, $body.at]}
    time: $body.at
otherwise: skip
"""
    service = Service(text)
    await service.take(
        {"at": "2026-01-01T00:01:00Z", "lines": [{"id": 1, "state": "sent"}, {"id": 2, "state": "delivered"}]}
    )
    found = await service.take(
        {
            "at": "2026-01-01T00:02:00Z",
            "lines": [{"id": 1, "state": "delivered"}, {"id": 2, "state": "delivered"}],
        }
    )
    assert [one.interaction.id for one in found.decided] == ["1:2026-01-01T00:02:00Z"]


async def test_capitals_do_not_count_where_that_is_said() -> None:
    service = Service(f"ignore_case: true\n{SOURCE}")
    await service.take(ticket("CLOSED", 1))
    assert ids(await service.take(ticket("closed", 2))) == []
    await service.take(ticket("Open", 3))
    assert ids(await service.take(ticket("Closed", 4))) == ["00:04:00Z"]


def test_a_revision_keeps_what_is_remembered() -> None:
    given = rules(SOURCE)
    _, again = unpack(pack({}, given), 1)
    assert again.sources == given.sources


TEST = """
tests:
  - name: a ticket that was open is a resolved complaint
    given: {remembered: {ticket.state: open}, body: {ticket: {id: 1, state: closed, updated_at: "2026-01-01T00:00:00Z"}}}
    expect: [{type: complaint.resolved}]
  - name: one that was solved is none
    given: {remembered: {ticket.state: solved}, body: {ticket: {id: 1, state: closed, updated_at: "2026-01-01T00:00:00Z"}}}
    expect: []
    because: ticket.state is unchanged
  - name: one that was never seen is none
    given: {body: {ticket: {id: 1, state: closed, updated_at: "2026-01-01T00:00:00Z"}}}
    expect: []
    because: unchanged
"""


def test_a_test_of_a_source_says_what_is_remembered() -> None:
    texts = {"source.yaml": (SOURCE + TEST).encode()}
    reports = source_reports(load_source_tests(texts), load_texts(texts).mappers)
    assert [report.differences for report in reports] == [(), (), ()]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("remember: {of: ticket.id, at: ticket.updated_at, unseen: unchanged}\n", "", "nothing says of what"),
        (", unseen: unchanged", "", "unseen"),
        ("unseen: unchanged", "unseen: perhaps", "unseen"),
        ("from: $remembered", "from: was", "no condition asks"),
        ("from: $remembered", "from: $rememberd", "did you mean '\\$remembered'"),
        ("ticket.group: internal", "ticket.group: {changed_to: internal, from: $remembered}", "cannot be asked for"),
        ("otherwise: skip", "require: {ticket.group: {changed_to: internal, from: $remembered}}", "cannot be asked for"),
        ("otherwise: skip", TEST.replace("{ticket.state: open}", "{ticket.stat: open}"), "did you mean 'ticket.state'"),
    ],
)  # fmt: skip
def test_what_would_not_be_remembered_is_told(was: str, now: str, told: str) -> None:
    assert was in SOURCE
    with pytest.raises(InvalidRules, match=told):
        load_texts({"source.yaml": SOURCE.replace(was, now).encode()})
