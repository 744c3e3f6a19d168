"""Whether the service moves. A connection can answer pings while its consumer is dead, so this watches work done.

All times are passed in, as aware UTC datetimes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec import Struct

from router.flow.clock import Partition


class Patience(Struct, frozen=True):
    """How long nothing may move, and how many errors may follow one another without a success between."""

    stall_after: timedelta = timedelta(seconds=120)
    errors: int = 60


PATIENCE: Final = Patience()


class ReadPosition(NamedTuple):
    """How far a partition has been read (the next offset), and the offset its next record will get."""

    next: int
    high_water: int

    @property
    def lag(self) -> int:
        """How many records wait."""
        return max(0, self.high_water - self.next)


class Unreadable(Struct, frozen=True):
    """A partition that cannot be read from an offset on (None: not even that is known), and the cause in words.

    `passing`: the cause usually ends by itself, such as a change of the partition's leader.
    """

    offset: int | None
    cause: str
    since: datetime
    passing: bool = False

    def words(self) -> str:
        """From where on it cannot be read, and why."""
        where = "" if self.offset is None else f" from offset {self.offset} on"
        return f"cannot be read{where}: {self.cause}"


class _Lane:
    """What is known of one consumer. `owing_since`: it has had work and finished no batch from then on."""

    def __init__(self, now: datetime) -> None:
        self.polled_at = now
        self.owing_since: datetime | None = None
        self.handling = False
        self.errors = 0
        self.positions: dict[Partition, ReadPosition] = {}
        self.unreadable: dict[Partition, Unreadable] = {}
        self.trouble: str | None = None

    @property
    def lag(self) -> int:
        """What waits and could be read; all that waits where no partition can be read."""
        # Records behind an unreadable offset are no work that the lane could finish: they must not make it look stuck.
        readable = self.positions.keys() - self.unreadable.keys()
        return sum(self.positions[partition].lag for partition in readable or self.positions)

    def owe(self, now: datetime) -> None:
        """Start the wait for a finished batch where there is work, end it where there is none."""
        if not self.handling and not self.lag:
            self.owing_since = None
        elif self.owing_since is None:
            self.owing_since = now


class Progress:
    """The bookkeeping of a worker: each lane's polls, batches, positions and errors."""

    def __init__(self, lanes: Iterable[str], now: datetime, patience: Patience = PATIENCE) -> None:
        self._patience = patience
        self._lanes = {lane: _Lane(now) for lane in lanes}

    def begin(self, lane: str, now: datetime) -> None:
        """Watches a lane that is about to start."""
        self._lanes[lane] = _Lane(now)

    def end(self, lane: str) -> None:
        """Watches a lane no more: it was stopped on purpose."""
        self._lanes.pop(lane, None)

    def polled(self, lane: str, at: datetime) -> None:
        """Kafka answered this lane: a fetch, empty or not, or metadata where it has no partition."""
        self._lanes[lane].polled_at = max(at, self._lanes[lane].polled_at)

    def positioned(self, lane: str, positions: Mapping[Partition, ReadPosition], now: datetime) -> None:
        """Where the lane stands in all the partitions it has; those not named are no longer its own."""
        self._lanes[lane].positions = dict(positions)
        self._lanes[lane].owe(now)

    def cannot_read(
        self, lane: str, partitions: Mapping[Partition, Unreadable], trouble: str | None = None
    ) -> None:
        """These partitions of the lane cannot be read now, the others can; `trouble` concerns the whole lane."""
        self._lanes[lane].unreadable = dict(partitions)
        self._lanes[lane].trouble = trouble

    def unreadable(self) -> dict[Partition, Unreadable]:
        """All partitions that cannot be read now."""
        return {key: one for lane in self._lanes.values() for key, one in lane.unreadable.items()}

    def troubles(self) -> dict[str, str]:
        """What cannot be read now and why: by topic/partition, or by lane where it concerns the whole of it."""
        partitions = {f"{topic}/{number}": one.words() for (topic, number), one in self.unreadable().items()}
        return partitions | {
            f"lane {name}": lane.trouble for name, lane in self._lanes.items() if lane.trouble
        }

    def trouble_lines(self) -> list[str]:
        """The troubles, each in one line."""
        return [f"{place} {words}" for place, words in self.troubles().items()]

    def batch_started(self, lane: str, now: datetime) -> None:
        """Records were handed over: the lane owes a finished batch, even with nothing left to fetch."""
        self._lanes[lane].handling = True
        self.polled(lane, now)
        self._lanes[lane].owe(now)

    def batch_finished(self, lane: str, now: datetime) -> None:
        """The batch is committed."""
        state = self._lanes[lane]
        state.handling, state.owing_since, state.errors = False, None, 0
        state.owe(now)
        self.polled(lane, now)

    def batch_failed(self, lane: str, now: datetime) -> None:
        """The batch failed for a known cause and will be tried again: the wait for it starts anew."""
        state = self._lanes[lane]
        state.errors += 1
        state.owing_since = now
        self.polled(lane, now)

    def lag(self) -> dict[Partition, int]:
        """Records that wait, for each partition that a lane has."""
        lanes = self._lanes.values()
        return {key: position.lag for lane in lanes for key, position in lane.positions.items()}

    def stuck(self, now: datetime) -> str | None:
        """Why the worker is stuck: the first lane that does not move, then what cannot be read. None: all lanes move.

        A stuck process is to leave with an exit code other than 0, so that it is restarted.
        """
        stall_after = self._patience.stall_after
        for name, lane in self._lanes.items():
            reason = None
            if lane.errors > self._patience.errors:
                reason = f"{lane.errors} errors one after another"
            elif lane.owing_since is not None and now - lane.owing_since >= stall_after:
                reason = f"no batch finished for {_seconds(now - lane.owing_since)}, {lane.lag} records wait"
            # While a batch is handled the lane does not poll, so its silence says nothing about Kafka.
            elif not lane.handling and now - lane.polled_at >= stall_after:
                reason = f"no answer from Kafka for {_seconds(now - lane.polled_at)}"
            if reason is not None:
                return "; ".join([f"lane {name}: {reason}", *self.trouble_lines()])
        return None


class DispatchProgress:
    """The bookkeeping of a dispatcher: passes of its loop, publications, backlog and errors."""

    def __init__(self, now: datetime, patience: Patience = PATIENCE) -> None:
        self._patience = patience
        self._passed_at = now
        self._owing_since: datetime | None = None
        self._errors = 0
        self.backlog = 0

    def passed(self, now: datetime, backlog: int) -> None:
        """The loop went round without an error; `backlog` due invitations are still not settled."""
        self._passed_at = now
        self._errors = 0
        self.backlog = backlog
        self._owing_since = (self._owing_since or now) if backlog else None

    def settled(self, now: datetime) -> None:
        """Due invitations were published, or found to be not wanted any more."""
        self._owing_since = None

    def failed(self, now: datetime) -> None:
        """A pass ended in an error and will be tried again: the waits start anew, as in a worker."""
        self._errors += 1
        self._passed_at = now
        self._owing_since = now if self._owing_since else None

    def stuck(self, now: datetime) -> str | None:
        """Why the dispatcher is stuck; None: its loop goes round, and what is due goes out."""
        stall_after = self._patience.stall_after
        if self._errors > self._patience.errors:
            return f"dispatcher: {self._errors} errors one after another"
        if now - self._passed_at >= stall_after:
            return f"dispatcher: its loop has not gone round for {_seconds(now - self._passed_at)}"
        if self._owing_since is not None and now - self._owing_since >= stall_after:
            waited = _seconds(now - self._owing_since)
            return f"dispatcher: nothing published for {waited}, {self.backlog} invitations are due"
        return None


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.0f} s"
