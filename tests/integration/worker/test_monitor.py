"""When a partition counts as idle, which is what lets the event-time clock go on without it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from aiokafka import TopicPartition

from router.flow.clock import EventClock
from router.kafka.lossless import LosslessConsumer
from router.service.monitor import Monitor
from router.telemetry.metrics import Metrics
from router.telemetry.progress import Progress, Unreadable
from tests.running.waiting import eventually

START = datetime(2026, 3, 3, tzinfo=UTC)
BUSY, QUIET = TopicPartition("topic", 0), TopicPartition("topic", 1)
REPLIES = TopicPartition("replies", 0)


class Consumer:
    """Two partitions; what is published is read at once unless `read` is told otherwise."""

    def __init__(self) -> None:
        self.published = {BUSY: 0, QUIET: 0, REPLIES: 0}
        self.read = dict(self.published)
        self.not_readable: dict[TopicPartition, Unreadable] = {}
        self.troubled: str | None = None
        self.dead: str | None = None
        self.polled = START

    def assignment(self) -> set[TopicPartition]:
        return {BUSY, QUIET, REPLIES} if self.published[REPLIES] else {BUSY, QUIET}

    def highwater(self, partition: TopicPartition) -> int:
        return self.published[partition]

    async def position(self, partition: TopicPartition) -> int:
        return self.read[partition]

    standing = LosslessConsumer.standing

    def last_poll_timestamp(self, partition: TopicPartition) -> int:
        return int(self.polled.timestamp() * 1000)

    def unreadable(self) -> dict[TopicPartition, Unreadable]:
        return self.not_readable

    def trouble(self) -> str | None:
        return self.troubled

    def broken(self) -> str | None:
        return self.dead


class Watched:
    """A monitor with an idle wait of one second, over one lane."""

    def __init__(self, aside: Sequence[str] = ()) -> None:
        self.consumer = Consumer()
        self.stops: list[str] = []
        self.clock = EventClock([("topic", 0), ("topic", 1)], aside)
        free = asyncio.Event()
        free.set()
        lane = SimpleNamespace(name="lane", topic="topic", consumer=self.consumer, free=free)
        settings = SimpleNamespace(event_clock=SimpleNamespace(idle_after_seconds=1.0))
        parts = SimpleNamespace(settings=settings, metrics=Metrics(), clock=self.clock)
        self.metrics = parts.metrics
        self.progress = Progress(["lane"], START)
        self._monitor = Monitor([lane], parts, self.progress, self.stops.append)
        self._now = START

    async def look(self, *, arrived: int = 0, read: bool = True, later: float = 0.25) -> None:
        """A quarter of a second later, with so many new records on the busy partition."""
        self.consumer.published[BUSY] += arrived
        if read:
            self.consumer.read[BUSY] = self.consumer.published[BUSY]
        self._now += timedelta(seconds=later)
        if arrived and read:
            self.clock.moments([(("topic", 0), self._now)])
            self.clock.committed([(("topic", 0), self._now)])
        await self._monitor.look(self._now)


async def test_an_answer_that_comes_as_the_monitor_ends_does_not_keep_it() -> None:
    watched = Watched()
    answers: list[asyncio.Future[int]] = []

    async def position(_partition: TopicPartition) -> int:
        answers.append(asyncio.get_running_loop().create_future())
        return await answers[-1]

    watched.consumer.position = position  # type: ignore[method-assign]
    watching = asyncio.create_task(watched.look())
    await eventually(lambda: answers, "the consumer is asked for its position")
    answers[0].set_result(1)
    await asyncio.sleep(0)
    watching.cancel()
    await asyncio.wait({watching})
    assert watching.cancelled()


async def test_records_read_as_they_come_keep_a_partition_from_being_idle() -> None:
    watched = Watched()
    shown = []
    for number in range(1, 41):
        # Now and then a look comes right between the arrival of a record and its reading.
        await watched.look(arrived=1, read=number % 6 != 0)
        shown.append(watched.clock.now())

    # From when the quiet partition is left out, the clock follows the busy one, a settling time behind.
    steady = shown[12:]
    assert None not in steady
    assert steady == sorted(steady)
    assert len(set(steady)) > len(steady) / 2


async def test_the_clock_waits_for_a_partition_until_it_is_idle() -> None:
    watched = Watched()
    for _ in range(3):
        await watched.look(arrived=1)

    assert watched.clock.now() is None


async def test_with_nothing_new_anywhere_the_clock_comes_to_its_end() -> None:
    watched = Watched()
    await watched.look(arrived=1)
    for _ in range(20):
        await watched.look()

    assert watched.clock.now() == START + timedelta(seconds=0.25)


async def test_a_reply_ends_no_rest() -> None:
    watched = Watched(aside=["replies"])
    await watched.look(arrived=1)
    for _ in range(20):
        await watched.look()
    watched.consumer.published[REPLIES] = watched.consumer.read[REPLIES] = 1
    await watched.look()

    assert watched.clock.now() == START + timedelta(seconds=0.25)


async def test_what_waits_to_be_read_is_not_idle() -> None:
    watched = Watched()
    await watched.look(arrived=5, read=False)
    for _ in range(20):
        await watched.look(read=False)

    assert watched.clock.now() is None


async def test_an_unreadable_partition_is_named_at_once_and_no_reason_to_end() -> None:
    watched = Watched()
    watched.consumer.not_readable = {BUSY: Unreadable(17, "it is damaged", START)}
    await watched.look(arrived=5, read=False)
    assert watched.progress.troubles() == {"topic/0": "cannot be read from offset 17 on: it is damaged"}
    labels = {"topic": "topic", "partition": "0"}
    assert watched.metrics.registry.get_sample_value("router_partition_unreadable", labels) == 1
    for minute in range(1, 10):
        watched.consumer.polled = START + timedelta(minutes=minute)
        await watched.look(later=60)
    assert not watched.stops

    watched.consumer.not_readable = {}
    await watched.look()
    assert watched.progress.troubles() == {}
    assert watched.metrics.registry.get_sample_value("router_partition_unreadable", labels) is None


async def test_what_usually_passes_is_named_only_when_it_lasts() -> None:
    watched = Watched()
    watched.consumer.not_readable = {BUSY: Unreadable(3, "no leader", START, passing=True)}
    await watched.look()
    assert not watched.progress.unreadable()
    for _ in range(45):
        await watched.look()
    assert watched.progress.unreadable().keys() == {("topic", 0)}


async def test_a_partition_that_kafka_is_silent_about_is_named() -> None:
    watched = Watched()
    for _ in range(5):
        await watched.look(later=9)
    assert "has not answered for 4" in watched.progress.troubles()["topic/1"]


async def test_a_process_that_stood_still_blames_no_partition() -> None:
    watched = Watched()
    await watched.look()
    await watched.look(later=70)
    assert watched.progress.troubles() == {}


async def test_a_consumer_that_is_broken_ends_the_worker_by_name() -> None:
    watched = Watched()
    watched.consumer.dead = "its Kafka consumer cannot go on"
    await watched.look()
    assert watched.stops == ["lane lane: its Kafka consumer cannot go on"]
