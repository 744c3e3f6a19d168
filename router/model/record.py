"""What Kafka hands over, and what is kept of it when it can not be read."""

from typing import Literal, get_args

from msgspec import Struct

DeadReason = Literal[
    "value_too_large",
    "too_many_headers",
    "not_json",
    "not_an_object",
    "too_deep",
    "confluent_framing",
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


class DeadLetter(Struct, frozen=True):
    """A record that can not be processed, kept whole, with a reason for machines and a detail for people."""

    record: Record
    reason: DeadReason
    detail: str
