"""Dead letters as Kafka messages: the record as received, and why it could not be processed in `dlq.*` headers."""

from base64 import b64encode
from typing import Any, Final

from router.model.record import DeadLetter, Record

PREFIX: Final = "dlq."
Headers = list[tuple[str, bytes | None]]


class NotADeadLetter(ValueError):
    """A record of a dead-letter topic without a `dlq.topic` header: nobody knows where it came from."""


def to_message(dead: DeadLetter, app: str) -> tuple[bytes | None, bytes | None, Headers]:
    """The key, value and headers to publish. `app` names who gives up on the record.

    Key, value and headers stay as received, null ones too; `dlq.*` headers of an earlier life are replaced.
    """
    record = dead.record
    told = {
        "reason": dead.reason,
        "detail": dead.detail,
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "timestamp": str(record.timestamp),
        "app": app,
    }
    headers = _received(record)
    headers.extend((PREFIX + name, text.encode()) for name, text in told.items())
    return record.key, record.value, headers


def original(record: Record) -> tuple[str, bytes | None, bytes | None, Headers]:
    """The topic, key, value and headers to publish again, from a record of a dead-letter topic.

    Raises NotADeadLetter where the record does not say which topic it came from.
    """
    topic = _told(record).get("topic")
    if not topic:
        raise NotADeadLetter(
            f"{record.topic}/{record.partition}/{record.offset} has no header dlq.topic and can not be replayed"
        )
    return topic, record.key, record.value, _received(record)


def describe(record: Record) -> dict[str, Any]:
    """A record of a dead-letter topic for people: where it lies, why, and what it holds.

    What is not UTF-8 is given as base64 under `key_base64` and `value_base64`. Numbers that
    a header does not hold are None.
    """
    told = _told(record)
    return {
        "dead_letter": f"{record.topic}/{record.partition}/{record.offset}",
        "reason": told.get("reason"),
        "detail": told.get("detail"),
        "topic": told.get("topic"),
        "partition": _number(told.get("partition")),
        "offset": _number(told.get("offset")),
        "timestamp": _number(told.get("timestamp")),
        "app": told.get("app"),
        "bytes": len(record.value or b""),
        **_readable("key", record.key),
        **_readable("value", record.value),
        "headers": [{"name": name, **_readable("value", value)} for name, value in _received(record)],
    }


def _received(record: Record) -> Headers:
    return [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]


def _told(record: Record) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX): value.decode("utf-8", "replace")
        for name, value in record.headers
        if name.startswith(PREFIX) and value is not None
    }


def _number(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def _readable(name: str, value: bytes | None) -> dict[str, str | None]:
    try:
        return {name: None if value is None else value.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": b64encode(value or b"").decode()}
