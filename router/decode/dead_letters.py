"""Dead letters as Kafka messages: the record as received, and why it could not be processed in `dlq.*` headers."""

from base64 import b64encode
from typing import Any, Final, Literal

from router.model.record import DeadLetter, Record

PREFIX: Final = "dlq."
RecordHeaders = list[tuple[str, bytes | None]]
LeftOut = Literal["value", "all"]
"""What a dead letter lacks that was too large to publish: the value, or also key and received headers."""

_CUT: Final[dict[LeftOut, str]] = {"value": "value", "all": "value, key and headers"}


class NotADeadLetter(ValueError):
    """A record of a dead-letter topic that cannot be replayed: its origin is not known, or it is not whole."""


def to_message(
    dead: DeadLetter, app: str, left_out: LeftOut | None = None
) -> tuple[bytes | None, bytes | None, RecordHeaders]:
    """The key, value and headers to publish. `app` names who gives up on the record.

    Key, value and headers stay as received, null ones too; `dlq.*` headers of an earlier life are replaced.
    `left_out` is for a record too large for the dead-letter topic.
    """
    record = dead.record
    given = {
        "reason": dead.reason,
        "detail": dead.detail,
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "timestamp": str(record.timestamp),
        "app": app,
    }
    if left_out is not None:
        given["truncated"] = left_out
        given["detail"] += (
            f" Too large for this topic, so without {_CUT[left_out]} (a value of {len(record.value or b'')} bytes)."
        )
    headers = [] if left_out == "all" else _received(record)
    headers.extend((PREFIX + name, text.encode()) for name, text in given.items())
    return (
        None if left_out == "all" else record.key,
        record.value if left_out is None else None,
        headers,
    )


def original(record: Record) -> tuple[str, bytes | None, bytes | None, RecordHeaders]:
    """The topic, key, value and headers to publish again, from a record of a dead-letter topic.

    Raises NotADeadLetter where the record does not say which topic it came from, or where it was cut.
    """
    given, place = _given(record), f"{record.topic}/{record.partition}/{record.offset}"
    topic = given.get("topic")
    if not topic:
        raise NotADeadLetter(f"{place} has no header dlq.topic and cannot be replayed")
    if "truncated" in given:
        raise NotADeadLetter(
            f"{place} was too large to be kept whole and cannot be replayed:"
            f" publish it anew from {topic}/{given.get('partition')}/{given.get('offset')}, while that is there"
        )
    return topic, record.key, record.value, _received(record)


def describe(record: Record) -> dict[str, Any]:
    """A record of a dead-letter topic for people: where it lies, why, and what it holds.

    What is not UTF-8 is given as base64 under `key_base64` and `value_base64`. Numbers that
    a header does not hold are None.
    """
    given = _given(record)
    return {
        "dead_letter": f"{record.topic}/{record.partition}/{record.offset}",
        "reason": given.get("reason"),
        "detail": given.get("detail"),
        "topic": given.get("topic"),
        "partition": _number(given.get("partition")),
        "offset": _number(given.get("offset")),
        "timestamp": _number(given.get("timestamp")),
        "app": given.get("app"),
        "truncated": given.get("truncated"),
        "bytes": len(record.value or b""),
        **_readable("key", record.key),
        **_readable("value", record.value),
        "headers": [{"name": name, **_readable("value", value)} for name, value in _received(record)],
    }


def _received(record: Record) -> RecordHeaders:
    return [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]


def _given(record: Record) -> dict[str, str]:
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
