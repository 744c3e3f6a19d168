"""Publishing many records in their order."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from router.cli.faults import FAILED, Refused
from router.cli.kafka import Cluster
from router.cli.output import counted
from router.kafka.connection import client_options
from router.kafka.producer import BrokerUnavailable, Producer
from router.model.record import Message, TooLarge

if TYPE_CHECKING:
    from router.settings import Settings

_CHUNK_BYTES: Final = 256 * 1024
_CHUNK_RECORDS: Final = 1000
_OVERHEAD: Final = 128  # of one record: batch and record headers, at most


class Outlet:
    """Takes records one by one and publishes them in their order. `sent` counts those that are stored."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._waiting: list[Message] = []
        self._size = 0
        self.sent = 0

    async def take(self, message: Message) -> None:
        """Publishes now and then. Raises `BrokerUnavailable`, or `Refused` for what is too large."""
        size = len(message.value or b"") + len(message.key or b"") + _OVERHEAD
        size += sum(len(name) + len(value or b"") for name, value in message.headers)
        if self._waiting and (self._size + size > _CHUNK_BYTES or len(self._waiting) >= _CHUNK_RECORDS):
            await self.flush()
        self._waiting.append(message)
        self._size += size

    async def flush(self) -> None:
        """Publishes all that was taken."""
        if not self._waiting:
            return
        await self._publish()
        self.sent += len(self._waiting)
        self._waiting, self._size = [], 0

    async def _publish(self) -> None:
        try:
            await self._producer.send(self._waiting)
        except TooLarge as error:
            stored = self.sent + len(self._waiting) - len(error.refused)
            raise _too_large(error.refused, stored) from error
        except BrokerUnavailable as error:
            raise BrokerUnavailable(f"{error}; {counted(self.sent, 'record')} were stored before") from error


def _too_large(messages: Sequence[Message], stored: int) -> Refused:
    largest = max(len(message.value or b"") for message in messages)
    return Refused(
        f"A record of {largest:,} bytes is larger than the topic takes: raise its max.message.bytes."
        f" Stored so far: {counted(stored, 'record')}.",
        FAILED,
    )


@asynccontextmanager
async def opened_outlet(
    settings: "Settings", cluster: Cluster, topics: Sequence[str]
) -> AsyncIterator[Outlet]:
    """An outlet to these topics, which must exist. Raises `BrokerUnavailable` or `Refused`."""
    partitions = await cluster.partitions(topics)
    for topic in topics:
        if topic not in {place.topic for place in partitions}:
            raise Refused(
                f"There is no topic {topic} at {cluster.settings.kafka.bootstrap}: create it first.", FAILED
            )
    producer = Producer(
        client_options(cluster.settings.kafka), deadline=settings.dispatch.send_deadline_seconds
    )
    try:
        yield Outlet(producer)
    finally:
        await producer.stop()
