"""The roles as running services: worker, dispatcher, or all of them in one process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import structlog

from router.flow.pipeline import Processed
from router.flow.relay import Passed
from router.kafka import EmbeddedBroker
from router.kafka.lane import Topics
from router.kafka.lossless import NotStarted
from router.service.collection import rare_collections
from router.service.data_directory import only_one
from router.service.dispatcher import Dispatcher, DispatchFailed
from router.service.embedded import embedded
from router.service.ending import Ending
from router.service.parts import Parts, open_parts
from router.service.webhooks import taking_webhooks
from router.service.worker import Worker, on_the_loop
from router.settings import Settings
from router.telemetry.health import PartCheck, PartState, health_app, health_port
from router.telemetry.http_port import Port, served
from router.telemetry.metrics import Metrics
from router.webhooks.served import Sources

log = structlog.get_logger(__name__)


Beside = Callable[[Parts], AbstractAsyncContextManager[object]]
"""What runs beside the service in its process, over its parts, for as long as it runs."""


class ServiceFailed(Exception):
    """A running service had to stop; the text says why."""


async def run_worker(settings: Settings, topics: Topics, ending: Ending | None = None) -> None:
    """Reads and decides until it is told to stop. Raises `ServiceFailed` where it could not go on."""
    if settings.clock == "event":
        log.warning(
            "event_time_without_dispatcher",
            message="on the event-time clock a worker on its own decides, and sends nothing: `feedback-router run`"
            " does both",
        )
    worker = make_worker(settings, topics, ending)
    await worker.ending.run(_ran(worker))


def make_worker(settings: Settings, topics: Topics, ending: Ending | None = None) -> Worker:
    """The worker role on its own, with its health port."""

    @asynccontextmanager
    async def opened(worker: Worker) -> AsyncIterator[Parts]:
        async with (
            open_parts(settings, Metrics()) as parts,
            _health(parts, lambda: worker.progress.stuck(datetime.now(UTC)), worker.checks()),
        ):
            with rare_collections():
                yield parts

    return Worker(settings, topics, opened, ending)


async def run_dispatcher(settings: Settings, ending: Ending | None = None) -> None:
    """Publishes what is due until it is told to stop. Raises `ServiceFailed` where it could not go on."""
    ending = ending or Ending(settings.stop_seconds)

    async def dispatching() -> None:
        async with open_parts(settings, Metrics()) as parts:
            dispatcher = Dispatcher(parts)
            ending.started(dispatcher.stop)
            async with _health(parts, lambda: dispatcher.progress.stuck(datetime.now(UTC))):
                # A worker says which partitions it reads once it is up; this is the dispatcher's word.
                log.info("dispatcher_runs", batch=settings.dispatch.batch, lanes=settings.dispatch.lanes)
                with rare_collections():
                    try:
                        await dispatcher.run()
                    except DispatchFailed as failure:
                        raise ServiceFailed(str(failure)) from None

    await ending.run(dispatching())


async def run_webhooks(
    settings: Settings, ending: Ending, ready: Callable[[Port, Sources], None] | None = None
) -> None:
    """Takes vendors' messages over HTTP until it is told to stop. Raises what `open_parts` raises, and `PortNotServed`."""

    async def taking() -> None:
        stopped = asyncio.Event()
        async with open_parts(settings, Metrics()) as parts, taking_webhooks(parts) as (port, webhooks):
            ending.started(stopped.set)
            async with _health(parts, lambda: None, {"webhooks": webhooks.check}):
                if ready is not None:
                    ready(port, webhooks.sources())
                with rare_collections():
                    await stopped.wait()

    await ending.run(taking())


async def run_all(
    settings: Settings,
    topics: Topics,
    *,
    ready: Callable[[Parts, Worker], None] | None = None,
    on_processed: Callable[[Processed], None] | None = None,
    on_passed: Callable[[Passed], None] | None = None,
    beside: Sequence[Beside] = (),
    ending: Ending | None = None,
) -> None:
    """Worker and dispatcher in one process, on the embedded broker where the settings name none; `beside` with them.

    Raises what `open_parts` raises, also `DataDirectoryError` where another one runs on the data directory.
    """
    ending = ending or Ending(settings.stop_seconds)
    await ending.run(_all(settings, topics, ready, on_processed, on_passed, beside, ending))


async def _all(
    settings: Settings,
    topics: Topics,
    ready: Callable[[Parts, Worker], None] | None,
    on_processed: Callable[[Processed], None] | None,
    on_passed: Callable[[Passed], None] | None,
    beside: Sequence[Beside],
    ending: Ending,
) -> None:
    @asynccontextmanager
    async def opened(worker: Worker) -> AsyncIterator[Parts]:
        async with (
            open_parts(settings, Metrics()) as parts,
            _dispatching(parts, on_passed, worker.stop) as dispatcher,
        ):
            # It need not wait until the worker has ended.
            worker.app.on_shutdown(on_the_loop(dispatcher.stop))

            def stuck() -> str | None:
                now = datetime.now(UTC)
                return worker.progress.stuck(now) or dispatcher.progress.stuck(now)

            async with (
                _health(parts, stuck, worker.checks() | _broker_checks(broker, settings.data)),
                AsyncExitStack() as others,
            ):
                for one in beside:
                    await others.enter_async_context(one(parts))
                if ready is not None:
                    ready(parts, worker)
                with rare_collections():
                    yield parts

    with ExitStack() as stack:
        broker = None
        if settings.kafka.bootstrap is None or settings.database.url is None:
            stack.enter_context(only_one(settings.data))
        if settings.kafka.bootstrap is None:
            settings, broker = stack.enter_context(embedded(settings))
        worker = Worker(settings, topics, opened, ending)
        worker.intake.on_processed = on_processed
        await _ran(worker)


@asynccontextmanager
async def _dispatching(
    parts: Parts, on_passed: Callable[[Passed], None] | None, failed: Callable[[str], None]
) -> AsyncIterator[Dispatcher]:
    """A dispatcher at work; `failed` is told why where it ends by itself."""

    def ended(run: asyncio.Task[None]) -> None:
        if not run.cancelled() and (error := run.exception()) is not None:
            failed(str(error) if isinstance(error, DispatchFailed) else f"dispatcher: {type(error).__name__}")

    dispatcher = Dispatcher(parts, on_passed)
    running = asyncio.create_task(dispatcher.run(), name="dispatcher")
    running.add_done_callback(ended)
    try:
        yield dispatcher
    finally:
        dispatcher.stop()
        await asyncio.wait([running])


def _health(
    parts: Parts, stuck: Callable[[], str | None], checks: Mapping[str, PartCheck] = MappingProxyType({})
) -> AbstractAsyncContextManager[object]:
    settings = parts.settings.health
    if not settings.enabled:
        return AsyncExitStack()
    app = health_app(stuck, parts.checks() | dict(checks), parts.metrics)
    return served(lambda _port: app, health_port(settings.host, settings.port))


def _broker_checks(broker: EmbeddedBroker | None, data: Path) -> dict[str, PartCheck]:
    if broker is None:
        return {}

    async def check() -> PartState:
        if broker.trouble is None:
            return PartState(ready=True)
        return PartState(
            ready=False, detail={"error": f"takes no records ({broker.trouble}): make room in {data}"}
        )

    return {"embedded_broker": check}


async def _ran(worker: Worker) -> None:
    try:
        await worker.app.run()
    except NotStarted as error:
        raise ServiceFailed(str(error)) from None
    if worker.failure is not None:
        raise ServiceFailed(worker.failure)
