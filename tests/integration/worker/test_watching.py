"""A worker that cannot go on says so and ends."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import cast

import pytest
from aiokafka.errors import KafkaError
from faststream.kafka.subscriber.usecase import BatchSubscriber

from consumers import TOPICS
from router.flow.clock import WallClock
from router.kafka.lossless import LosslessConsumer, NotStarted
from router.service.monitor import Monitor
from router.service.parts import Parts
from router.service.worker import FASTSTREAM_LOG, Worker
from router.settings import load_settings
from router.telemetry.logs import configure_logs
from router.telemetry.metrics import Metrics
from router.telemetry.progress import Progress
from tests.running.waiting import eventually

START = datetime(2026, 3, 3, tzinfo=UTC)


class Unassigned:
    """A consumer without partitions, asked for topics instead. With `away`, nobody answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False
        self.there = {"topic"}
        self.looked_again = 0

    def assignment(self) -> set[object]:
        return set()

    async def topics(self) -> set[str]:
        self.asked += 1
        if self.away:
            raise KafkaError("no broker")
        return self.there

    sees = LosslessConsumer.sees

    def look_again(self) -> None:
        self.looked_again += 1

    def unreadable(self) -> dict[object, object]:
        return {}

    def trouble(self) -> None:
        return None

    def broken(self) -> None:
        return None


def parts_of(**given: object) -> Parts:
    settings = SimpleNamespace(event_clock=SimpleNamespace(idle_after_seconds=1.0))
    return cast("Parts", SimpleNamespace(settings=settings, metrics=Metrics(), clock=WallClock(), **given))


def watched(consumer: Unassigned, stopped: list[str]) -> tuple[Monitor, Progress]:
    progress = Progress(["lane"], START)
    lane = SimpleNamespace(name="lane", topic="topic", consumer=consumer, free=asyncio.Event())
    return Monitor([lane], parts_of(), progress, stopped.append), progress  # type: ignore[list-item]


async def test_a_lane_whose_topic_is_gone_or_hidden_says_so() -> None:
    consumer, stopped = Unassigned(), list[str]()
    monitor, progress = watched(consumer, stopped)
    consumer.there = {"another"}
    await monitor.look(START)
    await monitor.look(START)
    assert "topic topic is not there" in progress.troubles()["lane lane"]

    consumer.there = {"topic"}
    await monitor.look(START + timedelta(seconds=5))
    await monitor.look(START + timedelta(seconds=6))
    assert progress.troubles() == {}
    assert consumer.looked_again == 1


async def test_a_lane_without_partitions_lives_as_long_as_kafka_answers() -> None:
    consumer, stopped = Unassigned(), list[str]()
    monitor, progress = watched(consumer, stopped)
    for second in range(300):
        await monitor.look(START + timedelta(seconds=second))
    assert progress.stuck(START + timedelta(seconds=300)) is None
    assert consumer.asked == 10
    assert not stopped


async def test_a_lane_without_partitions_is_stuck_when_kafka_does_not_answer() -> None:
    consumer, stopped = Unassigned(), list[str]()
    monitor, progress = watched(consumer, stopped)
    consumer.away = True
    for second in range(0, 150, 10):
        await monitor.look(START + timedelta(seconds=second))
    assert progress.stuck(START + timedelta(seconds=150)) is not None
    assert "no answer from Kafka" in stopped[0]


async def test_a_monitor_that_fails_ends_the_worker() -> None:
    parts = parts_of()
    del parts.metrics
    worker = worker_over(parts)
    async with worker._lifespan():
        await worker._watch()
        await eventually(lambda: worker.failure, "the worker is told")
    assert worker.failure == "its monitor failed (AttributeError)"


def worker_over(parts: Parts) -> Worker:
    @asynccontextmanager
    async def opened(_worker: Worker) -> AsyncIterator[Parts]:
        yield parts

    return Worker(load_settings(kafka={"bootstrap": "127.0.0.1:1"}), TOPICS, opened)


async def test_consumers_that_had_started_are_closed_where_another_one_does_not_start() -> None:
    worker = worker_over(parts_of())
    opened: list[object] = []
    closed: list[object] = []

    class Consumer:
        async def stop(self) -> None:
            closed.append(self)

    async def start(subscriber: BatchSubscriber) -> None:
        if len(opened) == 2:
            raise NotStarted("topic cannot be read")
        subscriber.consumer = Consumer()
        opened.append(subscriber.consumer)

    for lane in worker.lanes:
        assert lane.subscriber is not None
        lane.subscriber.start = partial(start, lane.subscriber)  # type: ignore[method-assign]
    with pytest.raises(NotStarted):
        await worker.app.run()
    assert sorted(map(id, closed)) == sorted(map(id, opened))


async def test_faststream_speaks_through_our_logs_and_only_of_errors() -> None:
    told = io.StringIO()
    worker = worker_over(parts_of())
    configure_logs("INFO", "json", told)
    logger = worker.broker.config.broker_config.logger
    logger._setup(worker.app.context)
    logger.log("Received", logging.INFO)
    logger.log("something failed", logging.ERROR)
    (line,) = told.getvalue().splitlines()
    assert '"something failed"' in line
    assert not FASTSTREAM_LOG.handlers
