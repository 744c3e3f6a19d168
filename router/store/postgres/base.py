"""What every statement on PostgreSQL goes through. Arrays instead of VALUES lists: one text for any number of rows."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from router.model.ledger import Conflict
from router.store.errors import is_taken
from router.store.transaction import Transaction

_LOCK: Final = text("""
    SELECT pg_advisory_xact_lock(lock) FROM unnest(CAST(:locks AS bigint[])) AS asked (lock)
""")


class PostgresStatements(Transaction):
    """Runs statements. Read committed; rows are locked in key order first, then what counters stand for."""

    async def _rows(self, statement: Any, **parameters: Any) -> Sequence[Any]:
        return (await self._connection.execute(statement, parameters)).all()

    async def _count(self, statement: Any, **parameters: Any) -> int:
        try:
            return (await self._connection.execute(statement, parameters)).rowcount
        except DBAPIError as error:
            if is_taken(error):
                raise Conflict("a row exists already") from error
            raise

    async def _driver(self) -> Any:
        """The driver's connection, inside the transaction: statements of many rows are spared SQLAlchemy's work on each."""
        driver: Any = (await self._connection.get_raw_connection()).driver_connection
        if not driver.is_in_transaction():
            # SQLAlchemy begins with the first statement it sees, and the driver's own are none.
            await self._connection.execute(text("SELECT 1"))
        return driver

    async def _copy(self, table: str, columns: Sequence[str], records: Sequence[tuple[Any, ...]]) -> None:
        """Insert by COPY, which costs the server half of an INSERT."""
        if not records:
            return
        driver = await self._driver()
        try:
            await driver.copy_records_to_table(table, records=records, columns=columns)
        except Exception as error:
            if is_taken(error):
                raise Conflict(f"a row of {table} exists already") from None  # its detail names the customer
            raise

    async def _lock(self, names: Sequence[tuple[str, str]]) -> None:
        """Keeps all others from what these names stand for until the commit, in one order for all."""
        await self._rows(_LOCK, locks=sorted({_number(kind, value) for kind, value in names}))


def _number(kind: str, value: str) -> int:
    digest = blake2b(f"{kind}\x1f{value}".encode(), digest_size=8, person=b"quota").digest()
    return int.from_bytes(digest, "big", signed=True)
