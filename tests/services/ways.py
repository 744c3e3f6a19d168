"""The ways to a Kafka and to a PostgreSQL, best first."""

from collections.abc import Mapping

from router.kafka import EmbeddedBroker
from tests.services.containers import ContainerKafka, ContainerPostgres
from tests.services.given import GivenKafka, GivenPostgres
from tests.services.jvm_kafka import JvmKafka
from tests.services.local_postgres import local_postgres
from tests.services.service import Choice, Kafka, Postgres, choose


class EmbeddedKafka(Kafka):
    """The broker inside the process: no Apache Kafka, but it speaks the protocol."""

    kind = "embedded"

    def __init__(self) -> None:
        self._broker = EmbeddedBroker()
        self.bootstrap = self._broker.start({})

    def create_topics(self, topics: Mapping[str, int]) -> None:
        for topic, partitions in topics.items():
            self._broker.create_topic(topic, partitions)

    def close(self) -> None:
        self._broker.stop()


def choose_kafka() -> Choice[Kafka]:
    """Start or find a Kafka; there is always one."""
    return choose(
        [
            (ContainerKafka.kind, ContainerKafka),
            (GivenKafka.kind, GivenKafka),
            (JvmKafka.kind, JvmKafka),
            (EmbeddedKafka.kind, EmbeddedKafka),
        ]
    )


def choose_postgres(*, durable: bool = False) -> Choice[Postgres]:
    """Start or find a PostgreSQL, one that writes through to the disk where `durable`. Raises Unavailable."""
    return choose(
        [
            (ContainerPostgres.kind, lambda: ContainerPostgres(durable=durable)),
            (GivenPostgres.kind, GivenPostgres),
            ("local", lambda: local_postgres(durable=durable)),
        ]
    )
