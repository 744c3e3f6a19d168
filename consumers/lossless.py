"""A FastStream broker and a consumer that lose nothing when a fetch fails."""

from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream.kafka import KafkaBroker

from router.broker.connection import be_patient


class LosslessConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka is untyped
    """A consumer whose failed `getmany` hands everything out again.

    aiokafka moves the positions of healthy partitions before it raises for a broken one, and drops what it
    had drained from them. Here every partition goes back to where it was before the call.
    """

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        be_patient(self._client)

    async def start(self) -> None:
        """As aiokafka's; one that does not start is closed."""
        try:
            await super().start()
        except BaseException:
            await self.stop()
            raise

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]:
        """As aiokafka's, but an error leaves the positions where they were."""
        assignment = self._assignment()
        before = _positions(assignment)
        try:
            found: dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]] = await super().getmany(
                *partitions, timeout_ms=timeout_ms, max_records=max_records
            )
        except Exception:
            # After a rebalance the positions noted are not ours to go back to.
            self._back(before if self._assignment() is assignment else {})
            raise
        return found

    def _back(self, positions: dict[TopicPartition, int]) -> None:
        assignment = self._assignment()
        for partition in self.assignment():
            # A seek also drops what was fetched.
            self.seek(partition, positions.get(partition, 0))
            if partition not in positions:
                # As if just assigned: nothing of it was handed out, so it is read from what is committed.
                assignment.state_value(partition).await_reset(None)

    def _assignment(self) -> Any:
        return self._subscription.subscription and self._subscription.subscription.assignment


class LosslessBroker(KafkaBroker):
    """A FastStream broker whose subscribers use the lossless consumer."""

    async def _connect(self) -> Any:
        await super()._connect()
        config = self.config.broker_config
        config.builder = partial(LosslessConsumer, **config.builder.keywords)  # type: ignore[attr-defined]
        return config.builder


def _positions(assignment: Any) -> dict[TopicPartition, int]:
    """Where each partition stands that was read from since it was assigned."""
    if assignment is None:
        return {}
    states = {partition: assignment.state_value(partition) for partition in assignment.tps}
    return {partition: state.position for partition, state in states.items() if state.has_valid_position}
