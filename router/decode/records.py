"""Records in any CloudEvents 1.0 mode to interactions."""

from datetime import datetime

import msgspec

from router.decode.events import ANY, Event, to_interaction
from router.decode.headers import NO_HEADERS, Headers, is_json, read_headers
from router.decode.outcome import DEFAULT_LIMITS, NOTHING, Decoded, Limits, Refusal
from router.decode.parsing import parse
from router.model.interaction import Interaction
from router.model.record import DeadLetter, Record

EVENT = msgspec.json.Decoder(Event)
EVENTS = msgspec.json.Decoder(list[msgspec.Raw])
WHITESPACE = b" \t\r\n"
CONFLUENT_PREFIX = 5


def decode(record: Record, latest: datetime, limits: Limits = DEFAULT_LIMITS) -> Decoded:
    """Read a record as CloudEvents in binary, structured or batch mode. Never raises.

    `latest` is the latest accepted time (aware, UTC). A record without a value is a no-op, unless CloudEvents
    headers make it an event without data. The record's key is not looked at.
    """
    try:
        headers = check_record(record, limits)
        if headers.binary and not _structured(headers):
            return one(_binary(record, headers, latest, limits))
        if record.value is None:
            return NOTHING
        return _read_value(record, record.value, headers, latest, limits)
    except Refusal as refusal:
        return dead(record, refusal)


def decode_line(line: bytes, number: int, latest: datetime, limits: Limits = DEFAULT_LIMITS) -> Decoded:
    """Read a line of a file that holds one CloudEvent a line as JSON. Never raises.

    A dead letter names topic `file` and the line number as offset. An empty line is a no-op.
    """
    text = line.strip()
    if not text:
        return NOTHING
    return decode(Record("file", 0, number, 0, None, text), latest, limits)


def check_record(record: Record, limits: Limits) -> Headers:
    """Refuse a record by its size or framing, else return its headers."""
    value = record.value
    if value:
        if len(value) > limits.value:
            raise Refusal(
                "value_too_large", f"The value has {len(value)} bytes; at most {limits.value} are read."
            )
        if value[0] == 0:
            raise Refusal("confluent_framing", _framing(value))
    return read_headers(record.headers, limits) if record.headers else NO_HEADERS


def holds_event(headers: Headers) -> bool:
    """Whether the headers alone tell that this is a CloudEvent, or that the value is no plain JSON."""
    return headers.binary or (
        headers.media is not None and (_structured(headers) or not is_json(headers.media))
    )


def _read_value(record: Record, value: bytes, headers: Headers, latest: datetime, limits: Limits) -> Decoded:
    _check_media(headers)
    if value[:1] == b"[" or (value[:1] in WHITESPACE and value.lstrip(WHITESPACE)[:1] == b"["):
        return _batch(record, value, headers, latest, limits)
    event = parse(value, EVENT, "The value")
    return one(to_interaction(event, record.timestamp, latest, limits, headers.traceparent))


def one(interaction: Interaction) -> Decoded:
    """The outcome of a record with one interaction."""
    return Decoded((interaction,))


def dead(record: Record, refusal: Refusal) -> Decoded:
    """The outcome of a record of which nothing can be read."""
    return Decoded((), DeadLetter(record, refusal.reason, refusal.detail))


def _structured(headers: Headers) -> bool:
    """A CloudEvents media type: the value holds the whole event, whatever the headers hold."""
    return headers.media is not None and headers.media.startswith("application/cloudevents")


def _binary(record: Record, headers: Headers, latest: datetime, limits: Limits) -> Interaction:
    data = None
    if record.value:
        _check_media(headers)
        data = parse(record.value, ANY, "The value")
    event = Event(**headers.attributes, data=data)
    return to_interaction(event, record.timestamp, latest, limits, headers.traceparent)


def _batch(record: Record, value: bytes, headers: Headers, latest: datetime, limits: Limits) -> Decoded:
    texts = parse(value, EVENTS, "The value")
    if len(texts) > limits.batch:
        raise Refusal(
            "value_too_large", f"The batch holds {len(texts)} events; at most {limits.batch} are read."
        )
    interactions = []
    first: Refusal | None = None
    bad = 0
    for index, text in enumerate(texts):
        try:
            event = parse(text, EVENT, "The event")
            interactions.append(to_interaction(event, record.timestamp, latest, limits, headers.traceparent))
        except Refusal as refusal:
            bad += 1
            detail = f"The first is at index {index}: {refusal.detail}"
            first = first or Refusal(refusal.reason, detail)
    if first is None:
        return Decoded(tuple(interactions))
    detail = f"{bad} of the batch's {len(texts)} events can not be read. {first.detail}"
    return Decoded(tuple(interactions), DeadLetter(record, first.reason, detail))


def _check_media(headers: Headers) -> None:
    if headers.media is not None and not is_json(headers.media):
        raise Refusal("unsupported_content_type", "The header content-type does not name JSON.")


def _framing(value: bytes) -> str:
    what = "The value has the framing of the Confluent schema registry"
    if len(value) < CONFLUENT_PREFIX:
        return f"{what}, which is not read; send JSON."
    schema = int.from_bytes(value[1:CONFLUENT_PREFIX])
    return f"{what} (schema id {schema}), which is not read; send JSON."
