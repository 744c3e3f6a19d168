"""Cells on PostgreSQL."""

from datetime import date
from typing import Final

from sqlalchemy import text

from router.model.cells import next_month
from router.store.cell_rows import POSTGRES, ROLLED, added, mended
from router.store.postgres.base import PostgresStatements

_LOCK: Final = "hashtextextended('feedback-router cells', 0)"
_TURN: Final = text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")
_WAIT: Final = text(f"SELECT pg_advisory_xact_lock({_LOCK})")
# One statement takes the changes away and adds them: one that another transaction commits meanwhile, though its number
# may be lower, is not taken.
_ROLL_UP: Final = tuple(
    text(
        f"WITH taken AS (DELETE FROM {one.changes} WHERE seq = ANY(ARRAY("  # noqa: S608 - fixed names
        f"SELECT seq FROM {one.changes} ORDER BY seq LIMIT :limit)) RETURNING *),"
        f" days AS ({added(one.days, one, 'taken')}),"
        f" months AS ({added(one.months, one, 'taken', POSTGRES.month)})"
        " SELECT count(*) FROM taken"
    )
    for one in ROLLED
)
_MEND: Final = tuple(text(mended(one, POSTGRES, "day >= :since AND day < :until")) for one in ROLLED)


class PostgresCells(PostgresStatements):
    """The roll-up of cells."""

    async def roll_up(self, limit: int) -> int:
        """See `Transaction.roll_up`."""
        [(turn,)] = await self._rows(_TURN)
        if not turn:
            return 0
        return sum([(await self._rows(statement, limit=limit))[0][0] for statement in _ROLL_UP])

    async def mend_month(self, month: date) -> None:
        """See `Transaction.mend_month`."""
        await self._rows(_WAIT)
        for statement in _MEND:
            await self._count(statement, since=month, until=next_month(month))
