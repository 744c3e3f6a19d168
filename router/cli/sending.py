"""Publishing many records without outrunning what the broker keeps."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from aiokafka import TopicPartition

from router.broker.connection import client_options
from router.broker.producer import BrokerUnavailable, Producer
from router.cli.faults import FAILED, Refused
from router.cli.kafka import Cluster
from router.cli.output import counted
from router.dispatch import Message, TooLarge

if TYPE_CHECKING:
    from router.settings import Settings

UNREAD: Final = 2 * 1024 * 1024
"""Bytes that may lie unread on an embedded broker."""

KEPT: Final = 5 * 1024 * 1024
"""Bytes of a partition that an embedded broker keeps. It drops a larger record the moment it gets it."""

GIVE_UP_AFTER: Final = 60.0
"""Seconds without any reading after which sending gives up."""

_CHUNK_BYTES: Final = 256 * 1024
_CHUNK_RECORDS: Final = 1000
_OVERHEAD: Final = 128  # of one record: batch and record headers, at most
_POLL: Final = 0.02


class Room:
    """Knows how much lies unread, and waits until there is room for more.

    What is sent counts against every partition, so none of them holds more than the whole.
    """

    def __init__(
        self,
        cluster: Cluster,
        partitions: Sequence[TopicPartition],
        on_wait: Callable[[bool], None],
        *,
        unread: int = UNREAD,
        patience: float = GIVE_UP_AFTER,
    ) -> None:
        self._cluster = cluster
        self._partitions = partitions
        self._on_wait = on_wait
        self._unread = unread
        self._patience = patience
        self._marks: deque[tuple[dict[TopicPartition, int], int]] = deque()

    async def start(self) -> None:
        """Counts what lies unread already as filling the room: nobody can tell how large it is."""
        self._marks.append((await self._cluster.ends(self._partitions), self._unread))

    async def make(self, size: int) -> None:
        """Returns when `size` more bytes fit, or when nothing is unread. Raises `Refused` when nobody reads."""
        loop = asyncio.get_running_loop()
        read = await self._forget_read()
        since, waiting = loop.time(), False
        while self._marks and self._held() + size > self._unread:
            if not waiting:
                waiting = True
                self._on_wait(True)
            await asyncio.sleep(_POLL)
            further = await self._forget_read()
            if further != read:
                read, since = further, loop.time()
            elif loop.time() - since > self._patience:
                raise Refused(
                    f"Nothing was read for {self._patience:.0f} s, and the embedded broker keeps only a few MiB: sending"
                    " stopped. Is `feedback-router run` at work? Send the same again later; what was read counts once.",
                    FAILED,
                )
        if waiting:
            self._on_wait(False)

    async def sent(self, size: int) -> None:
        """Notes that `size` bytes more lie there."""
        self._marks.append((await self._cluster.ends(self._partitions), size))

    def _held(self) -> int:
        return sum(size for _, size in self._marks)

    async def _forget_read(self) -> int:
        """Drops what has been read; how far reading is in all."""
        read = await self._cluster.read_up_to(self._partitions)
        while self._marks and all(read[place] >= end for place, end in self._marks[0][0].items()):
            self._marks.popleft()
        return sum(read.values())


class Outlet:
    """Takes records one by one and publishes them in their order. `sent` counts those that are stored."""

    def __init__(self, producer: Producer, room: Room | None) -> None:
        self._producer = producer
        self._room = room
        self._waiting: list[Message] = []
        self._size = 0
        self.sent = 0

    async def take(self, message: Message) -> None:
        """Publishes now and then. Raises `BrokerUnavailable`, or `Refused` when nobody reads."""
        size = len(message.value or b"") + len(message.key or b"") + _OVERHEAD
        size += sum(len(name) + len(value or b"") for name, value in message.headers)
        if self._room is not None and size > KEPT:
            await self.flush()
            raise self._too_large([message], "the embedded broker keeps: use Apache Kafka for it", self.sent)
        if self._waiting and (self._size + size > _CHUNK_BYTES or len(self._waiting) >= _CHUNK_RECORDS):
            await self.flush()
        self._waiting.append(message)
        self._size += size

    async def flush(self) -> None:
        """Publishes all that was taken."""
        if not self._waiting:
            return
        if self._room is not None:
            await self._room.make(self._size)
        await self._publish()
        if self._room is not None:
            await self._room.sent(self._size)
        self.sent += len(self._waiting)
        self._waiting, self._size = [], 0

    async def _publish(self) -> None:
        try:
            await self._producer.send(self._waiting)
        except TooLarge as error:
            stored = self.sent + len(self._waiting) - len(error.refused)
            raise self._too_large(
                error.refused, "the topic takes: raise its max.message.bytes", stored
            ) from error
        except BrokerUnavailable as error:
            raise BrokerUnavailable(f"{error}; {counted(self.sent, 'record')} were stored before") from error

    def _too_large(self, messages: Sequence[Message], than: str, stored: int) -> Refused:
        largest = max(len(message.value or b"") for message in messages)
        return Refused(
            f"A record of {largest:,} bytes is larger than {than}. Stored so far: {counted(stored, 'record')}.",
            FAILED,
        )


@asynccontextmanager
async def opened_outlet(
    settings: "Settings",
    cluster: Cluster,
    topics: Sequence[str],
    on_wait: Callable[[bool], None] = lambda waiting: None,
) -> AsyncIterator[Outlet]:
    """An outlet to these topics, which must exist. Raises `BrokerUnavailable` or `Refused`."""
    partitions = await cluster.partitions(topics)
    for topic in topics:
        if topic not in {place.topic for place in partitions}:
            raise Refused(
                f"There is no topic {topic} at {cluster.settings.kafka.bootstrap}: create it first.", FAILED
            )
    room = None
    if await cluster.embedded():
        room = Room(cluster, partitions, on_wait)
        await room.start()
    producer = Producer(
        client_options(cluster.settings.kafka), deadline=settings.dispatch.send_deadline_seconds
    )
    try:
        yield Outlet(producer, room)
    finally:
        await producer.stop()
