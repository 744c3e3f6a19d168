"""A Kafka and a PostgreSQL that somebody else runs, named by environment variables."""

import os

from sqlalchemy.engine import make_url

from tests.services.service import Kafka, Postgres, Unavailable

KAFKA_VARIABLE = "ROUTER_TEST_KAFKA"
POSTGRES_VARIABLE = "ROUTER_TEST_POSTGRES"


class GivenKafka(Kafka):
    """The Kafka at the address in ROUTER_TEST_KAFKA, "host:port"."""

    kind = "environment"

    def __init__(self) -> None:
        self.bootstrap = _required(KAFKA_VARIABLE)
        self.wait_until_it_answers()

    def close(self) -> None:
        """Nothing: the server is not ours."""


class GivenPostgres(Postgres):
    """The PostgreSQL at the SQLAlchemy URL in ROUTER_TEST_POSTGRES, whose user may create databases."""

    kind = "environment"

    def __init__(self) -> None:
        self.url = make_url(_required(POSTGRES_VARIABLE)).set(drivername="postgresql+asyncpg")
        self.wait_until_it_answers()

    def describe(self) -> str:
        return f"given by {POSTGRES_VARIABLE}"

    def close(self) -> None:
        """Nothing: the server is not ours."""


def _required(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise Unavailable(f"{variable} is not set")
    return value
