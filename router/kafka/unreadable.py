"""Partitions that cannot be read: which, from which offset on, why, and since when."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka import errors as kafka_errors
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.offset import OffsetRequest

from router.kafka.unpacking import MOST, UnpacksTooLarge
from router.telemetry.progress import Unreadable

log = structlog.get_logger(__name__)

_HEAD: Final = 12
_CAUSES: Final[Mapping[type[Exception], str]] = {
    kafka_errors.UnsupportedCodecError: "it is compressed in a way that is not known here",
    kafka_errors.CorruptRecordException: "the batch there is damaged: its checksum or its form is wrong",
    kafka_errors.TopicAuthorizationFailedError: "the right to read the topic is missing: grant Read and Describe",
    kafka_errors.GroupAuthorizationFailedError: "the right to use the consumer group is missing: grant Read on it",
    kafka_errors.InvalidSessionTimeoutError: "Kafka does not allow a session of this length: set"
    " ROUTER_KAFKA__SESSION_TIMEOUT_MS within group.min.session.timeout.ms and group.max.session.timeout.ms",
    kafka_errors.KafkaConnectionError: "Kafka does not answer",
    kafka_errors.OffsetOutOfRangeError: "Kafka does not have that offset any more",
    kafka_errors.NoOffsetForPartitionError: "nothing is committed for it and none is to be assumed",
    kafka_errors.UnknownTopicOrPartitionError: "Kafka does not know it: was the topic deleted?",
    kafka_errors.RecordTooLargeError: "the batch there is larger than what one fetch brings",
    UnicodeDecodeError: "a text in the batch there is not UTF-8",
    UnpacksTooLarge: f"the batch there unpacks to more than {MOST // 1024 // 1024} MiB",
    MemoryError: "the batch there is larger than the memory",
}


def cause_of(error: BaseException | type[BaseException]) -> str:
    """Why something cannot be read, in words. What the error itself says is left out: it may hold data."""
    kind = error if isinstance(error, type) else type(error)
    known = next((words for one, words in _CAUSES.items() if issubclass(kind, one)), None)
    return f"{known} ({kind.__name__})" if known else kind.__name__


class UnreadablePartitions:
    """What a consumer knows of its unreadable partitions.

    Two things can go wrong: Kafka answers a fetch with an error, or what it brings cannot be unpacked.
    """

    def __init__(self) -> None:
        self._refused: dict[TopicPartition, Unreadable] = {}
        self._broken: dict[TopicPartition, Unreadable] = {}

    def all(self, assigned: Iterable[TopicPartition]) -> dict[TopicPartition, Unreadable]:
        """The unreadable ones of these partitions; others are forgotten."""
        kept = set(assigned)
        for held in (self._refused, self._broken):
            for partition in held.keys() - kept:
                del held[partition]
        return {**self._refused, **self._broken}

    def broken(self, partition: TopicPartition, offset: int | None, error: Exception) -> None:
        """What the partition holds there cannot be unpacked."""
        known = self._broken.get(partition)
        since = known.since if known and known.offset == offset else datetime.now(UTC)
        self._broken[partition] = Unreadable(offset, cause_of(error), since)

    def read(self, partition: TopicPartition) -> None:
        """Records of the partition were unpacked."""
        self._broken.pop(partition, None)

    def answered(self, request: Any, response: Any) -> None:
        """Takes in what Kafka answered to a client's request, if it is about partitions to be read."""
        if isinstance(request, FetchRequest):
            offsets = {
                TopicPartition(topic, number): offset
                for topic, partitions in request.topics
                for number, offset, *_ in partitions
            }
            for topic, partitions in response.topics:
                for number, code, _high, *rest in partitions:
                    partition, error = TopicPartition(topic, number), for_code(code)
                    if not code and _cut_off(rest[-1]):
                        error = kafka_errors.RecordTooLargeError
                    elif not code and not rest[-1]:
                        # What could not be unpacked there is gone.
                        self._broken.pop(partition, None)
                    self._note(partition, offsets.get(partition), error)
        elif isinstance(request, OffsetRequest):
            for topic, partitions in response.topics:
                for number, code, *_ in partitions:
                    # That its ends are known says nothing of what is between them.
                    if code:
                        self._note(TopicPartition(topic, number), None, for_code(code))

    def _note(self, partition: TopicPartition, offset: int | None, error: type[KafkaError]) -> None:
        if error is kafka_errors.NoError:
            self._refused.pop(partition, None)
            return
        known = self._refused.get(partition)
        if error is kafka_errors.OffsetOutOfRangeError and known is None:
            log.error(
                "records_gone",
                place=f"{partition.topic}/{partition.partition}",
                offset=offset,
                message="Kafka does not have this offset any more: what was not read before its retention ended"
                " is lost; reading goes on with the earliest record there is",
            )
        since = known.since if known else datetime.now(UTC)
        self._refused[partition] = Unreadable(offset, cause_of(error), since, bool(error.retriable))


def _cut_off(batches: bytes | None) -> bool:
    """Whether a fetch brought something, and not even one whole batch."""
    if not batches:
        return False
    return len(batches) < _HEAD + int.from_bytes(batches[8:_HEAD])
