"""Cells on PostgreSQL."""

from typing import Final

from sqlalchemy import text

from router.store.cell_rows import ROLLED, added
from router.store.postgres.base import PostgresStatements

_TURN: Final = text("SELECT pg_try_advisory_xact_lock(hashtextextended('feedback-router cells', 0))")
# One statement takes the changes away and adds them: one that another transaction commits meanwhile, though its number
# may be lower, is not taken.
_ROLL_UP: Final = tuple(
    text(
        f"WITH taken AS (DELETE FROM {changes} WHERE seq = ANY(ARRAY("  # noqa: S608 - fixed names
        f"SELECT seq FROM {changes} ORDER BY seq LIMIT :limit)) RETURNING *),"
        f" added AS ({added(cells, columns, counts, 'taken')})"
        " SELECT count(*) FROM taken"
    )
    for cells, changes, columns, counts in ROLLED
)


class PostgresCells(PostgresStatements):
    """The roll-up of cells."""

    async def roll_up(self, limit: int) -> int:
        """See `Transaction.roll_up`."""
        [(turn,)] = await self._rows(_TURN)
        if not turn:
            return 0
        return sum([(await self._rows(statement, limit=limit))[0][0] for statement in _ROLL_UP])
