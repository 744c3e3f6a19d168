"""Cells on SQLite."""

from datetime import date
from typing import Final

from router.model.cells import next_month
from router.store.cell_rows import ROLLED, SQLITE, added, mended
from router.store.sqlite.base import SqliteStatements

_STEPS: Final = tuple(
    (
        f"SELECT max(seq), count(*) FROM (SELECT seq FROM {one.changes} ORDER BY seq LIMIT ?)",  # noqa: S608 - fixed names
        (
            added(one.days, one, f"{one.changes} WHERE seq <= ?"),
            added(one.months, one, f"{one.changes} WHERE seq <= ?", SQLITE.month),
            f"DELETE FROM {one.changes} WHERE seq <= ?",  # noqa: S608 - fixed names
        ),
    )
    for one in ROLLED
)
_MEND: Final = tuple(mended(one, SQLITE, "day >= ?1 AND day < ?2") for one in ROLLED)


class SqliteCells(SqliteStatements):
    """The roll-up of cells."""

    async def roll_up(self, limit: int) -> int:
        """See `Transaction.roll_up`."""
        moved = 0
        for find, statements in _STEPS:
            [(last, count)] = await self._rows(find, limit)
            if count:
                for statement in statements:
                    await self._many(statement, [(last,)])
                moved += count
        return moved

    async def mend_month(self, month: date) -> None:
        """See `Transaction.mend_month`."""
        for statement in _MEND:
            await self._many(statement, [(month.isoformat(), next_month(month).isoformat())])
