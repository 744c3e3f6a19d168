"""The dead letters of a service: to look at, and to send again."""

from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Self

from msgspec import Struct

from router.decode import describe
from router.flow.replay import Replayed, replay
from router.kafka.cluster import Cluster, opened_cluster
from router.kafka.in_order import publishing_in_order
from router.model.record import DeadReason, Record
from router.service.embedded import reachable
from router.settings import Settings


class NotAPlace(Exception):
    """A name or a place where this service lays no dead letters. The text says what to do."""


class NoDeadLetter(Exception):
    """Nothing lies at a place. The text says what to do."""


class Place(Struct, frozen=True):
    """Where a dead letter lies."""

    topic: str
    partition: int
    offset: int

    @classmethod
    def read(cls, text: str) -> Self:
        """From `TOPIC/PARTITION/OFFSET`. Raises `NotAPlace`."""
        topic, *numbers = text.rsplit("/", 2)
        if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
            raise NotAPlace(
                f"{text} is no place of a dead letter: write TOPIC/PARTITION/OFFSET as `dlq list` shows it."
            )
        return cls(topic, int(numbers[0]), int(numbers[1]))

    def __str__(self) -> str:
        """As `read` reads it."""
        return f"{self.topic}/{self.partition}/{self.offset}"


class DeadLetterTopics:
    """The topics with the dead letters of those that are read. All methods raise `NoBroker` and `BrokerUnavailable`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._topics = settings.topics

    async def newest(self, limit: int, topic: str | None = None) -> list[Record]:
        """The newest dead letters, of all topics or of one, named by itself or by its source. Raises `NotAPlace`."""
        one = self._named(self._topics.dlq_of(topic) if self._is_read(topic) else topic) if topic else None
        records: list[Record] = []
        async with opened_cluster(reachable(self._settings).kafka) as cluster:
            topics = [one] if one else [self._topics.dlq_of(read) for read in await self._read(cluster)]
            for partition in await cluster.partitions(topics):
                kept: deque[Record] = deque(maxlen=limit)
                async for record in cluster.stored([partition]):
                    kept.append(record)
                records += kept
        return sorted(records, key=lambda record: record.timestamp, reverse=True)[:limit]

    async def at(self, place: Place) -> Record:
        """The dead letter at a place. Raises `NotAPlace` and `NoDeadLetter`."""
        self._named(place.topic)
        async with opened_cluster(reachable(self._settings).kafka) as cluster:
            return await _at(cluster, place)

    async def replay(self, place: Place | None = None, reason: DeadReason | None = None) -> Replayed:
        """Sends the dead letter of a place again, else all, or all with a reason.

        Raises `NotAPlace`, `NoDeadLetter` and `RecordTooLarge`.
        """
        if place is not None:
            self._named(place.topic)
        async with opened_cluster(reachable(self._settings).kafka) as cluster:
            topics = await self._read(cluster)
            deadline = self._settings.dispatch.send_deadline_seconds
            async with publishing_in_order(cluster, topics, deadline) as publishing:
                return await replay(
                    self._chosen(cluster, place, reason), topics, publishing, datetime.now(UTC)
                )

    async def _chosen(
        self, cluster: Cluster, place: Place | None, reason: DeadReason | None
    ) -> AsyncIterator[Record]:
        if place is not None:
            yield await _at(cluster, place)
            return
        letters = [self._topics.dlq_of(read) for read in await self._read(cluster)]
        async for record in cluster.stored(await cluster.partitions(letters)):
            if reason in (None, describe(record)["reason"]):
                yield record

    def _is_read(self, topic: str) -> bool:
        return topic in self._topics.inputs or self._topics.allows(topic)

    async def _read(self, cluster: Cluster) -> list[str]:
        """The topics that are or may be read, those that there are."""
        return [topic for topic in await cluster.topics() if self._is_read(topic)]

    def _named(self, topic: str) -> str:
        source = topic.removesuffix(self._topics.dlq_suffix)
        if source == topic or not self._is_read(source):
            known = [self._topics.dlq_of(one) for one in (*self._topics.inputs, *self._topics.allowed)]
            raise NotAPlace(f"{topic} is no topic with dead letters: {', '.join(known)} are.")
        return topic


async def _at(cluster: Cluster, place: Place) -> Record:
    record = await cluster.record_at(place.topic, place.partition, place.offset)
    if record is None:
        raise NoDeadLetter(
            f"There is no dead letter at {place}: `feedback-router dlq list` shows where they lie."
        )
    return record
