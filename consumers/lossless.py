"""A FastStream broker and a consumer that lose nothing when a fetch fails."""

from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream.kafka import KafkaBroker


class LosslessConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka is untyped
    """A consumer whose failed `getmany` hands everything out again.

    aiokafka moves the positions of healthy partitions before it raises for a broken one, and drops what it
    had drained from them. Here every partition goes back to where the last handed-out record left it.
    """

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        self._next: dict[TopicPartition, int] = {}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Moves the position, as asked for by a negative acknowledgement."""
        super().seek(partition, offset)
        self._next[partition] = offset

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]:
        """As aiokafka's, but an error leaves the positions where they were."""
        try:
            found: dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]] = await super().getmany(
                *partitions, timeout_ms=timeout_ms, max_records=max_records
            )
        except Exception:
            await self._back()
            raise
        for partition, records in found.items():
            self._next[partition] = records[-1].offset + 1
        return found

    async def _back(self) -> None:
        for partition in self.assignment():
            if partition in self._next:
                super().seek(partition, self._next[partition])
            else:
                await self.seek_to_committed(partition)


class LosslessBroker(KafkaBroker):
    """A FastStream broker whose subscribers use the lossless consumer."""

    async def _connect(self) -> Any:
        await super()._connect()
        config = self.config.broker_config
        config.builder = partial(LosslessConsumer, **config.builder.keywords)  # type: ignore[attr-defined]
        return config.builder
