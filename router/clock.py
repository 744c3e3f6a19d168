"""The clock, passed in: wall time in production, event time for demos, history loads and comparisons."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

Partition = tuple[str, int]


class Clock(Protocol):
    """Tells the pipeline when an interaction is decided, and the dispatcher what is due."""

    event_time: bool

    def moment(self, partition: Partition, time: datetime) -> datetime:
        """The clock at which an interaction read from a partition is decided."""

    def committed(self, partitions: Iterable[Partition]) -> None:
        """What was read from these partitions so far is stored."""

    def now(self) -> datetime | None:
        """The clock for what is due; None while it is not known."""


class WallClock:
    """The time of day."""

    event_time = False

    def moment(self, partition: Partition, time: datetime) -> datetime:
        """Now, whatever was read."""
        return datetime.now(UTC)

    def committed(self, partitions: Iterable[Partition]) -> None:
        """Nothing to note: time passes by itself."""

    def now(self) -> datetime:
        """Now."""
        return datetime.now(UTC)


class EventClock:
    """The watermark of what was read: the least time over the partitions, those with nothing left to read aside.

    `expect` names the partitions that take part; until each was read from or found idle, the watermark is
    unknown. With all of them idle it is the latest time read.
    """

    event_time = True

    def __init__(self, partitions: Iterable[Partition] = ()) -> None:
        self._read: dict[Partition, datetime | None] = dict.fromkeys(partitions)
        self._stored: dict[Partition, datetime | None] = dict.fromkeys(partitions)
        self._idle: set[Partition] = set()

    def expect(self, partitions: Iterable[Partition]) -> None:
        """Names further partitions that take part."""
        for partition in partitions:
            self._read.setdefault(partition, None)
            self._stored.setdefault(partition, None)

    def moment(self, partition: Partition, time: datetime) -> datetime:
        """The watermark of what was read, this interaction included, but never before its own time."""
        self._idle.discard(partition)
        known = self._read.get(partition)
        self._read[partition] = time if known is None else max(known, time)
        watermark = self._least(self._read)
        return time if watermark is None else max(time, watermark)

    def committed(self, partitions: Iterable[Partition]) -> None:
        """Moves the watermark that dispatch follows."""
        for partition in partitions:
            self._stored[partition] = self._read.get(partition)

    def idle(self, partitions: Iterable[Partition]) -> None:
        """Leaves out partitions that have had nothing left to read for a while."""
        self._idle = set(partitions)

    def now(self) -> datetime | None:
        """The watermark of what is stored; None while a partition that is not idle has yet to be read."""
        return self._least(self._stored)

    def _least(self, times: dict[Partition, datetime | None]) -> datetime | None:
        busy = [time for partition, time in times.items() if partition not in self._idle]
        if not busy:
            return max((time for time in times.values() if time is not None), default=None)
        known = [time for time in busy if time is not None]
        return min(known) if len(known) == len(busy) else None
