from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from router.flow.ports import Store
from router.store import SqlStore, upgrade
from tests.services.fixtures import Database
from tests.unit.flow.memory import MemoryStore


@pytest.fixture
def postgres_url(postgres: Database) -> str:
    return postgres.url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.connected)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/router.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    await upgrade(url)
    opened = await SqlStore.open(url)
    yield opened
    await opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.connected), "memory"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """All that the flow may be given for a store: both databases, and the one of the unit tests."""
    if request.param == "memory":
        yield MemoryStore()
        return
    url = f"sqlite:///{tmp_path}/data/router.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    await upgrade(url)
    opened = await SqlStore.open(url)
    yield opened
    await opened.close()


@pytest.fixture
async def other(store: SqlStore, url: str) -> AsyncIterator[SqlStore]:
    """A second process on the same database, as far as the database can tell."""
    opened = await SqlStore.open(url)
    yield opened
    await opened.close()
