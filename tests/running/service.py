"""The whole service in this process, on the loop of a test."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from consumers import TOPICS
from router.flow.pipeline import Processed
from router.flow.relay import Passed
from router.service.parts import Parts
from router.service.roles import Beside, run_all
from router.service.worker import Worker
from router.settings import Settings, load_settings
from tests.running.processes import TOKEN_SECRET
from tests.running.waiting import eventually, within

STOP_SECONDS = 40


class Running:
    """A service that is up. `processed` and `passed` hold what its callbacks were given."""

    def __init__(
        self, parts: Parts, worker: Worker, processed: list[Processed], passed: list[Passed]
    ) -> None:
        self.parts = parts
        self.worker = worker
        self.processed = processed
        self.passed = passed

    @property
    def bootstrap(self) -> str:
        """The broker it reads from."""
        return self.parts.settings.kafka.bootstrap or ""

    @property
    def database(self) -> str:
        """The URL of its database."""
        return self.parts.settings.database_url

    @property
    def decided(self) -> int:
        """How many interactions it has decided."""
        return sum(len(one.decided) for one in self.processed)

    @property
    def read(self) -> int:
        """How many records it has gone through."""
        samples = [sample for metric in self.parts.metrics.registry.collect() for sample in metric.samples]
        return int(sum(one.value for one in samples if one.name == "router_records_total"))

    def metric(self, name: str, **labels: str) -> float:
        """The value of a metric."""
        return self.parts.metrics.registry.get_sample_value(name, labels) or 0.0


def settings_for(data: Path, **given: Any) -> Settings:
    """Settings of a run that keeps its state below `data` and reacts quickly."""
    given.setdefault("rules", Path(__file__).parents[2] / "rules")
    given.setdefault("health", {"enabled": False})
    given.setdefault("event_clock", {"idle_after_seconds": 1})
    given.setdefault("dispatch", {"poll_ms": 50})
    if "database" in given:
        given.setdefault("token_secret", TOKEN_SECRET)
    return load_settings(data=data, **given)


@asynccontextmanager
async def running(settings: Settings, beside: Sequence[Beside] = ()) -> AsyncIterator[Running]:
    """The service from its start to its end, `beside` with it; an exception of its own comes out at the end."""
    opened: list[Running] = []
    processed: list[Processed] = []
    passed: list[Passed] = []

    def ready(parts: Parts, worker: Worker) -> None:
        opened.append(Running(parts, worker, processed, passed))

    task = asyncio.create_task(
        run_all(
            settings,
            TOPICS,
            ready=ready,
            on_processed=processed.append,
            on_passed=passed.append,
            beside=beside,
        )
    )
    try:
        await eventually(lambda: opened or task.done(), "the service opens its parts")
        if not opened:
            await task
        yield opened[0]
    finally:
        if opened:
            opened[0].worker.app.exit()
        async with asyncio.timeout(within(STOP_SECONDS)):
            await task
