"""Counts what became of the records of sources: for the metrics at once, for the database now and then."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from router.model.source_counts import SourceCount, SourceOutcome, SourceRecord
from router.store import SchemaOutdated, SqlStore, StoreUnavailable

log = structlog.get_logger(__name__)

STORE_EVERY: Final = 10.0
"""Seconds between two writes. A process that is killed loses what it counted since, and nothing else."""

KEPT: Final = timedelta(days=90)
"""How long the counts of an hour are kept."""

_Key = tuple[str, datetime, SourceOutcome, str]


def counts_of(records: Iterable[SourceRecord], now: datetime) -> list[SourceCount]:
    """The records of a batch, counted in the hour of `now`."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    found: dict[_Key, tuple[int, int]] = {}
    for one in records:
        number, last = found.get((one.source, hour, one.outcome, one.why), (0, 0))
        found[one.source, hour, one.outcome, one.why] = number + 1, max(last, one.at)
    return [
        SourceCount(*key, number, datetime.fromtimestamp(min(last / 1000, now.timestamp()), UTC))
        for key, (number, last) in found.items()
    ]


class SourceCounts:
    """What one process has counted and not stored yet."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._waiting: dict[_Key, SourceCount] = {}
        self._tidied: datetime | None = None

    def add(self, counts: Iterable[SourceCount]) -> None:
        """Takes the counts of a committed batch."""
        for one in counts:
            key = one.source, one.hour, one.outcome, one.why
            known = self._waiting.get(key)
            self._waiting[key] = one if known is None else _together(known, one)

    async def keep(self) -> None:
        """Stores what was counted, now and then until cancelled."""
        while True:
            await asyncio.sleep(STORE_EVERY)
            await self.stored(datetime.now(UTC))

    async def stored(self, now: datetime) -> None:
        """Adds what was counted to what is stored, and lets go what is older than `KEPT`; tried again where that fails."""
        counts, self._waiting = list(self._waiting.values()), {}
        if not counts:
            return
        try:
            await self._store.run(lambda transaction: transaction.add_source_counts(counts))
        except (StoreUnavailable, SchemaOutdated) as error:
            log.warning("source_counts_not_stored", cause=str(error))
            self.add(counts)
            return
        if self._tidied is None or now - self._tidied >= timedelta(hours=1):
            self._tidied = now
            with suppress(StoreUnavailable, SchemaOutdated):
                await self._store.run(lambda transaction: transaction.drop_source_counts(now - KEPT))


def _together(one: SourceCount, other: SourceCount) -> SourceCount:
    return SourceCount(
        one.source,
        one.hour,
        one.outcome,
        one.why,
        one.records + other.records,
        max(one.last_at, other.last_at),
    )
