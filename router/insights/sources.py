"""What became of the records of sources over a time: of those in force, and of those that were."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Protocol

from msgspec import Struct

from router.insights.periods import Days, begins
from router.model.source_counts import SourceCount, SourceOutcome
from router.model.sources import Source


class SourceCountReader(Protocol):
    """Where the counts of sources are read."""

    async def counted(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[SourceCount]:
        """The counts by source, outcome and reason, over the hours that begin from `since` on and before `until`."""

    async def last_records(self) -> dict[str, datetime]:
        """When each source's latest record was written."""


class WhyCount(Struct, frozen=True):
    """So many records were passed over, or became dead letters, for this reason."""

    outcome: SourceOutcome
    why: str
    records: int


class SourceFigures(Struct, frozen=True):
    """The records of one source. `topic` is None where no source in force is called so.

    `why` are the reasons of what was not mapped, the most frequent first. `last_record_at` is the time of its latest
    record, whenever that was; None: none is known.
    """

    source: str
    topic: str | None
    mapped: int
    skipped: int
    dead_letters: int
    why: tuple[WhyCount, ...]
    last_record_at: datetime | None


async def sources(
    reader: SourceCountReader, in_force: Iterable[Source], days: Days, zone: tzinfo
) -> list[SourceFigures]:
    """The figures of sources over days of the zone."""
    since = begins(days.first, zone) if days.first is not None else None
    counts = await reader.counted(since, begins(days.after, zone))
    return source_figures(in_force, counts, await reader.last_records())


def source_figures(
    in_force: Iterable[Source], counts: Iterable[SourceCount], last_records: Mapping[str, datetime]
) -> list[SourceFigures]:
    """The figures of all sources in force, then those of others that have any, each by name."""
    topics = {one.name: one.topic for one in in_force}
    by_source: dict[str, list[SourceCount]] = {name: [] for name in sorted(topics)}
    for one in sorted(counts, key=lambda one: one.source):
        by_source.setdefault(one.source, []).append(one)
    return [
        SourceFigures(
            name,
            topics.get(name),
            _of(counted, "mapped"),
            _of(counted, "skipped"),
            _of(counted, "dead_letter"),
            tuple(
                WhyCount(one.outcome, one.why, one.records)
                for one in sorted(counted, key=lambda one: (-one.records, one.outcome, one.why))
                if one.outcome != "mapped"
            ),
            last_records.get(name),
        )
        for name, counted in by_source.items()
    ]


def _of(counts: Iterable[SourceCount], outcome: SourceOutcome) -> int:
    return sum(one.records for one in counts if one.outcome == outcome)
