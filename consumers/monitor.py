"""Watches the lanes: positions against high-water marks, for progress, lag, and the idle partitions of the clock."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from consumers.lane import Lane
from router.bootstrap import Parts
from router.clock import EventClock, Partition

EVERY = 0.25
POSITION_PATIENCE = 1.0


class Monitor:
    """Looks at every lane's consumer a few times a second."""

    def __init__(self, lanes: Sequence[Lane], parts: Parts, stop: Callable[[str], None]) -> None:
        self._lanes = lanes
        self._parts = parts
        self._stop = stop
        self._caught_up: dict[Partition, datetime] = {}

    async def run(self) -> None:
        """Watches until cancelled."""
        while True:
            await self.look(datetime.now(UTC))
            await asyncio.sleep(EVERY)

    async def look(self, now: datetime) -> None:
        """Notes where every assigned partition stands, and stops the service when a lane is stuck."""
        parts = self._parts
        for lane in self._lanes:
            for partition in lane.consumer.assignment() if lane.consumer else ():
                await self._note(lane, partition, now)
        if isinstance(parts.clock, EventClock):
            patience = timedelta(seconds=parts.settings.event_clock.idle_after)
            parts.clock.idle({place for place, since in self._caught_up.items() if now - since >= patience})
        verdict = parts.progress.verdict(now)
        if verdict is not None:
            self._stop(verdict)

    async def _note(self, lane: Lane, partition: TopicPartition, now: datetime) -> None:
        place = (partition.topic, partition.partition)
        try:
            high = lane.consumer.highwater(partition)
            position = await asyncio.wait_for(lane.consumer.position(partition), POSITION_PATIENCE)
        except (KafkaError, TimeoutError):
            return
        if high is None or position < high or not lane.free.is_set():
            self._caught_up.pop(place, None)
        else:
            self._caught_up.setdefault(place, now)
        if high is not None:
            self._parts.progress.position(place, position, high, now)
            self._parts.metrics.lag(place, max(high - position, 0))
