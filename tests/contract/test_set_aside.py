"""One customer who cannot be stored, for whatever reason: found by halving and set aside, and all others go on."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text

import router.decide.batch
from router.authoring.language.load import load_texts
from router.decide import Folded
from router.decide.batch import key_of
from router.decode import decode
from router.flow.clock import WallClock
from router.flow.pipeline import Pipeline, Processed
from router.flow.relay import Passed, Relay
from router.journeys import next_expiry
from router.model.encoding import decode_state, encode_state
from router.model.keyed_hash import KeyedHash
from router.model.record import Message, Record, TooLarge
from router.rules.in_force import InForce
from router.store import SqlStore, StoreUnavailable
from tests.contract.rows import journal_row

POISON = "poison"
OTHERS = [f"c-{number}" for number in range(12)]
FILES = {
    "surveys.yaml": b"""
surveys:
  ces:
    {metric: ces, scale: [1, 5], polarity: lower_is_better,
     texts: {en: {question: "Effort?", low: little, high: much}}}
""",
    "journey.yaml": b"""
journey: basket
instance: basket_id
identifies_customer: true
expires: 2d
steps: {filled: {on: basket.filled}, paid: {on: basket.paid, ends: true}}
order: [filled, paid]
""",
    "rules.yaml": b"""
rules:
  - {id: left, when: {journey: basket, step: expired}, send: {survey: ces, channel: email}}
  - {id: called, when: {type: call.completed}, send: {survey: ces, channel: email}}
""",
    "policy.yaml": b"consent: {unknown: allow}\nlocale: {otherwise: en}\n",
}
NOW = datetime.now(UTC)


class Broker:
    """Keeps what it gets, but what it finds too large."""

    def __init__(self) -> None:
        self.stored: list[dict[str, Any]] = []
        self.refused = ""

    async def send(self, messages: Sequence[Message]) -> None:
        read = [(message, json.loads(message.value or b"")) for message in messages]
        self.stored += [event for _, event in read if event["subject"] != self.refused]
        if refused := [message for message, event in read if event["subject"] == self.refused]:
            raise TooLarge(refused)


class Service:
    """Pipeline and relay over a real store."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.rules = InForce(load_texts(FILES))
        self.clock = WallClock()
        self.broker = Broker()
        self.pipeline = Pipeline(store, self.rules, self.clock, KeyedHash(b"secret"))
        self.relay = Relay(store, self.broker, self.rules, self.clock, topic="out", batch=8)
        self.offset = 0

    def record(self, customer: str, kind: str, **data: Any) -> Record:
        self.offset += 1
        event = {
            "specversion": "1.0",
            "id": f"{kind}-{self.offset}",
            "source": "/test",
            "type": kind,
            "subject": customer,
            "time": (NOW - timedelta(minutes=1)).isoformat(),
            "data": data,
        }
        return Record("in", 3, self.offset, 0, None, json.dumps(event).encode())

    async def read(self, records: Sequence[Record]) -> Processed:
        return await self.pipeline.process(records, decode)

    async def all_sent(self) -> list[Passed]:
        """Passes until nothing is due any more; a poison customer must not make that endless."""
        passes = []
        for _ in range(40):
            passes.append(await self.relay.pass_once())
            if not passes[-1].due and not passes[-1].woken:
                return passes
        raise AssertionError("something stays due for ever")

    async def run(self, sql: str, **given: Any) -> None:
        async with self.store._database.begin() as connection:
            await connection.execute(text(sql), given)

    async def change_state(self, change: Callable[[bytes], bytes]) -> None:
        state = await self.store.reading.customer(POISON)
        assert state is not None
        await self.run(
            "UPDATE customers SET body = :body WHERE customer_id = :id", body=change(state.body), id=POISON
        )


async def unreadable_state(service: Service) -> None:
    await service.change_state(lambda body: b"\xc1" + body)


async def state_of_another_kind(service: Service) -> None:
    await service.change_state(lambda _: b"\x01")


async def count_beyond_integers(service: Service) -> None:
    largest = 2**63 - 1 if service.store._database.is_sqlite else 2**31 - 1
    await service.change_state(lambda body: encode_state(replace(decode_state(body), seq=largest)))


async def refused_by_the_database(service: Service) -> None:
    if service.store._database.is_sqlite:
        await service.run(
            "CREATE TRIGGER no BEFORE INSERT ON journal WHEN new.customer_id = 'poison'"
            " BEGIN SELECT raise(ABORT, 'no'); END"
        )
    else:
        await service.run("ALTER TABLE journal ADD CONSTRAINT no CHECK (customer_id <> 'poison') NOT VALID")


async def journaled_already(service: Service) -> None:
    """The expiry of the basket stands in the journal, and comes again each time."""
    state = await service.store.reading.customer(POISON)
    assert state is not None
    customer = decode_state(state.body)
    past = tuple(
        replace(one, opened_at=NOW - timedelta(days=9), active_at=NOW - timedelta(days=9))
        for one in customer.journeys
    )
    await service.change_state(lambda _: encode_state(replace(customer, live=past)))
    live = service.rules.live
    expiry = next_expiry(replace(customer, live=past), live.maps, live.awaited)
    assert expiry is not None
    await service.run("UPDATE customers SET wake_at = :at WHERE customer_id = 'poison'", at=_past(service))
    from tests.contract.rows import changes

    row = journal_row(POISON, "there", key=key_of(expiry))
    await service.store.run(lambda transaction: transaction.save(changes(journal=[row])))


def _past(service: Service) -> Any:
    at = NOW - timedelta(days=7)
    return int(at.timestamp() * 1_000_000) if service.store._database.is_sqlite else at


async def nothing(_service: Service) -> None:
    pass


FAULTS: dict[str, Callable[[Service], Awaitable[None]]] = {
    "unreadable state": unreadable_state,
    "state of another kind": state_of_another_kind,
    "count beyond integers": count_beyond_integers,
    "refused by the database": refused_by_the_database,
    "journaled already": journaled_already,
}


async def poisoned(service: Service, fault: Callable[[Service], Awaitable[None]]) -> None:
    """All customers have a basket; then one of them cannot be stored any more."""
    baskets = [service.record(name, "basket.filled", basket_id=name) for name in [*OTHERS, POISON]]
    assert not (await service.read(baskets)).dead
    await fault(service)


def calls(service: Service) -> list[Record]:
    """Two of each, the poisonous one in the middle and twice."""
    names = [*OTHERS[:7], POISON, *OTHERS[7:]] * 2
    return [service.record(name, "call.completed") for name in names]


async def journaled(store: SqlStore, name: str, kind: str = "call.completed") -> int:
    return sum(row.interaction_id.startswith(kind) for row in await store.reading.journal_of(name))


@pytest.mark.parametrize("fault", FAULTS)
async def test_all_others_are_decided_and_asked(store: SqlStore, fault: str) -> None:
    service = Service(store)
    await poisoned(service, FAULTS[fault])
    records = calls(service)
    processed = await service.read(records)

    own = [record for record in records if json.loads(record.value or b"")["subject"] == POISON]
    assert [(letter.record, letter.reason) for letter in processed.dead] == [
        (record, "not_stored") for record in own
    ]
    [unstored] = processed.unstored
    assert (unstored.place, unstored.set_aside) == (f"in/3/{own[0].offset}", True)
    [entry] = await store.reading.set_aside()
    assert (entry.customer_id, entry.place) == (POISON, unstored.place)
    assert {name: await journaled(store, name) for name in OTHERS} == dict.fromkeys(OTHERS, 2)
    assert await journaled(store, POISON) == 0
    assert POISON not in "".join(letter.detail for letter in processed.dead) + unstored.cause

    await service.all_sent()
    assert {event["subject"] for event in service.broker.stored} == set(OTHERS)
    # From then on nothing is tried with them, and nobody is held up.
    again = await service.read([service.record(POISON, "call.completed"), *calls(service)])
    assert (len(again.dead), again.unstored) == (3, [])


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_dispatcher_finds_who_cannot_be_done_with(store: SqlStore, fault: str) -> None:
    service = Service(store)
    await poisoned(service, nothing)
    await service.read(calls(service)[:13])
    # Their journeys are abandoned too.
    await service.run("UPDATE customers SET wake_at = :at", at=_past(service))
    await FAULTS[fault](service)
    passes = await service.all_sent()
    asked = {event["subject"] for event in service.broker.stored}
    assert set(OTHERS) <= asked
    if fault != "refused by the database":
        assert [one.customer_id for one in await store.reading.set_aside()] == [POISON]
        assert sum(len(one.unstored) for one in passes) == 1


async def test_a_fault_of_ours_with_one_customer(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(store)
    await poisoned(service, nothing)
    decide = router.decide.batch.decide

    def faulty(interaction: Any, customer: Any, *given: Any, **named: Any) -> Folded:
        if customer.id == POISON:
            raise RecursionError(f"about {customer.id}")
        return decide(interaction, customer, *given, **named)

    monkeypatch.setattr(router.decide.batch, "decide", faulty)
    processed = await service.read(calls(service))
    assert [one.cause for one in processed.unstored] == ["RecursionError"]
    assert sum([await journaled(store, name) for name in OTHERS]) == 2 * len(OTHERS)

    monkeypatch.undo()
    assert await store.run(lambda transaction: transaction.take_back(POISON)) == 1
    again = await service.read([letter.record for letter in processed.dead])
    assert (again.dead, len(again.decided)) == ([], 2)
    rows = await store.reading.journal_of(POISON)
    # In the order in which they came.
    assert [row.seq for row in rows] == sorted(row.seq for row in rows)


async def test_an_instance_longer_than_an_index_takes_is_no_fault(store: SqlStore) -> None:
    service = Service(store)
    long = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(9_000))
    processed = await service.read([service.record(name, "basket.filled", basket_id=long) for name in OTHERS])
    assert (processed.dead, len(processed.decided)) == ([], len(OTHERS))
    assert await store.reading.set_aside() == []


async def test_a_record_that_no_decoder_was_prepared_for(store: SqlStore) -> None:
    service = Service(store)
    records = calls(service)

    def faulty(record: Record, latest: datetime) -> Any:
        if record is records[3]:
            raise UnicodeDecodeError("utf-8", b"x", 0, 1, "personal")
        return decode(record, latest)

    processed = await service.pipeline.process(records, faulty)
    assert [(letter.record, letter.reason) for letter in processed.dead] == [(records[3], "not_stored")]
    assert "personal" not in processed.dead[0].detail
    assert len(processed.decided) == len(records) - 1


async def test_what_the_broker_finds_too_large_holds_up_nobody(store: SqlStore) -> None:
    service = Service(store)
    await service.read(calls(service))
    service.broker.refused = POISON
    await service.all_sent()
    assert {event["subject"] for event in service.broker.stored} == set(OTHERS)
    assert [one.cause for one in await store.reading.set_aside()] == ["TooLarge"]


async def test_what_cannot_be_rendered_holds_up_nobody(store: SqlStore) -> None:
    service = Service(store)
    await service.read(calls(service))
    await service.run("UPDATE invitations SET recipient = '{' WHERE customer_id = 'poison'")
    await service.all_sent()
    assert {event["subject"] for event in service.broker.stored} == set(OTHERS)
    assert [one.customer_id for one in await store.reading.set_aside()] == [POISON]


async def test_what_cannot_be_settled_holds_up_nobody(store: SqlStore) -> None:
    service = Service(store)
    await service.read(calls(service))
    if store._database.is_sqlite:
        await service.run(
            "CREATE TRIGGER no BEFORE UPDATE ON invitations WHEN new.customer_id = 'poison' AND new.state = 'sent'"
            " BEGIN SELECT raise(ABORT, 'no'); END"
        )
    else:
        await service.run(
            "ALTER TABLE invitations ADD CONSTRAINT no CHECK (customer_id <> 'poison' OR state <> 'sent') NOT VALID"
        )
    await service.all_sent()
    sent = [event["id"] for event in service.broker.stored]
    assert len(sent) == len(set(sent))
    assert {event["subject"] for event in service.broker.stored} == {*OTHERS, POISON}
    assert [one.customer_id for one in await store.reading.set_aside()] == [POISON]


async def test_many_at_once_are_no_fault_of_theirs(store: SqlStore) -> None:
    service = Service(store)
    service.pipeline.most_aside = 4
    await poisoned(service, nothing)
    await service.run("UPDATE customers SET body = :body", body=b"\xc1")
    with pytest.raises(StoreUnavailable, match="something else must be wrong"):
        await service.read(calls(service))
    assert len(await store.reading.set_aside()) == 4


async def test_who_is_set_aside_can_be_erased(store: SqlStore, tmp_path: Path) -> None:
    service = Service(store)
    await poisoned(service, unreadable_state)
    await service.read(calls(service))
    await store.run(lambda transaction: transaction.erase(POISON, [b"hash"], ["erased"], NOW))
    assert await store.reading.set_aside() == []
