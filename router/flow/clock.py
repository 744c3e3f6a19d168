"""The clock, passed in: wall time in production, event time for demos, history loads and comparisons."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

Partition = tuple[str, int]

MAX_SKEW = timedelta(seconds=60)
"""How far our clock may be from the database's."""

SETTLING = timedelta(seconds=1)
"""How long the watermark rests before dispatch follows it."""


class ClockSkewed(Exception):
    """The clock of this machine is too far from the database's to decide or send by. The message says what to do."""


class Clock(Protocol):
    """Tells the pipeline when an interaction is decided, and the dispatcher what is due."""

    event_time: bool

    def moments(self, read: Sequence[tuple[Partition, datetime]]) -> list[datetime]:
        """The clock at which each interaction of a batch is decided, by its partition and time."""

    def passed(
        self, read: Sequence[tuple[Partition, datetime]], moments: Sequence[datetime]
    ) -> list[datetime | None]:
        """Up to when time has passed for everybody as each is decided; None: that is not known."""

    def committed(self, read: Sequence[tuple[Partition, datetime]]) -> None:
        """What was read is stored."""

    def now(self) -> datetime | None:
        """The clock for what is due; None while it is not known."""

    def wall(self) -> datetime:
        """The time of day, as this machine knows it."""

    def compare(self, before: datetime, database: datetime, after: datetime) -> None:
        """Takes the database's clock, which was asked for between two moments of ours. Raises ClockSkewed."""


class WallClock:
    """The time of day."""

    event_time = False

    def __init__(self, max_skew: timedelta = MAX_SKEW) -> None:
        self._max_skew = max_skew
        self.skew = timedelta(0)
        """How far this clock was ahead of the database's when they were compared last; less than 0: behind."""

    def moments(self, read: Sequence[tuple[Partition, datetime]]) -> list[datetime]:
        """Now, whatever was read."""
        return [self.wall()] * len(read)

    def passed(
        self, read: Sequence[tuple[Partition, datetime]], moments: Sequence[datetime]
    ) -> list[datetime | None]:
        """Not asked for: the dispatcher settles what is due as time passes."""
        return [None] * len(read)

    def committed(self, read: Sequence[tuple[Partition, datetime]]) -> None:
        """Nothing to note: time passes by itself."""

    def now(self) -> datetime:
        """Now."""
        return self.wall()

    def wall(self) -> datetime:
        """Now."""
        return datetime.now(UTC)

    def compare(self, before: datetime, database: datetime, after: datetime) -> None:
        """See `Clock.compare`. A slow answer is no skew: within the two moments any clock is right."""
        self.skew = max(before - database, timedelta(0)) - max(database - after, timedelta(0))
        if abs(self.skew) > self._max_skew:
            raise ClockSkewed(skew_in_words(self.skew, self._max_skew))


def skew_in_words(skew: timedelta, allowed: timedelta) -> str:
    """What is wrong and what to do about it."""
    way = "ahead of" if skew > timedelta(0) else "behind"
    return (
        f"the clock of this machine is {abs(skew).total_seconds():.0f} s {way} the database's, more than the"
        f" {allowed.total_seconds():.0f} s allowed (ROUTER_WALL_CLOCK__MAX_SKEW_SECONDS): nothing is decided or sent;"
        " set the clock right (NTP), here or there"
    )


class EventClock:
    """The watermark of what was read: the least time over the partitions, idle ones left out.

    `partitions` are those that take part; until each was read from or found idle, the watermark is unknown.
    With all of them idle it is the latest time read. An interaction is decided at the latest time read from its
    own partition, itself included: however partitions interleave, that is the same. The topics named in `aside` move
    no clock: what they hold, such as the sender's reports, is decided at its own time.
    """

    event_time = True

    def __init__(self, partitions: Iterable[Partition] = (), aside: Iterable[str] = ()) -> None:
        self._aside = frozenset(aside)
        self._stored: dict[Partition, datetime | None] = dict.fromkeys(partitions)
        self._idle: set[Partition] = set()
        self._history: deque[tuple[datetime, datetime | None]] = deque()

    def join(self, partitions: Iterable[Partition]) -> None:
        """Has these take part from now on; one that already does goes on."""
        for partition in partitions:
            self._stored.setdefault(partition, None)

    def leave(self, topic: str) -> None:
        """Has the partitions of a topic take part no more: it is not read any longer."""
        for partition in [one for one in self._stored if one[0] == topic]:
            del self._stored[partition]
        self._idle = {one for one in self._idle if one[0] != topic}

    def moved_by(self, partition: Partition) -> bool:
        """Whether what is read from a partition moves this clock."""
        return partition[0] not in self._aside

    def moments(self, read: Sequence[tuple[Partition, datetime]]) -> list[datetime]:
        """The latest time read from each one's partition. A batch that is read again gets the same."""
        moving = any(self.moved_by(partition) for partition, _ in read)
        if moving and len(self._idle) == len(self._stored):
            # Reading resumes after a rest: a partition is idle only if it stays so from here on.
            self._idle.clear()
        self._idle.difference_update(partition for partition, _ in read)
        latest: dict[Partition, datetime] = {}
        found = []
        for partition, time in read:
            known = latest.get(partition) or self._stored.get(partition)
            latest[partition] = time if known is None else max(known, time)
            found.append(latest[partition])
        return found

    def passed(
        self, read: Sequence[tuple[Partition, datetime]], moments: Sequence[datetime]
    ) -> list[datetime | None]:
        """The watermark that each one brings about: nothing earlier comes from any partition after it."""
        latest = dict(self._stored)
        found: list[datetime | None] = []
        for (partition, _), moment in zip(read, moments, strict=True):
            if self.moved_by(partition):
                latest[partition] = moment
            busy = [time for place, time in latest.items() if place not in self._idle]
            known = [time for time in busy if time is not None]
            found.append(min(*known, moment) if known and len(known) == len(busy) else None)
        return found

    def committed(self, read: Sequence[tuple[Partition, datetime]]) -> None:
        """Moves the watermark that dispatch follows."""
        for partition, time in read:
            if not self.moved_by(partition):
                continue
            known = self._stored.get(partition)
            self._stored[partition] = time if known is None else max(known, time)

    def tick(self, wall: datetime, idle: Iterable[Partition]) -> None:
        """Takes the time of day, and which partitions have had nothing left to read for a while."""
        self._idle = {partition for partition in idle if self.moved_by(partition)}
        self._history.append((wall, self._watermark()))
        while len(self._history) > 1 and wall - self._history[1][0] >= SETTLING:
            self._history.popleft()

    def now(self) -> datetime | None:
        """The watermark as it was `SETTLING` ago, but no later than it is; None while it is not known.

        The wait covers what is published but not fetched yet from a partition that was idle.
        """
        if not self._history:
            return self._watermark()
        settled, current = self._history[0][1], self._watermark()
        return None if settled is None or current is None else min(settled, current)

    def wall(self) -> datetime:
        """The time of day, by which nothing is decided here."""
        return datetime.now(UTC)

    def compare(self, before: datetime, database: datetime, after: datetime) -> None:
        """Nothing to compare: what is decided and due goes by the interactions."""

    def _watermark(self) -> datetime | None:
        busy = [time for partition, time in self._stored.items() if partition not in self._idle]
        if not busy:
            return max((time for time in self._stored.values() if time is not None), default=None)
        known = [time for time in busy if time is not None]
        return min(known) if len(known) == len(busy) else None
