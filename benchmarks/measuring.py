"""One round of one side: start, hold, load, let go, wait until all is decided and published; what that took."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.processes import cpu_seconds, servers
from benchmarks.sides import Side
from benchmarks.story import Event, Expected
from benchmarks.topics import Topics

_PATIENCE = 180.0
LOOK_SECONDS = 0.05
"""How often it is looked whether a side is done."""


class Wrong(Exception):
    """A side did not do what it should have: its figures mean nothing."""


@dataclass(frozen=True)
class Round:
    """What one round took, from the moment that a side with all its partitions was let go."""

    events: int
    seconds: float
    service_cpu: float
    database_cpu: float
    broker_cpu: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    def micros(self, cpu: float) -> float:
        """Microseconds of CPU an event."""
        return cpu / self.events * 1e6


async def run_round(side: Side, topics: Topics, expected: Expected, events: Sequence[Event]) -> Round:
    """Has a side decide the events. Raises `Wrong` where it decided or published another number than it must.

    The side has joined its group and is held while the log is loaded, so that every event is decided within
    what is measured.
    """
    expected.add(events)
    side.start()
    try:
        await assigned(side, topics)
        with side.held():
            topics.load(side.topic, events)
            begun, begin, before = datetime.now(UTC), time.monotonic(), cpu(side)
        while topics.held(side.invitations) < expected.invitations or not await side.finished(
            topics, expected.events
        ):
            go_on(side, begin)
            await asyncio.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - begin
        spent = [after - then for after, then in zip(cpu(side), before, strict=True)]
    finally:
        side.stop()
    await _check(side, topics, expected)
    within = await side.decided(since=begun)
    if within != len(events):
        raise Wrong(f"{side.name} decided {within} of {len(events)} events while it was measured")
    return Round(within, seconds, *spent)


async def assigned(side: Side, topics: Topics) -> None:
    """Returns when every consumer of the side has its partitions."""
    started = time.monotonic()
    while not all(topics.assigned(group, members) for group, members in side.groups.items()):
        go_on(side, started)
        await asyncio.sleep(LOOK_SECONDS)


def go_on(side: Side, since: float) -> None:
    """Raises where waiting makes no sense any more."""
    side.check()
    if time.monotonic() - since > _PATIENCE:
        raise Wrong(f"{side.name} was not ready within {_PATIENCE:.0f} s")


async def _check(side: Side, topics: Topics, expected: Expected) -> None:
    found = (await side.decided(), await side.sent(), topics.held(side.invitations))
    wanted = (expected.events, expected.invitations, expected.invitations)
    if found != wanted:
        raise Wrong(f"{side.name} decided, sent and published {found}, where it must {wanted}")


def cpu(side: Side) -> list[float]:
    """Seconds of CPU until now: of the side's processes, of the database and of Kafka."""
    return [cpu_seconds(side.pids), cpu_seconds(servers("postgres")), cpu_seconds(servers("kafka.Kafka"))]
