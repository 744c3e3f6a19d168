"""Reading a topic as a member of a group, record by record."""

import asyncio
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from router.kafka.cluster import reaching, record_of, started
from router.kafka.connection import be_patient, client_options
from router.model.record import Record
from router.settings.kafka import KafkaSettings

log = structlog.get_logger(__name__)

_LEAVE_SECONDS: Final = 5.0


class GroupReader:
    """Reads one topic from where its group has come to. What is not committed is read again."""

    def __init__(self, kafka: KafkaSettings, topic: str, group: str) -> None:
        self._kafka = kafka
        self._consumer = AIOKafkaConsumer(
            topic,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            session_timeout_ms=kafka.session_timeout_ms,
            heartbeat_interval_ms=kafka.heartbeat_ms,
            **client_options(kafka),
        )
        be_patient(self._consumer._client)  # noqa: SLF001 - as in the producer

    async def start(self) -> None:
        """Joins the group. Raises `BrokerUnavailable`."""
        await started(self._kafka, self._consumer)

    async def read(self) -> list[Record]:
        """What comes within a short while; may be nothing. Raises `BrokerUnavailable`."""
        with reaching(self._kafka):
            batches = await self._consumer.getmany(timeout_ms=200, max_records=100)
        return [record_of(raw) for batch in batches.values() for raw in batch]

    async def commit(self, record: Record) -> None:
        """Notes that a record is done with; where that fails, it comes again."""
        try:
            await self._consumer.commit({TopicPartition(record.topic, record.partition): record.offset + 1})
        except KafkaError as error:
            log.warning("commit_failed", cause=type(error).__name__)

    async def stop(self) -> None:
        """Leaves the group; a broker that is away is not waited for."""
        leaving = asyncio.ensure_future(self._consumer.stop())
        done, _ = await asyncio.wait([leaving], timeout=_LEAVE_SECONDS)
        if not done:
            leaving.cancel()
