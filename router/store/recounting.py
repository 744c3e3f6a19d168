"""What cells are counted from and what they hold, both in one snapshot of the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Date, MetaData, Table, func, insert, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from router.model.cells import CoverageCell, ScoreCell
from router.model.ledger import CoveredRow
from router.model.responses import ResponseRow
from router.store.cell_rows import (
    COVERAGE_COLUMNS,
    POSTGRES,
    ROLLED,
    SCORE_COLUMNS,
    SQLITE,
    coverage_values,
    covered_query,
    differing,
    score_values,
)
from router.store.database import Database
from router.store.responses import response_of
from router.store.schema import (
    coverage_cells,
    coverage_changes,
    coverage_erased,
    journal,
    responses,
    score_cells,
    score_changes,
)

_CHUNK: Final = 2_000
# It reads whole tables, for as long as that takes, and holds no rows.
_SETTINGS: Final = text("""
    SELECT set_config(name, value, true) FROM (VALUES
        ('enable_seqscan', 'on'), ('enable_hashjoin', 'on'), ('enable_mergejoin', 'on'),
        ('plan_cache_mode', 'force_custom_plan'), ('statement_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0')) AS wanted (name, value)
""")


class Recounting:
    """One snapshot: what was committed together is seen together, whatever is committed meanwhile."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._coverage = coverage_cells.to_metadata(MetaData(), name="recounted_coverage")
        self._scores = score_cells.to_metadata(MetaData(), name="recounted_scores")

    @classmethod
    @asynccontextmanager
    async def of(cls, database: Database) -> AsyncIterator["Recounting"]:
        """Opens the snapshot, and leaves nothing behind in the database."""
        async with database.connect() as connection:
            if not database.is_sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ")
                await connection.execute(_SETTINGS)
            for name, like in (("recounted_coverage", "coverage_cells"), ("recounted_scores", "score_cells")):
                statement = f"CREATE TEMPORARY TABLE {name} AS SELECT * FROM {like} WHERE 1 = 0"  # noqa: S608
                await connection.execute(text(statement))
            try:
                yield cls(connection)
            finally:
                await connection.rollback()

    async def interactions(self) -> int:
        """About how many interactions changed the coverage; a number for a progress bar."""
        query = select(func.count()).select_from(journal).where(journal.c.covered.is_not(None))
        return int(await self._connection.scalar(query) or 0)

    async def covered(self) -> AsyncIterator[list[CoveredRow]]:
        """Whatever changed the coverage, some rows at a time."""
        query = covered_query()
        result = await self._connection.stream(query, execution_options={"yield_per": _CHUNK})
        async for rows in result.partitions():
            yield [CoveredRow(bytes(row[0]), *row[1:]) for row in rows]

    async def counted(self) -> AsyncIterator[list[ResponseRow]]:
        """The responses that count, some at a time."""
        query = select(responses).where(responses.c.status == "counted")
        result = await self._connection.stream(query, execution_options={"yield_per": _CHUNK})
        async for rows in result.mappings().partitions():
            yield [response_of(row) for row in rows]

    async def expect(self, coverage: Sequence[CoverageCell] = (), scores: Sequence[ScoreCell] = ()) -> None:
        """Adds what cells must hold."""
        if coverage:
            rows = [dict(zip(COVERAGE_COLUMNS, coverage_values(cell), strict=True)) for cell in coverage]
            await self._connection.execute(insert(self._coverage), rows)
        if scores:
            rows = [dict(zip(SCORE_COLUMNS, score_values(cell), strict=True)) for cell in scores]
            await self._connection.execute(insert(self._scores), rows)

    async def begins(self) -> tuple[datetime | None, datetime | None]:
        """When the first interaction that is kept was decided, and the first response that counts came in."""
        decided = select(func.min(journal.c.now)).where(journal.c.covered.is_not(None))
        received = select(func.min(responses.c.received_at)).where(responses.c.status == "counted")
        return await self._connection.scalar(decided), await self._connection.scalar(received)

    async def coverage_days(self) -> tuple[date | None, date | None]:
        """The first day of what was counted, and that of the cells."""
        counted = await self._first(self._coverage, coverage_erased)
        return counted, await self._first(coverage_cells, coverage_changes)

    async def scores_days(self) -> tuple[date | None, date | None]:
        """The first day of what was counted, and that of the cells."""
        return await self._first(self._scores), await self._first(score_cells, score_changes)

    async def _first(self, *tables: Table) -> date | None:
        days = [await self._connection.scalar(select(func.min(table.c.day))) for table in tables]
        return min((day for day in days if day is not None), default=None)

    async def coverage_lacking(self, since: date) -> list[CoverageCell]:
        """What has to be added to the coverage cells of days from then on; negative where they hold too much."""
        tables = (self._coverage, coverage_erased), (coverage_cells, coverage_changes)
        rows = await self._lacking(tables, COVERAGE_COLUMNS, CoverageCell.__struct_fields__[:-1], since)
        return [
            CoverageCell(day, journey, step, channel, attribute, value, reason, tuple(map(int, counts)))
            for day, journey, step, channel, attribute, value, reason, *counts in rows
        ]

    async def scores_lacking(self, since: date) -> list[ScoreCell]:
        """What has to be added to the score cells of days from then on; negative where they hold too much."""
        tables = (self._scores,), (score_cells, score_changes)
        names = ScoreCell.__struct_fields__[:-1]
        rows = await self._lacking(tables, SCORE_COLUMNS, names, since)
        found = []
        for row in rows:
            dimensions = dict(zip(names, row, strict=False))
            answers = dimensions["scale_high"] - dimensions["scale_low"] + 1
            found.append(ScoreCell(**dimensions, counts=tuple(map(int, row[len(names) :]))[:answers]))
        return found

    async def wrong_months(self) -> list[date]:
        """The months, by their first days, of which a cell is not the sum of those of its days."""
        dialect = SQLITE if self._connection.dialect.name == "sqlite" else POSTGRES
        found: set[date] = set()
        for rolled in ROLLED:
            query = text(f"SELECT DISTINCT day FROM ({differing(rolled, dialect)}) AS lacking")  # noqa: S608 - fixed names
            found.update((await self._connection.scalars(query.columns(day=Date))).all())
        return sorted(found)

    async def _lacking(
        self,
        tables: tuple[Sequence[Table], Sequence[Table]],
        columns: Sequence[str],
        dimensions: Sequence[str],
        since: date,
    ) -> Sequence[Any]:
        counts = [name for name in columns if name not in ("cell", *dimensions)]
        wanted, held = tables
        both = union_all(
            *(
                select(*(table.c[name] for name in (*dimensions, *counts))).where(table.c.day >= since)
                for table in wanted
            ),
            *(
                select(
                    *(table.c[name] for name in dimensions),
                    *((-table.c[name]).label(name) for name in counts),
                ).where(table.c.day >= since)
                for table in held
            ),
        ).subquery()
        groups, sums = [both.c[name] for name in dimensions], [func.sum(both.c[name]) for name in counts]
        query = select(*groups, *sums).group_by(*groups).having(or_(*(one != 0 for one in sums)))
        return (await self._connection.execute(query.order_by(*groups))).all()
