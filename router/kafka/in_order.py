"""Publishing many records in their order."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, Protocol

from router.kafka.cluster import Cluster
from router.kafka.connection import client_options
from router.kafka.producer import BrokerUnavailable, Producer
from router.model.record import Message, TooLarge

_CHUNK_BYTES: Final = 256 * 1024
_CHUNK_RECORDS: Final = 1000
_OVERHEAD: Final = 128  # of one record: batch and record headers, at most


class NoSuchTopic(Exception):
    """A topic to publish to is not there. The text says what to do."""


class RecordTooLarge(Exception):
    """A record is larger than its topic takes. The text says what to do, and what was stored before."""


class _Sends(Protocol):
    async def send(self, messages: Sequence[Message]) -> None: ...


class InOrder:
    """Takes records one by one and publishes them in their order. `sent` counts those that are stored."""

    def __init__(self, producer: _Sends) -> None:
        self._producer = producer
        self._waiting: list[Message] = []
        self._size = 0
        self.sent = 0

    async def take(self, message: Message) -> None:
        """Publishes now and then. Raises `BrokerUnavailable` or `RecordTooLarge`."""
        size = len(message.value or b"") + len(message.key or b"") + _OVERHEAD
        size += sum(len(name) + len(value or b"") for name, value in message.headers)
        if self._waiting and (self._size + size > _CHUNK_BYTES or len(self._waiting) >= _CHUNK_RECORDS):
            await self.flush()
        self._waiting.append(message)
        self._size += size

    async def flush(self) -> None:
        """Publishes all that was taken. Raises `BrokerUnavailable` or `RecordTooLarge`."""
        if not self._waiting:
            return
        try:
            await self._producer.send(self._waiting)
        except TooLarge as error:
            stored = self.sent + len(self._waiting) - len(error.refused)
            largest = max(len(message.value or b"") for message in error.refused)
            raise RecordTooLarge(
                f"A record of {largest:,} bytes is larger than the topic takes: raise its max.message.bytes."
                f" Records stored so far: {stored:,}."
            ) from error
        except BrokerUnavailable as error:
            raise BrokerUnavailable(f"{error}; records stored before: {self.sent:,}") from error
        self.sent += len(self._waiting)
        self._waiting, self._size = [], 0


@asynccontextmanager
async def publishing_in_order(
    cluster: Cluster, topics: Sequence[str], deadline: float
) -> AsyncIterator[InOrder]:
    """Publishes to these topics. Raises `BrokerUnavailable`, or `NoSuchTopic` before anything is sent."""
    existing = {place.topic for place in await cluster.partitions(topics)}
    for topic in topics:
        if topic not in existing:
            raise NoSuchTopic(f"There is no topic {topic} at {cluster.kafka.bootstrap}: create it first.")
    producer = Producer(client_options(cluster.kafka), deadline=deadline)
    try:
        yield InOrder(producer)
    finally:
        await producer.stop()
