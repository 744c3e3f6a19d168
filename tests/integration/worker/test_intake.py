"""What becomes of a batch when something fails: nothing is lost, nothing personal is told."""

import io
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest
from faststream.exceptions import NackMessage

from router.authoring.language.load import load_texts
from router.decode import decode
from router.flow.clock import WallClock
from router.flow.pipeline import Pipeline, Processed
from router.flow.retry import Retry
from router.kafka.producer import BrokerUnavailable
from router.model.keyed_hash import KeyedHash
from router.model.ledger import SetAside
from router.model.record import Message, Record, TooLarge
from router.rules.in_force import InForce
from router.service.flood import Flood, FloodGuard
from router.service.intake import Intake
from router.service.parts import Parts
from router.service.source_counts import SourceCounts
from router.settings.settings import DeadLetterSettings, Settings
from router.store import StoreUnavailable
from router.telemetry.logs import configure_logs
from router.telemetry.metrics import Metrics
from router.telemetry.progress import Progress
from tests.running.hostile import value
from tests.running.prompt_rules import POLICY, ROUTES, SURVEYS
from tests.unit.flow.memory import MemoryStore

T = TypeVar("T")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
FILES = {
    "surveys.yaml": SURVEYS.encode(),
    "routes.yaml": ROUTES.encode(),
    "policy.yaml": POLICY.replace("UNKNOWN", "allow").encode(),
}


class FaultyStore(MemoryStore):
    """A store that fails as told before it works."""

    def __init__(self, faults: Sequence[Exception]) -> None:
        super().__init__()
        self.faults = list(faults)

    async def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        if self.faults:
            raise self.faults.pop(0)
        return await super().run(work)


class FaultyBroker:
    """A broker that fails as told before it stores, and takes no value longer than `room`."""

    def __init__(self, faults: Sequence[Exception] = (), room: int = 1_000) -> None:
        self.faults = list(faults)
        self.room = room
        self.stored: list[Message] = []

    async def send(self, messages: Sequence[Message]) -> None:
        if self.faults:
            raise self.faults.pop(0)
        refused = [message for message in messages if len(message.value or b"") > self.room]
        self.stored += [message for message in messages if message not in refused]
        if refused:
            raise TooLarge(refused)


class Taken:
    """An intake over stand-ins, and what came of it."""

    def __init__(
        self,
        store: FaultyStore,
        broker: FaultyBroker,
        most_dead: int = 1_000,
        patience: timedelta = timedelta(seconds=5),
    ) -> None:
        self.store = store
        self.broker = broker
        self.failures: list[str] = []
        self.processed: list[Processed] = []
        self.metrics = Metrics()
        settings = Settings(dead_letters=DeadLetterSettings(max_per_minute=most_dead))
        rules = InForce(load_texts(FILES))
        parts = SimpleNamespace(
            settings=settings,
            producer=broker,
            pipeline=lambda: Pipeline(store, rules, WallClock(), KeyedHash(b"secret")),
            metrics=self.metrics,
            note_kafka_time=lambda: None,
            source_counts=SourceCounts(cast("Any", store)),
            registry=None,
        )
        self.intake = Intake(
            lambda: cast("Parts", parts), self.failures.append, retry=Retry(0.0, 0.0), patience=patience
        )
        self.intake.progress = self.progress = Progress(["lane"], NOW)
        self.intake.on_processed = self.processed.append

    async def take(self, *values: bytes) -> None:
        records = [Record("t", 0, number, 0, b"c-1", text) for number, text in enumerate(values)]
        await self.intake.take("lane", records, decode)

    def retries(self) -> float:
        labels = {"cause": "unavailable"}
        return self.metrics.registry.get_sample_value("router_store_retries_total", labels) or 0.0


async def test_a_batch_is_tried_again_while_the_database_is_away() -> None:
    taken = Taken(FaultyStore([StoreUnavailable("away"), StoreUnavailable("away")]), FaultyBroker())
    await taken.take(value("one"), b"bad")
    (processed,) = taken.processed
    assert [one.interaction.id for one in processed.decided] == ["one"]
    assert len(taken.broker.stored) == 1
    assert taken.retries() == 2


async def test_dead_letters_are_tried_again_without_deciding_again() -> None:
    taken = Taken(FaultyStore([]), FaultyBroker([BrokerUnavailable("away"), BrokerUnavailable("away")]))
    await taken.take(value("one"), b"bad")
    (processed,) = taken.processed
    assert (len(processed.decided), processed.duplicates) == (1, 0)
    assert len(taken.broker.stored) == 1


async def test_while_records_are_read_again_the_journal_is_asked_first() -> None:
    taken = Taken(FaultyStore([]), FaultyBroker())
    for _ in range(3):
        await taken.take(value("one"))
    assert [one.duplicates for one in taken.processed] == [0, 1, 1]
    # New; refused by the key and asked for; asked for at once.
    assert taken.store.tries == 4


async def test_a_batch_that_fails_for_long_is_handed_back() -> None:
    taken = Taken(FaultyStore([StoreUnavailable("away")]), FaultyBroker(), patience=timedelta(0))
    with pytest.raises(NackMessage):
        await taken.take(value("one"))
    assert not taken.processed


async def test_a_batch_that_fails_while_the_worker_stops_is_left_to_the_next() -> None:
    taken = Taken(FaultyStore([StoreUnavailable("away")]), FaultyBroker())
    taken.intake.stopping.set()
    with pytest.raises(NackMessage):
        await taken.take(value("one"))
    assert not taken.processed


async def test_a_fault_of_ours_is_told_without_what_customers_said_and_tried_again() -> None:
    told = io.StringIO()
    configure_logs("INFO", "json", told)
    taken = Taken(FaultyStore([KeyError("c-1 said this")] * 3), FaultyBroker())
    await taken.take(value("one"))
    (line,) = [json.loads(line) for line in told.getvalue().splitlines() if "batch_failed" in line]
    assert line["cause"] == "KeyError"
    assert any("test_intake.py" in frame for frame in line["where"])
    assert "said this" not in told.getvalue()
    assert len(taken.processed) == 1


async def test_a_fault_that_lasts_makes_the_lane_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[Exception] = [StoreUnavailable("again")] * 61
    taken = Taken(FaultyStore(faults), FaultyBroker(), patience=timedelta(hours=1))
    stuck: list[str | None] = []
    original_run = taken.store.run

    async def run(work: Callable[[Any], Awaitable[Any]]) -> Any:
        stuck.append(taken.progress.stuck(datetime.now(UTC)))
        return await original_run(work)

    monkeypatch.setattr(taken.store, "run", run)
    await taken.take(value("one"))
    assert "61 errors" in str(stuck[-1])


async def test_what_is_too_large_is_cut_and_the_others_are_stored_once() -> None:
    taken = Taken(FaultyStore([]), FaultyBroker(room=100))
    await taken.take(b"a", b"x" * 200, b"b", b"y" * 300, b"c")
    stored = {dict(message.headers)["dlq.offset"]: message for message in taken.broker.stored}
    assert len(taken.broker.stored) == len(stored) == 5
    assert [(stored[b"%d" % number].value or b"")[:1] for number in range(5)] == [b"a", b"", b"b", b"", b"c"]
    assert dict(stored[b"1"].headers)["dlq.truncated"] == b"value"


async def test_a_flood_of_dead_letters_stops_the_worker_before_they_are_published() -> None:
    taken = Taken(FaultyStore([]), FaultyBroker(), most_dead=3)
    with pytest.raises(NackMessage):
        await taken.take(b"1", b"2", b"3", b"4")
    assert "ROUTER_DEAD_LETTERS__MAX_PER_MINUTE" in taken.failures[0]
    assert not taken.broker.stored


async def test_who_is_set_aside_makes_no_flood() -> None:
    store = FaultyStore([])
    store.aside["c-1"] = SetAside("c-1", NOW, "Conflict", "t/0/0")
    taken = Taken(store, FaultyBroker(), most_dead=3)
    await taken.take(*(value(str(number)) for number in range(60)))
    assert len(taken.broker.stored) == 60
    assert not taken.failures
    with pytest.raises(NackMessage):
        await taken.take(*(b"%d" % number for number in range(20)))


def test_a_flood_is_many_dead_letters_that_are_also_a_large_share() -> None:
    guard = FloodGuard(most=10, share=0.5)
    guard.note(NOW, 1_000, 0)
    guard.note(NOW, 100, 100)
    with pytest.raises(Flood, match="111 of the last 111"):
        guard.note(NOW + timedelta(seconds=61), 111, 111)


def test_what_comes_seldom_is_counted_beyond_the_minute() -> None:
    guard = FloodGuard(most=10, share=0.5)
    for hour in range(10):
        guard.note(NOW + timedelta(hours=hour), 1, 1)
    with pytest.raises(Flood, match="11 of the last 11"):
        guard.note(NOW + timedelta(hours=10), 1, 1)


def test_few_dead_letters_among_many_records_are_no_flood_however_long_it_lasts() -> None:
    guard = FloodGuard(most=10, share=0.5)
    for hour in range(1_000):
        guard.note(NOW + timedelta(hours=hour), 3, hour % 2)


def test_a_share_of_one_switches_the_guard_off() -> None:
    guard = FloodGuard(most=10, share=1.0)
    for _ in range(100):
        guard.note(NOW, 100, 100)


def test_what_became_dead_letters_before_the_start_counts() -> None:
    guard = FloodGuard(most=50, share=0.5, remembered=50)
    guard.note(NOW, 5, 5)
    with pytest.raises(Flood, match="after 50 before this start"):
        guard.note(NOW, 20, 20)


def test_what_became_dead_letters_before_the_start_is_no_reason_for_a_small_share_or_for_ever() -> None:
    guard = FloodGuard(most=50, share=0.5, remembered=5_000)
    guard.note(NOW, 100, 49)
    later = FloodGuard(most=50, share=0.5, remembered=5_000)
    later.note(NOW, 1, 0)
    later.note(NOW + timedelta(minutes=11), 40, 40)
