"""What Kafka hands over, what is kept of it when it cannot be read, and what is published."""

from collections.abc import Sequence
from typing import Literal, get_args

from msgspec import Struct

DeadReason = Literal[
    "value_too_large",
    "too_many_headers",
    "not_json",
    "not_an_object",
    "too_deep",
    "confluent_framing",
    "schema_unknown",
    "schema_unsupported",
    "schema_mismatch",
    "unsupported_content_type",
    "specversion_unknown",
    "attribute_missing",
    "attribute_invalid",
    "time_invalid",
    "time_naive",
    "time_out_of_range",
    "time_in_future",
    "data_invalid",
    "token_invalid",
    "mapping_failed",
    "not_stored",
]
DEAD_REASONS: tuple[DeadReason, ...] = get_args(DeadReason)


class Record(Struct, frozen=True, gc=False):
    """A raw Kafka message: bytes as received and where they lay. `timestamp` is milliseconds since 1970.

    `appended`: by Kafka's own clock (LogAppendTime), not by the producer's.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    appended: bool = False


class Message(Struct, frozen=True):
    """A Kafka message to publish. `timestamp` is when it was written first, in milliseconds since 1970; None: now."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    timestamp: int | None = None


class DeadLetter(Struct, frozen=True):
    """A record that cannot be processed, kept whole, with a reason for machines and a detail for people."""

    record: Record
    reason: DeadReason
    detail: str


class TooLarge(Exception):
    """The broker refuses messages for their size: sending them again is of no use. All others are stored."""

    def __init__(self, refused: Sequence[Message]) -> None:
        super().__init__(f"{len(refused)} messages are too large: raise max.message.bytes of their topic")
        self.refused = refused
