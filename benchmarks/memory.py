"""What a worker holds while it decides a million events."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.comparison import AGE, Plan
from benchmarks.measuring import Wrong
from benchmarks.processes import resident_megabytes
from benchmarks.sides import Processes, Service
from benchmarks.story import CUSTOMERS, Log
from benchmarks.topics import Topics
from tests.services.service import Kafka, Postgres

EVENTS = 1_000_000
MOST_MEGABYTES = 250
MOST_GROWTH = 10
"""Megabytes that the second half of the events may add: what its state would be is ten times that."""

_LOAD = 100_000
_PATIENCE = 600.0
_LOOK_SECONDS = 0.2


async def watch_memory(
    plan: Plan, kafka: Kafka, postgres: Postgres, directory: Path, console: Console
) -> bool:
    """Has the service decide a million events and shows what its worker holds; whether that is as wanted."""
    topics = Topics(kafka.bootstrap)
    processes = Processes(1, plan.lanes, plan.records)
    service = Service(kafka, postgres.create_database(), directory, processes)
    await service.prepare()
    log = Log(plan.seed, datetime.now(UTC) - AGE)
    for _ in range(EVENTS // _LOAD):
        topics.load(service.topic, log.take(_LOAD))
    service.start()
    try:
        held = await _watched(service, topics, console)
    finally:
        service.stop()
    if await service.decided() != EVENTS:
        raise Wrong(f"{await service.decided()} events decided, where it must be {EVENTS}")
    most = max(value for _, value in held)
    half = max(value for read, value in held if read <= EVENTS // 2)
    growth = most - half
    console.print(
        f"{EVENTS:,} events of {CUSTOMERS:,} customers: at most {most:.0f} MB, {growth:.0f} MB more in the second half;"
        f" at most {MOST_MEGABYTES} and {MOST_GROWTH} are wanted",
        highlight=False,
    )
    return most < MOST_MEGABYTES and growth <= MOST_GROWTH


async def _watched(service: Service, topics: Topics, console: Console) -> list[tuple[int, float]]:
    """The events read and the megabytes held, as often as was looked."""
    worker = service.pids[0]
    held = [(0, 0.0)]
    begin, shown = time.monotonic(), 0
    while held[-1][0] < EVENTS:
        service.check()
        if time.monotonic() - begin > _PATIENCE:
            raise Wrong(f"{held[-1][0]} events read within {_PATIENCE:.0f} s")
        await asyncio.sleep(_LOOK_SECONDS)
        held.append((EVENTS - topics.unread(service.group, service.topic), resident_megabytes(worker)))
        if held[-1][0] // _LOAD > shown:
            shown = held[-1][0] // _LOAD
            console.print(f"{held[-1][0]:>9,} events: {held[-1][1]:6.1f} MB", highlight=False)
    return held
