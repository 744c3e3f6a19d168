"""Engines for the two databases, and the way to a connection whose errors say what to do."""

import sqlite3
from asyncio import CancelledError
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from router.settings.own_files import closed_sqlite
from router.store.errors import HINT, StoreUnavailable, explained, spoils

_BUSY_SECONDS: Final = 30
_SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=4000",
)
_POSTGRES_PARAMETERS: Final = frozenset(
    {"host", "passfile", "port", "ssl", "sslmode", "target_session_attrs"}
)
_SSL_MODES: Final = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
_POSTGRES_CHOICES: Final = {
    "ssl": _SSL_MODES,
    "sslmode": _SSL_MODES,
    "target_session_attrs": frozenset(
        {"any", "primary", "standby", "read-write", "read-only", "prefer-standby"}
    ),
}
_POSTGRES_SETTINGS: Final = {
    "application_name": "feedback-router",
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "60s",
    # Every query here starts from a list of keys. Before the first ANALYZE the planner would rather read whole
    # tables, and rows met in index order are also locked in key order.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}


def parse(url: str) -> URL:
    """The URL with the driver that is used; StoreUnavailable for one that cannot be meant."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailable(f"The database URL cannot be read: {HINT}") from None
    match parsed.drivername:
        case "postgresql" | "postgres" | "postgresql+asyncpg":
            return _postgres(parsed.set(drivername="postgresql+asyncpg"))
        case "sqlite" | "sqlite+aiosqlite":
            return _sqlite(parsed.set(drivername="sqlite+aiosqlite"))
        case _:
            raise StoreUnavailable(
                "The database URL must start with postgresql:// or sqlite:/// "
                f"(it starts with {parsed.drivername}://): {HINT}"
            )


def _postgres(parsed: URL) -> URL:
    _known_parameters(parsed, _POSTGRES_PARAMETERS)
    for name, allowed in _POSTGRES_CHOICES.items():
        if name in parsed.query and parsed.query[name] not in allowed:
            raise StoreUnavailable(
                f"In the database URL, {name} is not one of {', '.join(sorted(allowed))}: {HINT}"
            )
    if "sslmode" in parsed.query:
        mode = parsed.query["sslmode"]
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed


def _sqlite(parsed: URL) -> URL:
    _known_parameters(parsed, frozenset())
    if parsed.database in (None, "", ":memory:"):
        raise StoreUnavailable("SQLite needs a file: write the database URL as sqlite:///path/to/file.db")
    return parsed


def _known_parameters(parsed: URL, known: frozenset[str]) -> None:
    if unknown := sorted(set(parsed.query) - known):
        raise StoreUnavailable(
            f"The database URL has a parameter that means nothing here, {unknown[0]!r}: {HINT}"
        )


class Waits(Struct, frozen=True):
    """How long others may hold us up, in seconds: for rows, and with a transaction in which nothing happens.

    A process that is frozen holds its rows until PostgreSQL ends its transaction; whoever waits must wait longer.
    """

    lock: float = 8.0
    idle_transaction: float = 5.0


WAITS: Final = Waits()


class Database:
    """One engine with its pool. `connect` and `begin` translate what goes wrong on the way and inside."""

    def __init__(self, url: str, *, connections: int, patient: bool = False, waits: Waits = WAITS) -> None:
        """Prepare a pool of `connections`; `patient` lifts the time limits on single statements and waits."""
        parsed = parse(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.file = Path(parsed.database or "") if self.is_sqlite else None
        self.where = _where(parsed)
        self.waits = waits
        settings = {
            "pool_size": connections,
            "max_overflow": connections,
            "pool_timeout": _BUSY_SECONDS,
            "hide_parameters": True,
        }
        if self.is_sqlite:
            self.engine = create_async_engine(parsed, connect_args={"timeout": _BUSY_SECONDS}, **settings)
            event.listen(self.engine.sync_engine, "do_connect", _probe_sqlite)
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        else:
            server = dict(_POSTGRES_SETTINGS) | {
                "lock_timeout": f"{waits.lock * 1000:.0f}ms",
                "idle_in_transaction_session_timeout": f"{waits.idle_transaction * 1000:.0f}ms",
            }
            if patient:
                server.update(
                    statement_timeout="0", lock_timeout="0", idle_in_transaction_session_timeout="0"
                )
            limits = {"timeout": 10, "command_timeout": None if patient else 90}
            try:
                self.engine = create_async_engine(
                    parsed, connect_args={"server_settings": server, **limits}, **settings
                )
            except ArgumentError:
                raise StoreUnavailable(
                    f"The hosts and ports of the database URL do not fit: {HINT}"
                ) from None
        self._writer: AsyncEngine = self.engine.execution_options(writes=True)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with."""
        async with self._translated(), self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside a transaction that writes: committed at the end, rolled back on an error."""
        async with self._translated(), self._writer.connect() as connection:
            try:
                async with connection.begin():
                    yield connection
            except (Exception, CancelledError) as error:
                # Of statements that go straight to the driver SQLAlchemy sees no end: it would keep the connection.
                if spoils(error):
                    await connection.invalidate()
                raise

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            yield
        except Exception as error:
            instead = explained(error, self.where) if _is_foreign(error) else None
            if instead is None:
                raise
            raise instead from error


def _is_foreign(error: Exception) -> bool:
    return isinstance(error, SQLAlchemyError | OSError) or type(error).__module__.startswith("asyncpg")


def _where(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"The SQLite file {url.database}"
    host = url.host or url.query.get("host") or "localhost"
    return f"PostgreSQL at {host}:{url.port or 5432}, database {url.database or url.username!r},"


def _probe_sqlite(_dialect: object, _record: object, arguments: tuple[str, ...], _named: object) -> None:
    # A file that cannot be opened makes aiosqlite's thread print a traceback when the loop ends first.
    sqlite3.connect(arguments[0]).close()
    closed_sqlite(Path(arguments[0]))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    try:
        # The driver's own transactions begin too late to keep a read and the write after it together.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
    except BaseException:
        connection.close()
        raise


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
