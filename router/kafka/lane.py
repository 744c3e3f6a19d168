"""One lane: one consumer of the group in this process, with its own transaction in flight."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from router.flow.pipeline import Decode, DecodeByRules
from router.kafka.instance import Instance
from router.kafka.lossless import LosslessBroker
from router.model.record import Record
from router.settings import Settings
from router.settings.kafka import KafkaSettings

log = structlog.get_logger(__name__)

REVOKE_PATIENCE = 10.0
"""Seconds that a rebalance waits for the batch in flight."""

LOG_APPEND_TIME = 1
"""The kind of a timestamp that Kafka gave itself."""

RawBatch = tuple[ConsumerRecord[bytes, bytes], ...]

Take = Callable[[str, Sequence[Record], Decode | DecodeByRules], Awaitable[None]]
"""Takes a batch of a lane, named, and how its records are decoded; returns when what they hold is stored."""


class Lane(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """Reads one topic in batches of raw records and hands them on."""

    def __init__(self, name: str, topic: str, group: str, take: Take, decode: Decode | DecodeByRules) -> None:
        self.name = name
        self.topic = topic
        self.group = group
        self._take = take
        self.decode = decode
        self.free = asyncio.Event()
        self.free.set()
        self.subscriber: BatchSubscriber | None = None

    def subscribe(
        self, broker: LosslessBroker, kafka: KafkaSettings, instance: Instance, *, passing: bool = False
    ) -> None:
        """Registers the lane. A batch is acknowledged when it is stored; a failed one is read again.

        `passing`: it comes and goes while the broker runs, started and stopped by itself.
        """
        self.subscriber = broker.subscriber(
            self.topic,
            batch=True,
            group_id=self.group,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            auto_offset_reset="earliest",
            # What a producer took back in an aborted transaction never happened.
            isolation_level="read_committed",
            max_records=kafka.max_records,
            batch_timeout_ms=200,
            group_instance_id=instance.of(self.name),
            fetch_max_wait_ms=kafka.fetch_wait_ms,
            session_timeout_ms=kafka.session_timeout_ms,
            heartbeat_interval_ms=kafka.heartbeat_ms,
            rebalance_timeout_ms=kafka.rebalance_timeout_ms,
            listener=self,
            parser=self._parse,
            decoder=_records,
            include_in_schema=self.name.endswith("0"),
            persistent=not passing,
        )
        self.subscriber(self.handle)

    async def handle(self, records: Sequence[Record]) -> None:
        """Takes one batch."""
        self.free.clear()
        try:
            await self._take(self.name, records, self.decode)
        finally:
            self.free.set()

    async def start(self) -> None:
        """Joins its group and reads. Raises `NotStarted`."""
        if self.subscriber is not None:
            await self.subscriber.start()

    async def stop(self) -> None:
        """Reads no more: the batch in flight is finished, its offsets are committed, and the group is left."""
        if self.subscriber is not None:
            await self.subscriber.stop()

    @property
    def consumer(self) -> Any:
        """The aiokafka consumer behind the lane; None while stopped."""
        return self.subscriber.consumer if self.subscriber else None

    async def _parse(self, batch: RawBatch) -> KafkaAckableMessage:
        # FastStream's own parser decodes headers as UTF-8 and fails on a null one, which loses the batch.
        return KafkaAckableMessage(
            raw_message=batch, body=b"", headers={}, batch_headers=[], consumer=self.consumer
        )

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Waits for the batch in flight, so that its offsets can still be committed."""
        if revoked:
            try:
                async with asyncio.timeout(REVOKE_PATIENCE):
                    await self.free.wait()
            except TimeoutError:
                return

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Tells which partitions the lane reads from here on."""
        log.info(
            "partitions_assigned", lane=self.name, partitions=sorted(entry.partition for entry in assigned)
        )


async def _records(message: KafkaAckableMessage) -> list[Record]:
    return [
        Record(
            raw.topic,
            raw.partition,
            raw.offset,
            raw.timestamp,
            raw.key,
            raw.value,
            tuple(raw.headers),
            raw.timestamp_type == LOG_APPEND_TIME,
        )
        for raw in message.raw_message
    ]


class Topics(NamedTuple):
    """What is read. `always` make the lanes of topics that are read whatever the rules; `of_source` those of a named topic."""

    always: tuple[Callable[[Settings, Take], list[Lane]], ...]
    of_source: Callable[[Settings, Take, str], list[Lane]]
