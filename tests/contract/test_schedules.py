"""Days of schedules on every store: found when they come, made once, and for everybody when schedules change."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from router.authoring.language.load import load_texts
from router.decode import decode
from router.flow import schedule_walk
from router.flow.pipeline import Pipeline
from router.flow.ports import Broker, Store
from router.flow.relay import Relay
from router.flow.schedule_walk import walk
from router.insights.due_days import DueDays, NextDay, due_days
from router.insights.history import customer_history
from router.insights.rule_book import RuleBook
from router.model.encoding import decode_interaction, decode_state
from router.model.keyed_hash import KeyedHash
from router.model.record import Message, Record
from router.model.schedules import SCHEDULE_SOURCE
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.store import SqlStore
from tests.unit.core.builders import ALLOW, SURVEYS
from tests.unit.flow.memory import MemoryStore, SetClock

HASHES = KeyedHash(b"secret")
MAY = datetime(2026, 5, 1, 10, tzinfo=UTC)
ASK = """
rules:
  - {id: birthday, when: {type: policy.anniversary}, send: {survey: nps, channel: email}, delay: 1h, expires: 5d}
"""
ANNIVERSARY = 'id: anniversary, type: policy.anniversary, date: customer.start, every: year, hours: {from: "10:00", to: "10:00"}'

MONTHLY = "id: monthly, type: relation.month, every: month"


class Kept:
    """A broker that keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, messages: list[Message]) -> None:
        self.messages += messages


def rules(*schedules: str) -> InForce:
    files = {"surveys.yaml": SURVEYS, "policy.yaml": ALLOW, "rules.yaml": ASK}
    if schedules:
        files["schedules.yaml"] = "schedules:\n" + "".join(f"  - {{{entry}}}\n" for entry in schedules)
    known: RuleSet = load_texts({name: text.encode() for name, text in files.items()})
    return InForce(known)


class Service:
    """A worker and a dispatcher of these rules, on the wall clock that a test sets."""

    def __init__(self, store: Store, in_force: InForce, now: datetime) -> None:
        self.store = store
        self.rules = in_force
        self.clock = SetClock(now)
        self.broker = Kept()

    async def read(self, kind: str, *customers: str, **data: Any) -> None:
        """Has them say something, now."""
        now = cast("datetime", self.clock.at)
        told = [
            {
                "specversion": "1.0",
                "id": f"{kind}/{now.isoformat()}",
                "source": "/test",
                "type": kind,
                "subject": name,
                "time": now.isoformat(),
                "data": data,
            }
            for name in customers
        ]
        records = [
            Record("interactions", 0, n, 0, None, json.dumps(one).encode()) for n, one in enumerate(told)
        ]
        done = await Pipeline(self.store, self.rules, self.clock, HASHES).process(records, decode)
        assert not done.dead

    async def dispatch(self, now: datetime, batch: int = 100) -> int:
        """One pass; how many customers were woken."""
        self.clock.at = now
        relay = Relay(
            self.store, cast("Broker", self.broker), self.rules, self.clock, topic="invitations", batch=batch
        )
        return (await relay.pass_once()).woken

    async def walk(self, now: datetime) -> int:
        """All steps of a walk; how many were looked at anew."""
        after: str | None = ""
        anew = 0
        while after is not None:
            walked = await walk(self.store, self.rules, after, now, event_time=False)
            after, anew = walked.after, anew + walked.anew
        return anew


def made(store: SqlStore, rows: list[Any]) -> Counter[tuple[str, str]]:
    """By customer and day, how often the journal has it."""
    told = [decode_interaction(row.body) for row in rows]
    return Counter(
        (one.customer_id, one.attributes["due_date"]) for one in told if one.source == SCHEDULE_SOURCE
    )


async def journal(store: SqlStore, *names: str) -> Counter[tuple[str, str]]:
    rows = [row for name in names for row in await store.reading.journal_of(name)]
    return made(store, rows)


NAMES = [f"c-{number:02}" for number in range(25)]


async def test_a_day_is_found_when_it_comes_and_woken_in_pages(ledger: Store) -> None:
    service = Service(ledger, rules(ANNIVERSARY), MAY - timedelta(days=60))
    await service.read("customer.preferences.v1", *NAMES, start="2024-05-01")
    assert await service.dispatch(MAY - timedelta(seconds=1)) == 0
    assert await service.dispatch(MAY, batch=10) == 10
    assert await service.dispatch(MAY, batch=10) == 10
    assert await service.dispatch(MAY, batch=10) == 5
    assert await service.dispatch(MAY, batch=10) == 0
    await service.dispatch(MAY + timedelta(hours=1))
    assert sorted(message.key or b"" for message in service.broker.messages) == [
        name.encode() for name in NAMES
    ]


async def test_schedules_that_are_new_changed_or_gone_reach_everybody(ledger: Store) -> None:
    early = MAY - timedelta(days=60)
    before = Service(ledger, rules(), early)
    await before.read("customer.preferences.v1", *NAMES, start="2024-05-01")
    assert await before.dispatch(MAY) == 0, "no schedule, and nobody to wake"

    added = Service(ledger, rules(ANNIVERSARY), early)
    assert await added.walk(MAY - timedelta(days=2)) == len(NAMES)
    assert await added.walk(MAY - timedelta(days=2)) == 0, "whoever was looked at is passed by"
    later = Service(ledger, rules(ANNIVERSARY.replace("10:00", "15:00")), early)
    assert await later.walk(MAY - timedelta(days=1)) == len(NAMES)
    assert await later.dispatch(MAY + timedelta(hours=4)) == 0
    assert await later.dispatch(MAY + timedelta(hours=5)) == len(NAMES)

    assert await added.walk(MAY + timedelta(hours=6)) == len(NAMES)
    assert await added.dispatch(MAY + timedelta(hours=7)) == 0, "the day was made, whatever its hour is now"
    gone = Service(ledger, rules("id: other, type: policy.anniversary, date: customer.none"), early)
    assert await gone.walk(MAY + timedelta(days=1)) == len(NAMES)
    assert await gone.dispatch(MAY + timedelta(days=800)) == 0


async def test_a_schedule_that_is_new_does_not_ask_about_the_past(ledger: Store) -> None:
    before = Service(ledger, rules(), MAY - timedelta(days=60))
    await before.read("customer.preferences.v1", "c-1", start="2024-05-01")
    added = Service(ledger, rules(ANNIVERSARY), MAY)
    await added.walk(MAY + timedelta(days=3))
    assert await added.dispatch(MAY + timedelta(days=3)) == 0
    assert await added.dispatch(MAY + timedelta(days=365)) == 1


async def test_who_was_written_and_not_looked_at_is_still_to_be_walked_by(ledger: Store) -> None:
    """A dispatcher settles an invitation under rules that have a schedule since; no schedule looked at the customer."""
    before = Service(ledger, rules(), MAY - timedelta(days=60))
    await before.read("customer.preferences.v1", "c-1", start="2024-05-01")
    await before.read("policy.anniversary", "c-1")
    added = Service(ledger, rules(ANNIVERSARY), MAY)
    await added.dispatch(MAY - timedelta(days=59))
    assert len(added.broker.messages) == 1
    assert await added.walk(MAY - timedelta(days=58)) == 1
    assert await added.dispatch(MAY) == 1


async def test_a_walk_goes_in_pages(ledger: Store, monkeypatch: Any) -> None:
    monkeypatch.setattr(schedule_walk, "PAGE", 7)
    monkeypatch.setattr(schedule_walk, "MOST", 3)
    before = Service(ledger, rules(), MAY - timedelta(days=60))
    await before.read("customer.preferences.v1", *NAMES, start="2024-05-01")
    added = Service(ledger, rules(ANNIVERSARY), MAY)
    assert await added.walk(MAY - timedelta(days=50)) == len(NAMES)
    assert await added.dispatch(MAY) == len(NAMES)


async def test_two_dispatchers_and_a_worker_make_a_day_once(store: SqlStore, other: SqlStore) -> None:
    first = Service(store, rules(ANNIVERSARY), MAY - timedelta(days=60))
    second = Service(other, rules(ANNIVERSARY), MAY)
    await first.read("customer.preferences.v1", *NAMES, start="2024-05-01")
    first.clock.at = MAY
    await asyncio.gather(
        *(one.dispatch(MAY, batch=7) for one in (first, second, first, second)),
        *(second.read("page.viewed", *NAMES[part::5]) for part in range(5)),
    )
    while await first.dispatch(MAY) or await second.dispatch(MAY):
        pass
    assert await journal(store, *NAMES) == {(name, "2026-05-01"): 1 for name in NAMES}


async def test_whoever_is_erased_has_no_days_any_more(store: SqlStore) -> None:
    service = Service(store, rules(ANNIVERSARY), MAY - timedelta(days=60))
    await service.read("customer.preferences.v1", "c-1", "c-2", start="2024-05-01")
    await store.run(lambda tx: tx.erase("c-1", [b"hash"], ["opted_out"], MAY))
    assert await service.walk(MAY) == 0
    assert await service.dispatch(MAY) == 1
    assert await journal(store, "c-1", "c-2") == {("c-2", "2026-05-01"): 1}


async def test_the_days_that_will_come_are_counted_and_told(store: SqlStore) -> None:
    service = Service(store, rules(ANNIVERSARY, MONTHLY), MAY - timedelta(days=60))
    await service.read("customer.preferences.v1", *NAMES, start="2024-05-01")
    await service.read("customer.preferences.v1", "c-30")
    now = MAY - timedelta(days=20)
    await service.dispatch(now)
    ahead = await due_days(store.reading, service.rules.live, MAY + timedelta(days=20))
    counts = {day.schedule: 0 for day in ahead}
    for day in ahead:
        counts[day.schedule] += day.customers
    assert counts["anniversary"] == len(NAMES)
    assert counts["monthly"] >= len(NAMES)
    assert DueDays("anniversary", "policy.anniversary", MAY.date(), len(NAMES)) in ahead

    told = await customer_history(store.reading, "c-01", RuleBook(service.rules.live), now)
    assert told is not None
    assert {day.schedule for day in told.next_days} == {"anniversary", "monthly"}
    assert NextDay("anniversary", "policy.anniversary", MAY) in told.next_days


async def test_a_set_without_schedules_writes_nothing_of_them() -> None:
    store = MemoryStore()
    await Service(store, rules(), MAY).read("customer.preferences.v1", "c-1", start="2024-05-01")
    assert store.scheduled == {"c-1": None}
    assert store.wakes == {}
    assert decode_state(store.states["c-1"].body).dates is None
