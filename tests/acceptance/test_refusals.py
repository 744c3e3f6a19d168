"""What a user is told where the service cannot start: one line with the way out, no traceback, not exit code 0."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine

from router.model.keyed_hash import KeyedHash
from router.service.known_secret import require_known
from router.store import SqlStore, upgrade
from tests.running.processes import environment, run_to_end
from tests.running.topics import create_all, fresh_topics
from tests.services.child import free_port
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = pytest.mark.acceptance

ROLES = ["worker", "dispatcher"]
Given = dict[str, str]


def refused(role: str, given: Given) -> str:
    """What a role that does not start says."""
    ended = run_to_end([role], given)
    told = ended.stdout + ended.stderr
    assert ended.returncode in (1, 2), told
    assert "Traceback" not in told
    # Each run begins and ends with a line of its log.
    lines = [line for line in told.splitlines() if line.strip() and " service_st" not in line]
    assert len(lines) <= 2, told
    return told


@pytest.fixture
def given(tmp_path: Path) -> Callable[..., Given]:
    def make(**settings: str) -> Given:
        return environment(data=str(tmp_path / "data"), health__enabled="false", **settings)

    return make


@pytest.mark.parametrize("role", ROLES)
def test_no_broker(role: str, given: Callable[..., Given]) -> None:
    address = f"127.0.0.1:{free_port()}"
    told = refused(role, given(kafka__bootstrap=address))
    assert address in told
    assert "ROUTER_KAFKA__BOOTSTRAP" in told


def test_rules_that_are_not_there(given: Callable[..., Given], tmp_path: Path) -> None:
    told = refused("run", given(rules=str(tmp_path / "nowhere")))
    assert str(tmp_path / "nowhere") in told


def test_rules_that_are_invalid(given: Callable[..., Given], tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "policy.yaml").write_text("limit: []\n")
    ended = run_to_end(["run"], given(rules=str(rules)))
    assert ended.returncode == 2
    assert "policy.yaml:1:1" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("role", ["run", "worker"])
def test_a_data_directory_that_cannot_be_written_to(
    role: str, given: Callable[..., Given], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.write_text("a file where a directory is wanted")
    told = refused(role, given(**({} if role == "run" else {"kafka__bootstrap": "127.0.0.1:1"})))
    assert str(data) in told
    assert "ROUTER_DATA" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a read-only directory")
def test_a_read_only_data_directory(given: Callable[..., Given], tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o500)
    assert "ROUTER_DATA" in refused("run", given())


@pytest.mark.connected
class TestBesideApacheKafka:
    """Faults that are met once the broker answers."""

    @pytest.fixture
    def beside(self, apache_kafka: Kafka, given: Callable[..., Given]) -> Callable[..., Given]:
        topics = fresh_topics()
        create_all(apache_kafka.bootstrap, topics, 1)
        names = {f"topics__{name}": topic for name, topic in topics.items()}
        return lambda **settings: given(kafka__bootstrap=apache_kafka.bootstrap, **(names | settings))

    def test_topics_that_are_missing(self, beside: Callable[..., Given]) -> None:
        told = refused("dispatcher", beside(topics__invitations="no.such.topic"))
        assert "no.such.topic" in told
        assert "ROUTER_TOPICS__CREATE" in told

    def test_a_database_that_is_not_there(self, beside: Callable[..., Given]) -> None:
        url = f"postgresql://router:wrong-secret@127.0.0.1:{free_port()}/router"
        told = refused("worker", beside(database__url=url))
        assert "PostgreSQL at 127.0.0.1" in told
        assert "wrong-secret" not in told

    def test_a_database_without_tables(self, beside: Callable[..., Given], postgres: Database) -> None:
        assert "feedback-router db upgrade" in refused("dispatcher", beside(database__url=postgres.url))

    @pytest.mark.parametrize("role", ["worker", "dispatcher", "run"])
    def test_another_secret_than_that_of_the_database(
        self, beside: Callable[..., Given], postgres: Database, role: str
    ) -> None:
        asyncio.run(used_with(b"the-secret-that-all-have", postgres.url))
        given = beside(database__url=postgres.url, token_secret="one-that-nobody-has")
        told = refused(role, given)
        assert "ROUTER_FORMER_TOKEN_SECRETS" in told
        assert "nobody-has" not in told

    def test_a_database_one_revision_behind(self, beside: Callable[..., Given], postgres: Database) -> None:
        asyncio.run(set_back(postgres.url))
        assert "feedback-router db upgrade" in refused("worker", beside(database__url=postgres.url))


async def used_with(secret: bytes, url: str) -> None:
    """A database that roles with this secret have run on."""
    await upgrade(url)
    store = await SqlStore.open(url)
    await require_known(store, KeyedHash(secret), datetime.now(UTC))
    await store.close()


async def set_back(url: str) -> None:
    """Bring the database to the newest schema, and let it say that it is one behind."""
    await upgrade(url)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '0001'"))
    await engine.dispose()


def test_a_dispatcher_of_its_own_on_event_time(given: Callable[..., Given]) -> None:
    told = refused("dispatcher", given(kafka__bootstrap="127.0.0.1:1", clock="event"))
    assert "feedback-router run" in told
