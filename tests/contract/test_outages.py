import socket
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url, text

from router.model.ledger import StateRow
from router.store import SqlStore, StoreUnavailable, Transaction, upgrade
from router.store.database import Database
from router.store.errors import explained
from tests.contract.rows import changes, load, save


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
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await database.close()
