"""A cluster from the outside: its topics, what they hold, and how far they reach; no group takes part."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from router.kafka import tolerant_reader
from router.kafka.connection import client_options
from router.kafka.diagnosis import diagnosis
from router.kafka.producer import BrokerUnavailable
from router.model.record import Record
from router.settings.kafka import KafkaSettings

STALLED_AFTER: Final = 30.0
"""Seconds without an answer after which a broker counts as gone."""

_FETCH_WAIT_MS: Final = 50  # the embedded broker wakes no waiting fetch


@contextmanager
def reaching(kafka: KafkaSettings) -> Iterator[None]:
    """Turns what Kafka's client raises into `BrokerUnavailable` with a way out."""
    try:
        yield
    except (KafkaError, TimeoutError) as error:
        raise BrokerUnavailable(
            f"The Kafka broker at {kafka.bootstrap} does not answer ({type(error).__name__}):"
            " start it, or name another one with --bootstrap or ROUTER_KAFKA__BOOTSTRAP."
        ) from error


async def started(kafka: KafkaSettings, *clients: AIOKafkaAdminClient | AIOKafkaConsumer) -> None:
    """Connects Kafka's clients. Raises `BrokerUnavailable`, which says why it cannot be."""
    try:
        for client in clients:
            await client.start()
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(await diagnosis(kafka)) from error


class Cluster:
    """Topics, their partitions and records. All methods raise `BrokerUnavailable`."""

    def __init__(self, kafka: KafkaSettings, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> None:
        self.kafka = kafka
        self._consumer = consumer
        self._admin = admin

    async def topics(self) -> list[str]:
        """The names of all topics."""
        with reaching(self.kafka):
            return sorted(await self._admin.list_topics())

    async def partitions(self, topics: Collection[str]) -> list[TopicPartition]:
        """The partitions of those of the topics that exist."""
        with reaching(self.kafka):
            known: list[dict[str, Any]] = await self._admin.describe_topics()
        return sorted(
            TopicPartition(topic["topic"], partition["partition"])
            for topic in known
            if topic["topic"] in topics
            for partition in topic["partitions"]
        )

    async def ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset that the next record of each partition gets."""
        with reaching(self.kafka):
            ends: dict[TopicPartition, int] = await self._consumer.end_offsets(list(partitions))
        return ends

    async def begins(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset of the oldest record that each partition still holds."""
        with reaching(self.kafka):
            begins: dict[TopicPartition, int] = await self._consumer.beginning_offsets(list(partitions))
        return begins

    async def count_since(self, topics: Collection[str], since: datetime) -> int:
        """How many records these topics got from a time on; as many offsets at most."""
        partitions = await self.partitions(topics)
        if not partitions:
            return 0
        milliseconds = int(since.timestamp() * 1000)
        with reaching(self.kafka):
            firsts = await self._consumer.offsets_for_times(dict.fromkeys(partitions, milliseconds))
        ends = await self.ends(partitions)
        return sum(max(0, ends[one] - first.offset) for one, first in firsts.items() if first is not None)

    async def record_at(self, topic: str, partition: int, offset: int) -> Record | None:
        """The record at a place; None where there is none."""
        place = TopicPartition(topic, partition)
        if place in await self.partitions([topic]):
            async for record in self.stored([place], since=offset):
                return record if record.offset == offset else None
        return None

    async def written_since(self, topic: str, since: datetime) -> AsyncIterator[Record]:
        """What a topic holds now from the first record of that time on; what comes meanwhile is left out."""
        partitions = await self.partitions([topic])
        if not partitions:
            return
        milliseconds = int(since.timestamp() * 1000)
        with reaching(self.kafka):
            firsts = await self._consumer.offsets_for_times(dict.fromkeys(partitions, milliseconds))
        begins = {place: first.offset for place, first in firsts.items() if first is not None}
        async for record in self._from(begins):
            yield record

    async def stored(self, partitions: Sequence[TopicPartition], since: int = 0) -> AsyncIterator[Record]:
        """What the partitions hold now from the offset `since` on; what comes meanwhile is left out."""
        if not partitions:
            return
        begins = {place: max(begin, since) for place, begin in (await self.begins(partitions)).items()}
        async for record in self._from(begins):
            yield record

    async def _from(self, begins: Mapping[TopicPartition, int]) -> AsyncIterator[Record]:
        partitions = sorted(begins)
        ends = await self.ends(partitions) if partitions else {}
        left = {place for place in partitions if begins[place] < ends[place]}
        self.read_from({place: begins[place] for place in left})
        while left:
            for record in await self._next(sorted(left)):
                if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                    yield record
            with reaching(self.kafka):
                positions = {place: await self._consumer.position(place) for place in left}
            left = {place for place in left if positions[place] < ends[place]}

    def read_from(self, offsets: dict[TopicPartition, int]) -> None:
        """Reads these partitions from these offsets on, and no others."""
        self._consumer.assign(sorted(offsets))
        for place, offset in offsets.items():
            self._consumer.seek(place, offset)

    async def arriving(self, timeout_ms: int = 500) -> list[Record]:
        """What the partitions that are read brought within a while; may be nothing."""
        with reaching(self.kafka):
            batches = await self._consumer.getmany(timeout_ms=timeout_ms)
        return [record_of(raw) for batch in batches.values() for raw in batch]

    async def _next(self, partitions: Sequence[TopicPartition]) -> list[Record]:
        """The next records of the partitions; an empty list where a gap in the offsets was passed over."""
        with reaching(self.kafka):
            async with asyncio.timeout(STALLED_AFTER):
                while True:
                    before = {place: await self._consumer.position(place) for place in partitions}
                    batches = await self._consumer.getmany(*partitions, timeout_ms=500)
                    if batches:
                        return [record_of(raw) for batch in batches.values() for raw in batch]
                    if before != {place: await self._consumer.position(place) for place in partitions}:
                        return []


@asynccontextmanager
async def opened_cluster(kafka: KafkaSettings, *, committed: bool = False) -> AsyncIterator[Cluster]:
    """A connection to read with, outside any consumer group. Raises `BrokerUnavailable`.

    `committed`: what a producer took back in an aborted transaction is not read.
    """
    tolerant_reader.install()
    options = client_options(kafka)
    admin = AIOKafkaAdminClient(**options)
    consumer = AIOKafkaConsumer(
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=_FETCH_WAIT_MS,
        isolation_level="read_committed" if committed else "read_uncommitted",
        **options,
    )
    try:
        await started(kafka, admin, consumer)
        yield Cluster(kafka, admin, consumer)
    finally:
        await consumer.stop()
        await admin.close()


def record_of(raw: Any) -> Record:
    """A record as aiokafka hands it out."""
    return Record(raw.topic, raw.partition, raw.offset, raw.timestamp, raw.key, raw.value, tuple(raw.headers))
