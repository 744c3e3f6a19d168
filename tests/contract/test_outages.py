import asyncio
import socket
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from router.model.ledger import StateRow
from router.store import SqlStore, StoreUnavailable, Transaction, upgrade
from router.store.database import Database
from router.store.errors import explained, lasting, spoils
from tests.contract.rows import changes, load, save

_END_OTHERS = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://router:s3cret@127.0.0.1:{port}/router", "does not answer: start it"),
        ("postgresql://router:s3cret@no-such-host.invalid/router", "host name that nobody knows"),
        ("sqlite:////proc/no-such-place/router.db", "directory"),
    ],
)
async def test_a_database_that_is_not_there(url: str, says: str, free_port: int) -> None:
    place = url.format(port=free_port)
    for attempt in (upgrade(place), _use(place)):
        with pytest.raises(StoreUnavailable) as failure:
            await attempt
        assert says in str(failure.value)
        assert "s3cret" not in str(failure.value)
        assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://user:s3cret@host/db",
        "sqlite://",
        "postgresql://u:s3cret@host:port/db",
        "postgresql://u:s3cret@host/db?connect=fast",
    ],
)
async def test_a_url_that_cannot_be_meant(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="database URL") as failure:
        await SqlStore.open(url)
    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (asyncpg.InvalidPasswordError("password authentication failed"), "user name or the password"),
        (asyncpg.InvalidAuthorizationSpecificationError("no such role"), "refuses this user"),
        (asyncpg.TooManyConnectionsError("too many clients"), "max_connections"),
        (asyncpg.CannotConnectNowError("starting up"), "try again"),
        (asyncpg.DiskFullError("no space left"), "full disk"),
        (asyncpg.QueryCanceledError("statement timeout"), "took too long"),
        (TimeoutError(), "in time"),
        (ConnectionResetError("reset by peer"), "cannot be reached"),
    ],
)
def test_what_a_database_says_is_explained(error: Exception, says: str) -> None:
    explanation = explained(error, "PostgreSQL at db:5432")
    assert isinstance(explanation, StoreUnavailable)
    assert says in str(explanation)


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (asyncpg.InterfaceError("cannot perform operation: another operation is in progress"), True),
        (asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"), True),
        (asyncpg.AdminShutdownError("terminating connection"), True),
        (ConnectionResetError(), True),
        (asyncpg.DeadlockDetectedError("deadlock detected"), False),
        (asyncpg.UniqueViolationError("duplicate key"), False),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_what_leaves_no_connection_to_go_on_with(error: Exception, gone: bool, wrapped: bool) -> None:
    if wrapped:
        # As SQLAlchemy hands on what asyncpg raised: once more wrapped in between.
        between: Any = Exception(str(error))
        between.__cause__, between.sqlstate = error, getattr(error, "sqlstate", None)
        error = DBAPIError("COMMIT", {}, between)
    assert spoils(error) is gone
    assert isinstance(explained(error, "It"), StoreUnavailable) is gone
    assert lasting(error) is None or not gone


def test_a_fault_of_ours_is_not_explained_away() -> None:
    assert explained(asyncpg.SyntaxOrAccessError("at or near"), "PostgreSQL at db:5432") is None


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "router.db").write_text("a shopping list, and a long one\n" * 100)
    with pytest.raises(StoreUnavailable, match="is not a SQLite database"):
        await upgrade(f"sqlite:///{tmp_path}/router.db")


@pytest.mark.connected
async def test_a_missing_database(postgres_url: str) -> None:
    missing = make_url(postgres_url).set(database="no_such_database").render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable, match="create the database"):
        await _use(missing)


@pytest.mark.connected
async def test_a_lost_connection_is_told_once_and_replaced(postgres_url: str) -> None:
    await upgrade(postgres_url)
    store = await SqlStore.open(postgres_url)
    await save(store, states=[StateRow("ann", 0, b"1")])

    async def work(transaction: Transaction) -> None:
        await transaction.save(changes(states=[StateRow("ann", 1, b"2")]))
        await _end_other_connections(postgres_url)
        await transaction.save(changes(states=[StateRow("bob", 0, b"1")]))

    with pytest.raises(StoreUnavailable, match="try again") as failure:
        await store.run(work)
    assert failure.value.__cause__ is not None
    assert {name: state.version for name, state in (await load(store, "ann", "bob")).items()} == {"ann": 1}
    await store.close()


async def _use(url: str) -> None:
    store = await SqlStore.open(url)
    try:
        await load(store, "ann")
    finally:
        await store.close()


async def _end_other_connections(url: str) -> None:
    database = Database(url, connections=1)
    async with database.connect() as connection:
        await connection.execute(_END_OTHERS)
    await database.close()


@pytest.mark.connected
async def test_no_connection_is_kept_that_was_lost_beside_sqlalchemy(postgres_url: str) -> None:
    """Many statements go straight to the driver, which may hear of a loss only while it is being spoken to."""
    await upgrade(postgres_url)
    store, other = await SqlStore.open(postgres_url), await SqlStore.open(postgres_url)
    await save(store, states=[StateRow("ann", 0, b"1")])

    async def lost(transaction: Transaction) -> None:
        await transaction.load(["ann"], [])
        async with other._database.connect() as connection:
            await connection.execute(_END_OTHERS)
        await transaction.save(changes(states=[StateRow("bob", 0, b"1")]))

    for _ in range(5):
        with pytest.raises(StoreUnavailable, match="try again"):
            await store.run(lost)
        assert (await load(store, "ann", "bob")).keys() == {"ann"}
    await store.close()
    await other.close()


@pytest.mark.connected
async def test_no_connection_is_kept_whose_statement_was_cancelled(postgres_url: str) -> None:
    await upgrade(postgres_url)
    store = await SqlStore.open(postgres_url)
    await save(store, states=[StateRow("ann", 0, b"1")])

    async def endless(transaction: Transaction) -> None:
        while True:
            await transaction.load(["ann"], [])

    backends = set()
    for number in range(8):
        task = asyncio.create_task(store.run(endless))
        await asyncio.sleep(0.02 + number / 1000)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with store._database.connect() as connection:
            backends.add(await connection.scalar(text("SELECT pg_backend_pid()")))
    assert len(backends) == 8
    await store.close()
