"""The worker: a FastStream application that reads the input topics."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from faststream import FastStream

from router.kafka import tolerant_reader
from router.kafka.connection import faststream_security
from router.kafka.instance import claimed
from router.kafka.lane import Lane, Take
from router.kafka.lossless import LosslessBroker
from router.service.ending import Ending
from router.service.intake import Intake
from router.service.monitor import Monitor
from router.service.parts import Parts
from router.settings import Settings
from router.telemetry.health import PartCheck, PartState
from router.telemetry.progress import Progress

log = structlog.get_logger(__name__)

FASTSTREAM_LOG = logging.getLogger("consumers.faststream")
FASTSTREAM_LOG.setLevel(logging.ERROR)


METADATA_MS = 60_000
"""How long until new partitions of a topic are found."""


Topic = Callable[[Settings, Take], list[Lane]]
"""Makes the lanes of a topic."""


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
        topics: Iterable[Topic],
        opened: Callable[["Worker"], AbstractAsyncContextManager[Parts]],
        ending: Ending | None = None,
    ) -> None:
        self.ending = ending or Ending(settings.stop_seconds)
        self._instance = claimed(settings)
        tolerant_reader.install()
        self._opened = opened
        self._parts: Parts | None = None
        self._monitor: asyncio.Task[None] | None = None
        self.failure: str | None = None
        self.intake = Intake(self._open_parts, self.stop)
        self.lanes = [lane for lanes in topics for lane in lanes(settings, self.intake.take)]
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
        return {"partitions": self._readable, "storing": self._storing}

    async def _storing(self) -> PartState:
        failing = self.intake.failing
        return PartState(ready=not failing, detail={"error": next(iter(failing.values()))} if failing else {})

    async def _readable(self) -> PartState:
        troubles = self.progress.troubles()
        return PartState(ready=not troubles, detail=dict(troubles))

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
        def watched(monitor: asyncio.Task[None]) -> None:
            # A worker that nobody watches could stand still unnoticed.
            if not monitor.cancelled() and (error := monitor.exception()) is not None:
                self.stop(f"its monitor failed ({type(error).__name__})")

        monitor = Monitor(self.lanes, self._open_parts(), self.progress, self.stop)
        self._monitor = asyncio.create_task(monitor.run(), name="monitor")
        self._monitor.add_done_callback(watched)

    async def _stop_watching(self) -> None:
        if self.failure is None and self._monitor is not None and not self._monitor.done():
            for line in self.progress.trouble_lines():
                log.warning("stopped_with_unreadable_partition", message=line)
        if self._monitor is not None:
            self._monitor.cancel()
            await asyncio.wait([self._monitor])
