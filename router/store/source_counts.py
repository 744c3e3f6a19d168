"""Counts of sources' records by hour: added to in one transaction, and read; the same for both databases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import asdict
from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from router.model.source_counts import SourceCount
from router.store.database import Database
from router.store.schema import source_records

_ADD: Final = text("""
    INSERT INTO source_records (source, hour, outcome, why, records, last_at)
    VALUES (:source, :hour, :outcome, :why, :records, :last_at)
    ON CONFLICT (source, hour, outcome, why) DO UPDATE SET
        records = source_records.records + excluded.records,
        last_at = CASE WHEN excluded.last_at > source_records.last_at THEN excluded.last_at ELSE source_records.last_at END
""").bindparams(*(bindparam(column.name, type_=column.type) for column in source_records.c))


class SourceCountStatements:
    """What a transaction does with the counts of sources."""

    _connection: AsyncConnection

    async def add_source_counts(self, counts: Sequence[SourceCount]) -> None:
        """Add to the counts that are stored."""
        # In one order for all, so that no two transactions wait for each other.
        rows = sorted(counts, key=lambda one: (one.source, one.hour, one.outcome, one.why))
        if rows:
            await self._connection.execute(_ADD, [asdict(row) for row in rows])

    async def drop_source_counts(self, before: datetime) -> None:
        """Let go of the hours that began before."""
        await self._connection.execute(delete(source_records).where(source_records.c.hour < before))


class SourceCountReading:
    """Reads the counts of sources. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counted(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[SourceCount]:
        """The counts by source, outcome and reason, over the hours that begin from `since` on and before `until`.

        `hour` is the first one of them.
        """
        table = source_records.c
        told = (table.source, table.outcome, table.why)
        query = select(
            table.source,
            func.min(table.hour, type_=table.hour.type),
            table.outcome,
            table.why,
            func.sum(table.records),
            func.max(table.last_at, type_=table.last_at.type),
        )
        if since is not None:
            query = query.where(table.hour >= since)
        if until is not None:
            query = query.where(table.hour < until)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query.group_by(*told).order_by(*told))).all()
        return [SourceCount(*row[:4], int(row[4]), row[5]) for row in rows]

    async def last_records(self) -> dict[str, datetime]:
        """When each source's latest record was written, of all that are counted."""
        table = source_records.c
        query = select(table.source, func.max(table.last_at, type_=table.last_at.type)).group_by(table.source)
        async with self._database.connect() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}
