"""The embedded broker of a data directory: started, and found by other processes of the same machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from router.kafka import EmbeddedBroker
from router.kafka.topics import needed
from router.service.data_directory import prepare_data
from router.settings import Settings
from router.settings.kafka import UNNAMED
from router.settings.own_files import own_file

_ADDRESS_FILE: Final = "embedded-broker"
"""Where the embedded broker's address stands while it runs, below the data directory."""

_RECORDS_FILE: Final = "embedded-broker.db"
"""What was published to the embedded broker, below the data directory."""


_NEEDED: Final = MappingProxyType(
    {
        # Its groups take long to settle after a change, and end with this process.
        "lanes": 1,
        "session_timeout_ms": 3_000,
        "heartbeat_ms": 1_000,
        "instance": UNNAMED,
        # A new record does not end the wait of a fetch.
        "fetch_wait_ms": 100,
    }
)
"""Settings that the embedded broker needs."""


class NoBroker(Exception):
    """Neither is a broker set, nor does an embedded one run. The text says what to do."""


@contextmanager
def embedded(settings: Settings) -> Iterator[tuple[Settings, EmbeddedBroker]]:
    """The embedded broker, running, and the settings to use it with. Its address stands in the data directory."""
    prepare_data(settings.data)
    address = settings.data / _ADDRESS_FILE
    with EmbeddedBroker(settings.data / _RECORDS_FILE) as broker:
        topics = dict.fromkeys(needed(settings), settings.kafka.partitions)
        bootstrap = broker.start(topics, awaited=settings.topics.inputs)
        own_file(address)
        address.write_text(bootstrap)
        kafka = settings.kafka.model_copy(update={"bootstrap": bootstrap, **_NEEDED})
        try:
            yield settings.model_copy(update={"kafka": kafka}), broker
        finally:
            address.unlink(missing_ok=True)


def embedded_address(data: Path) -> str | None:
    """The address of the embedded broker that runs on a data directory; None where none does."""
    file = data / _ADDRESS_FILE
    return file.read_text().strip() if file.is_file() else None


def runs_embedded(settings: Settings) -> bool:
    """Whether the broker of these settings is the embedded one of their data directory."""
    return settings.kafka.bootstrap is None or settings.kafka.bootstrap == embedded_address(settings.data)


def reachable(settings: Settings) -> Settings:
    """The settings with a broker: the one set, else the embedded one that runs on the data directory.

    Raises `NoBroker`.
    """
    if settings.kafka.bootstrap is not None:
        return settings
    address = embedded_address(settings.data)
    if address is None:
        raise NoBroker(
            "No Kafka broker is set: set ROUTER_KAFKA__BOOTSTRAP, or start `feedback-router run`"
            f" on this data directory ({settings.data})."
        )
    return settings.model_copy(update={"kafka": settings.kafka.model_copy(update={"bootstrap": address})})
