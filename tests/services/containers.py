"""Apache Kafka and PostgreSQL in Docker containers, where a Docker daemon answers."""

import atexit
import gc
import warnings
from typing import Any

import docker
from sqlalchemy.engine import URL

from tests.services.child import free_port
from tests.services.service import BROKER_SETTINGS, START_SECONDS, Kafka, Postgres, Unavailable

KAFKA_IMAGE = "apache/kafka:4.1.0"
POSTGRES_IMAGE = "postgres:16.10-alpine"

_PING_SECONDS = 2
_KAFKA_PORT = 9092
_POSTGRES_PORT = 5432


class _Contained:
    """A container on a fixed port of this machine, so that it keeps its address over a restart."""

    def __init__(self, container: Any) -> None:
        self._container = container
        atexit.register(self.close)
        try:
            container.start()
            self.wait_until_it_answers()
        except Exception as error:
            self.close()
            raise Unavailable(f"the container did not start: {error}") from error

    def wait_until_it_answers(self) -> None:
        raise NotImplementedError

    def start(self) -> None:
        self._container.get_wrapped_container().start()
        self.wait_until_it_answers()

    def stop(self) -> None:
        self._container.get_wrapped_container().stop(timeout=START_SECONDS)

    def close(self) -> None:
        atexit.unregister(self.close)
        self._container.stop()


class ContainerKafka(_Contained, Kafka):
    """Apache Kafka in KRaft mode, one combined broker and controller."""

    kind = "testcontainers"
    restartable = True

    def __init__(self) -> None:
        container, host = _container(KAFKA_IMAGE)
        port = free_port()
        self.bootstrap = f"{host}:{port}"
        settings = {
            "node.id": 1,
            "process.roles": "broker,controller",
            "controller.quorum.voters": "1@localhost:9093",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://:{_KAFKA_PORT},CONTROLLER://:9093",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            **BROKER_SETTINGS,
        }
        for name, value in settings.items():
            container.with_env(f"KAFKA_{name.upper().replace('.', '_')}", str(value))
        super().__init__(container.with_bind_ports(_KAFKA_PORT, port))


class ContainerPostgres(_Contained, Postgres):
    """PostgreSQL with a throw-away password."""

    kind = "testcontainers"
    restartable = True

    def __init__(self, *, durable: bool) -> None:
        container, host = _container(POSTGRES_IMAGE)
        port = free_port()
        self.url = URL.create(
            "postgresql+asyncpg", "postgres", "postgres", host=host, port=port, database="postgres"
        )
        container.with_env("POSTGRES_PASSWORD", "postgres").with_bind_ports(_POSTGRES_PORT, port)
        lossy = "" if durable else " -c fsync=off -c full_page_writes=off"
        super().__init__(container.with_command(f"postgres -c max_connections=200{lossy}"))

    def describe(self) -> str:
        return f"container {POSTGRES_IMAGE}"


def _container(image: str) -> tuple[Any, str]:
    """A container that is not started yet, and the host at which its ports will be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from testcontainers.core.container import DockerContainer

        answers = _docker_answers()
        # A refused connection leaves its socket to the collector: let it warn here, not in some test.
        gc.collect()
        if not answers:
            raise Unavailable("no Docker daemon answers")
        container = DockerContainer(image)
        return container, container.get_docker_client().host()


def _docker_answers() -> bool:
    try:
        return bool(docker.from_env(timeout=_PING_SECONDS).ping())
    except docker.errors.DockerException:
        return False
