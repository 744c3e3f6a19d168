"""The fixtures `kafka`, `apache_kafka`, `postgres_server`, `postgres` and `schema_registry`, started when a test first asks."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.running import waiting
from tests.services.apicurio import ApicurioRegistry
from tests.services.service import Kafka, Postgres, Unavailable
from tests.services.ways import EmbeddedKafka, choose_kafka, choose_postgres

REPORT = pytest.StashKey[list[str]]()
_OUTPUT = "services"


@dataclass(frozen=True)
class Database:
    """An empty database of one test, by its SQLAlchemy URL for asyncpg."""

    url: str
    server: Postgres

    @property
    def kind(self) -> str:
        """How the server was come by."""
        return self.server.kind


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Iterator[Kafka]:
    """A Kafka; where nothing better can be had, and never under CI, the embedded broker."""
    choice = choose_kafka()
    with choice.service as service:
        _report(request, "Kafka", f"{service.kind} at {service.bootstrap}", choice.passed_over)
        if isinstance(service, EmbeddedKafka) and _ci():
            pytest.fail(f"under CI a real Kafka is needed: {'; '.join(choice.passed_over)}")
        yield service


@pytest.fixture
def apache_kafka(kafka: Kafka) -> Kafka:
    """An Apache Kafka, for tests of what the embedded broker cannot do."""
    if isinstance(kafka, EmbeddedKafka):
        pytest.skip("needs an Apache Kafka, and only the embedded broker is here")
    return kafka


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A PostgreSQL server; its tests are skipped where none can be had, and fail under CI."""
    try:
        choice = choose_postgres()
    except Unavailable as reason:
        _report(request, "PostgreSQL", "none", (str(reason),))
        if _ci():
            pytest.fail(f"under CI a real PostgreSQL is needed: {reason}")
        pytest.skip(f"no PostgreSQL can be had: {reason}")
    with choice.service as service:
        _report(request, "PostgreSQL", service.describe(), choice.passed_over)
        yield service


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[Database]:
    """A fresh, empty database."""
    url = postgres_server.create_database()
    yield Database(url, postgres_server)
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def schema_registry(request: pytest.FixtureRequest) -> Iterator[ApicurioRegistry]:
    """A schema registry; its tests are skipped where none can be had, and fail under CI."""
    try:
        registry = ApicurioRegistry()
    except Unavailable as reason:
        _report(request, "Schema registry", "none", (str(reason),))
        if _ci():
            pytest.fail(f"under CI a real schema registry is needed: {reason}")
        pytest.skip(f"no schema registry can be had: {reason}")
    with registry:
        _report(request, "Schema registry", f"{registry.kind} at {registry.url}", ())
        yield registry


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test that asks for a service starts it, which has limits of its own: they come before the test's."""
    for item in items:
        if {"kafka", "postgres_server", "schema_registry"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(_limit(item), func_only=True))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """What is made for several tests has its own limits."""
    waiting.waits_end_in(math.inf)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """What a test waits for ends before the test does."""
    waiting.waits_end_in(_limit(item))


def _limit(item: pytest.Item) -> float:
    """The seconds that a test may take."""
    own = item.get_closest_marker("timeout")
    return float(own.args[0] if own and own.args else item.config.getini("timeout"))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Of several processes that run the tests, each has services of its own; the first one tells of them."""
    told = node.config.stash.setdefault(REPORT, [])
    told.extend(f"{node.gateway.id}: {line}" for line in getattr(node, "workeroutput", {}).get(_OUTPUT, []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = session.config.stash.get(REPORT, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(REPORT, []):
        terminalreporter.write_line(line)


def _ci() -> bool:
    return os.environ.get("CI", "").lower() in {"true", "1"}


def _report(request: pytest.FixtureRequest, name: str, found: str, passed_over: tuple[str, ...]) -> None:
    because = f" ({'; '.join(passed_over)})" if passed_over else ""
    request.config.stash.setdefault(REPORT, []).append(f"{name}: {found}{because}")
