"""What every statement on SQLite goes through. Lists come as JSON, binary keys as one blob beside it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from router.model.ledger import Conflict
from router.store.schema import to_micros
from router.store.transaction import Transaction


class SqliteStatements(Transaction):
    """Runs statements. There is one writer at a time: what it loads nobody else can change."""

    async def _rows(self, statement: str, *parameters: Any) -> Sequence[Any]:
        return (await self._connection.exec_driver_sql(statement, parameters)).all()

    async def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
        parameters = list(rows)
        if not parameters:
            return 0
        try:
            return (await self._connection.exec_driver_sql(statement, parameters)).rowcount
        except IntegrityError as error:
            raise Conflict("a row exists already") from error


def micros(at: datetime | None) -> int | None:
    """A time as SQLite keeps it, or none."""
    return None if at is None else to_micros(at)
