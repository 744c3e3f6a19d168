"""What every way of getting a Kafka or a PostgreSQL offers, and the choice between the ways."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import uuid4

import asyncpg
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from sqlalchemy.engine import URL, make_url

START_SECONDS = 60

BROKER_SETTINGS = {
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1_000,
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
}
"""What every Apache Kafka of ours is started with, besides its listeners."""


class Unavailable(Exception):
    """A service cannot be had this way; the text says why."""


class Service(ABC):
    """One running server. `close` ends it for good and leaves nothing behind."""

    kind: ClassVar[str]
    restartable: ClassVar[bool] = False

    def stop(self) -> None:
        """Stop the server as for an outage; its address and data stay."""
        raise NotImplementedError(f"a {self.kind} server is not ours to stop")

    def start(self) -> None:
        """Start it again on the same address with the same data, and wait until it answers."""
        raise NotImplementedError(f"a {self.kind} server is not ours to start")

    def frozen(self) -> AbstractContextManager[None]:
        """The server standing still, its connections open, for as long as the block runs."""
        raise NotImplementedError(f"a {self.kind} server is not ours to freeze")

    def check(self) -> None:  # noqa: B027 (most ways cannot tell)
        """Raise Unavailable when the server is known to have ended by itself."""

    @abstractmethod
    def close(self) -> None:
        """End the server and remove its files; harmless when it was ended already."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Kafka(Service):
    """A Kafka at `bootstrap`. Topics do not come into being by themselves: use `create_topics`."""

    bootstrap: str

    def create_topics(self, topics: Mapping[str, int]) -> None:
        """Create topics with these partition counts and wait until clients can see them."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        for future in admin.create_topics([NewTopic(*topic, 1) for topic in topics.items()]).values():
            future.result(timeout=START_SECONDS)
        wait_until(lambda: set(topics) <= set(admin.list_topics(timeout=5).topics), "the new topics")

    def wait_until_it_answers(self) -> None:
        """Return when the broker gives its metadata to a client."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})

        def answers() -> bool:
            self.check()
            with suppress(KafkaException):
                return bool(admin.list_topics(timeout=1).brokers)
            return False

        wait_until(answers, f"Kafka at {self.bootstrap}")


class Postgres(Service):
    """A PostgreSQL whose maintenance database is at `url`."""

    url: URL

    @abstractmethod
    def describe(self) -> str:
        """Where this PostgreSQL comes from, in a few words."""

    def create_database(self) -> str:
        """Create an empty database; returns its SQLAlchemy URL for asyncpg."""
        name = f"router_{uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop a database that `create_database` made, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement outside a transaction in the maintenance database."""
        run_elsewhere(self._execute(statement))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(
            self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        )
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def wait_until_it_answers(self) -> None:
        """Return when a statement can be run."""

        def answers() -> bool:
            self.check()
            with suppress(OSError, asyncpg.PostgresError):
                self.execute("SELECT 1")
                return True
            return False

        wait_until(answers, f"PostgreSQL at {self.url.host}:{self.url.port}")


Found = TypeVar("Found", bound=Service)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Choice(Generic[Found]):
    """The service that was found, and why each better way was not possible."""

    service: Found
    passed_over: tuple[str, ...]


def run_elsewhere(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end on a loop and a thread of its own, so that no loop of a test is touched."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def wait_until(condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Return when the condition holds; raises Unavailable after that many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Unavailable(f"{what} did not answer within {seconds:.0f} s")
        time.sleep(0.05)


def choose(ways: Sequence[tuple[str, Callable[[], Found]]]) -> Choice[Found]:
    """The first way that works. Raises Unavailable with all the reasons when none does."""
    reasons: list[str] = []
    for name, begin in ways:
        try:
            return Choice(begin(), tuple(reasons))
        except Unavailable as reason:
            reasons.append(f"{name}: {reason}")
    raise Unavailable("; ".join(reasons))
