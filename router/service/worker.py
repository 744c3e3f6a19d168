"""The worker: a FastStream application that reads the input topics."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from faststream import FastStream

from router.kafka import tolerant_reader
from router.kafka.connection import faststream_security
from router.kafka.instance import claimed
from router.kafka.lane import Lane, Topics
from router.kafka.lossless import LosslessBroker
from router.service.ending import Ending
from router.service.intake import Intake
from router.service.monitor import Monitor
from router.service.parts import Parts
from router.service.source_lanes import SourceLanes
from router.settings import Settings
from router.telemetry.health import PartCheck, PartState
from router.telemetry.progress import Progress

log = structlog.get_logger(__name__)

FASTSTREAM_LOG = logging.getLogger("consumers.faststream")
FASTSTREAM_LOG.setLevel(logging.ERROR)


METADATA_MS = 60_000
"""How long until new partitions of a topic are found."""


class App(FastStream):
    """A FastStream application that ends the way its `Ending` says."""

    def __init__(self, *brokers: Any, ending: Ending, **options: Any) -> None:
        super().__init__(*brokers, **options)
        self.ending = ending

    def exit(self) -> None:
        """Ends in order; an application that has not started is given up. FastStream calls it on a signal."""
        self.ending.begin()

    def leave(self) -> None:
        """Ends the running application."""
        super().exit()


def on_the_loop(stop: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    """A hook that runs on the event loop: FastStream gives one that is no coroutine to a thread, where it may not wake it."""

    async def hook() -> None:
        stop()

    return hook


class Worker:
    """Puts lanes, intake and monitor on a FastStream application.

    `opened` provides the parts while it runs, and puts beside the worker what else is to run with them.
    """

    def __init__(
        self,
        settings: Settings,
        topics: Topics,
        opened: Callable[["Worker"], AbstractAsyncContextManager[Parts]],
        ending: Ending | None = None,
    ) -> None:
        self.ending = ending or Ending(settings.stop_seconds)
        self._instance = claimed(settings)
        tolerant_reader.install()
        self._opened = opened
        self._parts: Parts | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._source_lanes: SourceLanes | None = None
        self.failure: str | None = None
        self.intake = Intake(self._open_parts, self.stop)
        self.lanes = [lane for lanes in topics.always for lane in lanes(settings, self.intake.take)]
        self.progress = self.intake.progress = Progress([lane.name for lane in self.lanes], datetime.now(UTC))
        self.broker = LosslessBroker(
            settings.kafka.servers,
            security=faststream_security(settings.kafka),
            request_timeout_ms=settings.kafka.request_timeout_ms,
            client_id=settings.app,
            metadata_max_age_ms=METADATA_MS,
            apply_types=False,
            consumer_only=True,
            allow_auto_create_topics=False,
            graceful_timeout=settings.finish_seconds,
            logger=FASTSTREAM_LOG,
        )
        for lane in self.lanes:
            lane.subscribe(self.broker, settings.kafka, self._instance)

        def lanes_of_source(topic: str) -> list[Lane]:
            lanes = topics.of_source(settings, self.intake.take, topic)
            for lane in lanes:
                lane.subscribe(self.broker, settings.kafka, self._instance, passing=True)
            return lanes

        self._lanes_of_source = lanes_of_source
        self.app = App(self.broker, ending=self.ending, lifespan=self._lifespan, logger=None)
        self.app.after_startup(self._watch)
        self.app.on_shutdown(on_the_loop(self.intake.stopping.set))
        # Before the consumers are let go: what it would see then says nothing.
        self.app.on_shutdown(self._stop_watching)

    def stop(self, failure: str) -> None:
        """Ends the service because of a failure; it is told when everything is closed."""
        if self.failure is None:
            # What cannot be read is named whatever the worker ends for.
            failure = "; ".join(
                [failure, *(line for line in self.progress.trouble_lines() if line not in failure)]
            )
            log.error("worker_stops", message=failure)
            self.failure = failure
            self.ending.begin(failed=True)

    def checks(self) -> dict[str, PartCheck]:
        """What readiness depends on besides the parts: that partitions can be read and batches stored."""
        return {"partitions": self._readable, "storing": self._storing, "sources": self._sources}

    async def _storing(self) -> PartState:
        failing = self.intake.failing
        return PartState(ready=not failing, detail={"error": next(iter(failing.values()))} if failing else {})

    async def _readable(self) -> PartState:
        troubles = self.progress.troubles()
        return PartState(ready=not troubles, detail=dict(troubles))

    async def _sources(self) -> PartState:
        # Ready all the same: what others send is decided, and senders are not to be turned away for a mapping.
        return PartState(ready=True, detail=dict(self._source_lanes.troubles if self._source_lanes else {}))

    def _open_parts(self) -> Parts:
        if self._parts is None:
            raise RuntimeError("the worker has not started")
        return self._parts

    @asynccontextmanager
    async def _lifespan(self) -> AsyncIterator[None]:
        try:
            async with self._opened(self) as parts:
                self._parts = parts
                self.ending.started(self.app.leave)
                try:
                    yield
                finally:
                    await self._stop_watching()
                    # FastStream stops no consumer where another one did not start, or where the start is given up.
                    await self.broker.stop()
        finally:
            self._instance.release()

    async def _watch(self) -> None:
        def watched(task: asyncio.Task[None]) -> None:
            # A worker that nobody watches could stand still unnoticed.
            if not task.cancelled() and (error := task.exception()) is not None:
                self.stop(f"its {task.get_name()} failed ({type(error).__name__})")

        parts = self._open_parts()
        monitor = Monitor(self.lanes, parts, self.progress, self.stop)
        self._source_lanes = SourceLanes(
            self._lanes_of_source, parts, self.lanes, self.progress, self.intake.held
        )
        self._beside = [
            asyncio.create_task(monitor.run(), name="monitor"),
            asyncio.create_task(self._source_lanes.run(), name="source lanes"),
        ]
        for task in self._beside:
            task.add_done_callback(watched)

    async def _stop_watching(self) -> None:
        if self.failure is None and any(not task.done() for task in self._beside):
            for line in self.progress.trouble_lines():
                log.warning("stopped_with_unreadable_partition", message=line)
        for task in self._beside:
            task.cancel()
        if self._beside:
            await asyncio.wait(self._beside)
