"""What the figures were taken on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from tests.services.service import Kafka, Postgres

_PARTS = ("aiokafka", "asyncpg", "faststream", "msgspec", "pydantic", "sqlalchemy")


def describe(kafka: Kafka, postgres: Postgres) -> str:
    """Machine and versions, in a few lines."""
    parts = ", ".join(f"{name} {version(name)}" for name in _PARTS)
    return f"{describe_machine()}\n{parts}\nKafka: {kafka.kind}; PostgreSQL: {postgres.describe()}, fsync on"


def describe_machine() -> str:
    """Cores, processor, system and Python, in a line."""
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores of {_processor()}, {system}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
