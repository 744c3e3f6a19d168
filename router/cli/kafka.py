"""Kafka as the command line sees it: which broker, what topics hold, what was read of them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from router.cli.faults import Refused
from router.kafka import tolerant_reader
from router.kafka.connection import client_options
from router.kafka.diagnosis import diagnosis
from router.kafka.producer import BrokerUnavailable
from router.model.record import Record
from router.service.roles import embedded_address

if TYPE_CHECKING:
    from router.settings import Settings

STALLED_AFTER: Final = 30.0
"""Seconds without an answer after which a broker counts as gone."""

_FETCH_WAIT_MS: Final = 50  # the embedded broker wakes no waiting fetch


def require_broker(settings: "Settings") -> "Settings":
    """The settings with a broker: the one set, else the embedded one that runs on the data directory."""
    if settings.kafka.bootstrap is not None:
        return settings
    address = embedded_address(settings.data)
    if address is None:
        raise Refused(
            "No Kafka broker is set: set ROUTER_KAFKA__BOOTSTRAP, or start `feedback-router run`"
            f" on this data directory ({settings.data})."
        )
    return settings.model_copy(update={"kafka": settings.kafka.model_copy(update={"bootstrap": address})})


@contextmanager
def reaching(where: str | None) -> Iterator[None]:
    """Turns what Kafka's client raises into `BrokerUnavailable` with a way out."""
    try:
        yield
    except (KafkaError, TimeoutError) as error:
        raise BrokerUnavailable(
            f"The Kafka broker at {where} does not answer ({type(error).__name__}):"
            " start it, or name another one with --bootstrap or ROUTER_KAFKA__BOOTSTRAP."
        ) from error


async def started(settings: "Settings", *clients: AIOKafkaAdminClient | AIOKafkaConsumer) -> None:
    """Connects Kafka's clients. Raises `BrokerUnavailable`, which says why it cannot be."""
    try:
        for client in clients:
            await client.start()
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(await diagnosis(settings.kafka)) from error


class Cluster:
    """Topics, partitions and what a group has read. All methods raise `BrokerUnavailable`."""

    def __init__(self, settings: "Settings", admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> None:
        self.settings = settings
        self.consumer = consumer
        self._admin = admin
        self._where = settings.kafka.bootstrap

    async def partitions(self, topics: Collection[str]) -> list[TopicPartition]:
        """The partitions of those of the topics that exist."""
        with reaching(self._where):
            known: list[dict[str, Any]] = await self._admin.describe_topics()
        return sorted(
            TopicPartition(topic["topic"], partition["partition"])
            for topic in known
            if topic["topic"] in topics
            for partition in topic["partitions"]
        )

    async def ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset that the next record of each partition gets."""
        with reaching(self._where):
            ends: dict[TopicPartition, int] = await self.consumer.end_offsets(list(partitions))
        return ends

    async def begins(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset of the oldest record that each partition still holds."""
        with reaching(self._where):
            begins: dict[TopicPartition, int] = await self.consumer.beginning_offsets(list(partitions))
        return begins

    async def stored(self, partitions: Sequence[TopicPartition], since: int = 0) -> AsyncIterator[Record]:
        """What the partitions hold now from the offset `since` on; what comes meanwhile is left out."""
        if not partitions:
            return
        ends = await self.ends(partitions)
        begins = {place: max(begin, since) for place, begin in (await self.begins(partitions)).items()}
        left = {place for place in partitions if begins[place] < ends[place]}
        self.read_from({place: begins[place] for place in left})
        while left:
            for record in await self._next(sorted(left)):
                if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                    yield record
            with reaching(self._where):
                positions = {place: await self.consumer.position(place) for place in left}
            left = {place for place in left if positions[place] < ends[place]}

    def read_from(self, offsets: dict[TopicPartition, int]) -> None:
        """Reads these partitions from these offsets on, and no others."""
        self.consumer.assign(sorted(offsets))
        for place, offset in offsets.items():
            self.consumer.seek(place, offset)

    async def arriving(self, timeout_ms: int = 500) -> list[Record]:
        """What the partitions that are read brought within a while; may be nothing."""
        with reaching(self._where):
            found = await self.consumer.getmany(timeout_ms=timeout_ms)
        return [_record(raw) for batch in found.values() for raw in batch]

    async def _next(self, partitions: Sequence[TopicPartition]) -> list[Record]:
        """The next records of the partitions; an empty list where a gap in the offsets was passed over."""
        with reaching(self._where):
            async with asyncio.timeout(STALLED_AFTER):
                while True:
                    before = {place: await self.consumer.position(place) for place in partitions}
                    found = await self.consumer.getmany(*partitions, timeout_ms=500)
                    if found:
                        return [_record(raw) for batch in found.values() for raw in batch]
                    if before != {place: await self.consumer.position(place) for place in partitions}:
                        return []


@asynccontextmanager
async def opened_cluster(settings: "Settings") -> AsyncIterator[Cluster]:
    """A connection to read with, outside any consumer group. Raises `BrokerUnavailable`."""
    settings = require_broker(settings)
    tolerant_reader.install()
    options = client_options(settings.kafka)
    admin = AIOKafkaAdminClient(**options)
    consumer = AIOKafkaConsumer(
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=_FETCH_WAIT_MS,
        **options,
    )
    try:
        await started(settings, admin, consumer)
        yield Cluster(settings, admin, consumer)
    finally:
        await consumer.stop()
        await admin.close()


def _record(raw: Any) -> Record:
    return Record(raw.topic, raw.partition, raw.offset, raw.timestamp, raw.key, raw.value, tuple(raw.headers))
