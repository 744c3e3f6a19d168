"""Cells on SQLite."""

from typing import Final

from router.store.cell_rows import ROLLED, added
from router.store.sqlite.base import SqliteStatements

_STEPS: Final = tuple(
    (
        f"SELECT max(seq), count(*) FROM (SELECT seq FROM {changes} ORDER BY seq LIMIT ?)",  # noqa: S608 - fixed names
        added(cells, columns, counts, f"{changes} WHERE seq <= ?"),
        f"DELETE FROM {changes} WHERE seq <= ?",  # noqa: S608 - fixed names
    )
    for cells, changes, columns, counts in ROLLED
)


class SqliteCells(SqliteStatements):
    """The roll-up of cells."""

    async def roll_up(self, limit: int) -> int:
        """See `Transaction.roll_up`."""
        moved = 0
        for find, add, delete in _STEPS:
            [(last, count)] = await self._rows(find, limit)
            if count:
                await self._many(add, [(last,)])
                await self._many(delete, [(last,)])
                moved += count
        return moved
