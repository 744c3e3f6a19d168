"""What the timestamps of the records read tell about the clock of this machine."""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

from router.model.record import Record

AHEAD: Final = timedelta(days=1)
"""How far after the time of day an interaction's time may lie."""

_RECENT: Final = 100
_LATEST_MS: Final = 253_402_300_799_000
_NO_SKEW: Final = timedelta(0)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class KafkaTime:
    """How far our clock is behind, by the records that were read last.

    A record was written before it is read, so a timestamp after our time of day is a clock that differs from
    ours. Where the topic has Kafka give the timestamps (`LogAppendTime`), it is Kafka's, and one record is enough. Else
    it is the clock of a producer, which may be the wrong one: then the median of the last hundred records speaks, and only
    where nobody better can be asked (`asks_producers`), that is, without a database on a machine of its own.
    That our clock is ahead cannot be told from records, which may have lain for long.
    """

    def __init__(self, *, asks_producers: bool = True) -> None:
        self._asks_producers = asks_producers
        self._kafkas: deque[float] = deque(maxlen=_RECENT)
        self._producers: deque[float] = deque(maxlen=_RECENT)
        self._latest = _NEVER

    def note(self, records: Sequence[Record], now: datetime) -> None:
        """Takes in a batch of records as it is read, at `now` by our clock: the last hundred of it."""
        seconds = now.timestamp()
        for record in records[-_RECENT:]:
            if 0 < record.timestamp <= _LATEST_MS:
                ahead = record.timestamp / 1000 - seconds
                (self._kafkas if record.appended else self._producers).append(ahead)
        behind = self.behind_producers() if self._asks_producers else _NO_SKEW
        self._latest = _ahead(now + max(behind, self.behind_kafka()))

    def behind_kafka(self) -> timedelta:
        """How far our clock is behind Kafka's, at least; 0 where nothing is known."""
        return timedelta(seconds=max([0.0, *self._kafkas]))

    def behind_producers(self) -> timedelta:
        """How far our clock is behind that of the producers, at least; 0 where nothing is known."""
        return timedelta(seconds=max(0.0, median(self._producers))) if self._producers else _NO_SKEW

    def behind(self) -> timedelta:
        """How far our clock is behind, by whoever says most."""
        return max(self.behind_kafka(), self.behind_producers())

    def latest(self, record: Record, now: datetime) -> datetime:
        """The latest time accepted for what a record of the batch noted last holds; `now` is as it was then."""
        if record.appended and 0 < record.timestamp <= _LATEST_MS:
            return _ahead(max(now, datetime.fromtimestamp(record.timestamp / 1000, UTC)))
        return self._latest

    def in_words(self, allowed: timedelta) -> str | None:
        """What is wrong with our clock and what to do; None where it is not `allowed` or more behind Kafka's.

        The producers' clocks are believed where they are a day ahead or more: with ours, their records would be refused.
        """
        behind, whose = self.behind_kafka(), "Kafka's"
        if behind <= allowed:
            behind, whose, allowed = self.behind_producers(), "that of the producers", AHEAD
        if behind <= allowed:
            return None
        return (
            f"the clock of this machine is {behind.total_seconds():.0f} s behind {whose}, by the timestamps of the"
            " records read: set it right (NTP); what is due goes out late until then"
        )


def _ahead(of: datetime) -> datetime:
    return of + AHEAD if of < _NEVER - AHEAD else _NEVER
