"""Watches the lanes: positions against high-water marks, for progress, lag, and the idle partitions of the clock."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from router.flow.clock import EventClock, Partition
from router.kafka.lane import Lane
from router.service.parts import Parts
from router.telemetry.progress import Progress, ReadPosition, Unreadable

log = structlog.get_logger(__name__)

EVERY, EVERY_ON_EVENT_TIME = 1.0, 0.25
"""Seconds between two looks. The event-time clock follows them."""

PING_EVERY = timedelta(seconds=30)
"""How often Kafka is asked for its topics on behalf of a lane that has no partition, and so fetches nothing."""

ASK_EVERY = timedelta(seconds=5)
"""The same for one whose topic is not there."""

PASSING = timedelta(seconds=10)
"""How long an error that usually ends by itself, such as a change of leader, is not spoken of."""

QUIET = timedelta(seconds=30)
"""How long Kafka may leave a fetch of one partition unanswered."""


class Monitor:
    """Looks at every lane's consumer a few times a second. `stop` ends the service when a lane is stuck."""

    def __init__(
        self, lanes: Sequence[Lane], parts: Parts, progress: Progress, stop: Callable[[str], None]
    ) -> None:
        self._lanes = lanes
        self._parts = parts
        self._progress = progress
        self._stop = stop
        self._caught_up: dict[Partition, datetime] = {}
        self._next: dict[Partition, int] = {}
        self._asked: dict[str, datetime] = {}
        self._heard: dict[Partition, datetime] = {}
        self._looked_at: datetime | None = None
        self._awake_since = datetime.min.replace(tzinfo=UTC)
        self._troubles: dict[str, str] = {}
        self._missing: dict[str, bool] = {}
        self._rested = False
        self._patience = timedelta(seconds=parts.settings.event_clock.idle_after_seconds)

    async def run(self) -> None:
        """Watches until cancelled."""
        every = EVERY_ON_EVENT_TIME if isinstance(self._parts.clock, EventClock) else EVERY
        while True:
            await self.look(datetime.now(UTC))
            await asyncio.sleep(every)

    async def look(self, now: datetime) -> None:
        """Notes where every assigned partition stands."""
        if self._looked_at is not None and now - self._looked_at > PASSING:
            # The process stood still, not Kafka.
            self._awake_since = now
        self._looked_at = now
        for lane in list(self._lanes):
            await self._look_at(lane, now)
        self._tell_troubles()
        self._parts.metrics.consumer_lag(self._progress.lag())
        self._parts.metrics.unreadable(self._progress.unreadable())
        if isinstance(self._parts.clock, EventClock):
            self._parts.clock.tick(now, self._idle(now, self._parts.clock))
        stuck = self._progress.stuck(now)
        if stuck is not None:
            self._stop(stuck)

    async def _look_at(self, lane: Lane, now: datetime) -> None:
        positions: dict[Partition, ReadPosition] = {}
        # The lane lets go of its consumer when it stops, maybe while this waits for an answer.
        consumer = lane.consumer
        assigned = set(consumer.assignment()) if consumer else set()
        for partition in assigned:
            position = await consumer.standing(partition)
            if position is None:
                continue
            positions[partition] = position
            self._note_rest(partition, position, busy=not lane.free.is_set(), now=now)
        if lane not in self._lanes:
            # It was ended while Kafka was asked: a source that is in force no more.
            return
        self._progress.positioned(lane.name, positions, now)
        if consumer:
            self._note_unreadable(lane, consumer, positions, now)
        if not assigned:
            await self._ask(lane, now)
            return
        held = assigned & set(consumer.assignment())
        polls = [consumer.last_poll_timestamp(partition) for partition in held]
        latest = max((poll for poll in polls if poll is not None), default=None)
        if latest is not None:
            self._progress.polled(lane.name, datetime.fromtimestamp(latest / 1000, UTC))

    def _note_unreadable(
        self, lane: Lane, consumer: Any, positions: dict[Partition, ReadPosition], now: datetime
    ) -> None:
        """What the consumer knows to be unreadable, and what Kafka is silent about."""
        broken = consumer.broken()
        if broken:
            self._stop(f"lane {lane.name}: {broken}")
        unreadable = {
            partition: one
            for partition, one in consumer.unreadable().items()
            if not one.passing or now - one.since >= PASSING
        }
        for partition in consumer.assignment():
            polled = consumer.last_poll_timestamp(partition)
            heard = now if polled is None else datetime.fromtimestamp(polled / 1000, UTC)
            if not lane.free.is_set() or partition in unreadable:
                self._heard[partition] = now
            elif polled is not None:
                self._heard[partition] = max(heard, self._heard.get(partition, heard))
            silent = now - max(self._heard.setdefault(partition, now), self._awake_since)
            if silent >= QUIET:
                known = positions.get(partition)
                cause = f"Kafka has not answered for {silent.total_seconds():.0f} s when asked for it"
                unreadable[partition] = Unreadable(known.next if known else None, cause, now - silent)
        trouble = broken or consumer.trouble()
        if trouble is None and self._missing.get(lane.name) and not consumer.assignment():
            trouble = f"topic {lane.topic} is not there, or the right to describe it is missing"
        self._progress.cannot_read(lane.name, unreadable, trouble)

    def _tell_troubles(self) -> None:
        """Logs what cannot be read any more, and what can again."""
        troubles = self._progress.troubles()
        for place in self._troubles.keys() - troubles.keys():
            log.info("partition_readable", place=place)
        for place, words in troubles.items():
            if place not in self._troubles:
                log.error("partition_unreadable", place=place, message=f"{words}; the others go on")
        self._troubles = troubles

    def _note_rest(self, place: Partition, position: ReadPosition, *, busy: bool, now: datetime) -> None:
        """Since when a partition had nothing left to read and brought nothing new."""
        if position.lag or busy:
            self._caught_up.pop(place, None)
        elif self._next.get(place) == position.next:
            self._caught_up.setdefault(place, now)
        else:
            # Records that are read as they come leave no lag behind, and yet the partition is not idle.
            self._caught_up[place] = now
        self._next[place] = position.next

    async def _ask(self, lane: Lane, now: datetime) -> None:
        """Finds out whether Kafka answers a lane without partitions; one that is starting or stopping is left be."""
        missing = self._missing.get(lane.name, False)
        pause = ASK_EVERY if missing else PING_EVERY
        if now - self._asked.get(lane.name, now - pause) < pause:
            return
        self._asked[lane.name] = now
        consumer = lane.consumer
        if consumer is not None:
            there = await consumer.sees(lane.topic)
            if there is None:
                return
            self._missing[lane.name] = not there
            if missing and there:
                consumer.look_again()
        if lane not in self._lanes:
            return
        self._progress.polled(lane.name, now)

    def _idle(self, now: datetime, clock: EventClock) -> set[Partition]:
        """Those of the clock's partitions with nothing left to read for long enough; after a rest of all, the wait starts anew."""
        moving = [place for place in self._progress.lag() if clock.moved_by(place)]
        caught_up = self._caught_up
        idle = {place for place in moving if place in caught_up and now - caught_up[place] >= self._patience}
        resting = len(idle) == len(moving)
        if self._rested and not resting:
            self._caught_up.clear()
            idle = set()
        self._rested = resting
        return idle
