"""Records in any CloudEvents 1.0 mode to interactions."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from router.decode.events import ANY, Event, to_interaction
from router.decode.framing import FRAME_BYTES, VALUE_HEADER
from router.decode.headers import NO_HEADERS, Headers, is_json, read_headers
from router.decode.outcome import DEFAULT_LIMITS, NOTHING, Decoded, Refusal, SizeLimits
from router.decode.parsing import parse
from router.decode.unclear import unclear
from router.decode.within import events_within
from router.model.interaction import UNCLEAR_TYPE, Interaction
from router.model.record import DeadLetter, Record

EVENT = msgspec.json.Decoder(Event)
EVENTS = msgspec.json.Decoder(list[msgspec.Raw])
WHITESPACE = b" \t\r\n"
OF_JSON = (b"{", b"[", b" ", b"\n", b"\r", b"\t")
REGISTRY_UNSET = (
    "set ROUTER_SCHEMA_REGISTRY__URL, by which such values are read, and replay it; or publish JSON."
)
WAY_OUT = " Events lie inside it: send each as a record of its own, or a list of nothing but events."


def decode(record: Record, latest: datetime, limits: SizeLimits = DEFAULT_LIMITS) -> Decoded:
    """Read a record as CloudEvents in binary, structured or batch mode. Never raises.

    `latest` is the latest accepted time (aware, UTC). A record without a value is a no-op, unless CloudEvents
    headers make it an event without data. The record's key is not looked at. Of an event that cannot be read and
    may have been a customer's no, an interaction of the type `UNCLEAR_TYPE` tells besides the dead letter.
    """
    reading = _Reading(record, NO_HEADERS, latest, limits)
    try:
        reading.headers = check_record(record, limits)
        return _events(reading)
    except Refusal as refusal:
        return reading.dead(refusal)


def decode_only(
    of: str, record: Record, latest: datetime, limits: SizeLimits = DEFAULT_LIMITS, key: str = ""
) -> Decoded:
    """Read a record of a topic that holds one type: as `decode`, or a plain JSON object. Never raises.

    A plain object is the data of an event that takes its id from the record's position and, where it has no `time`, its
    time from the record. `key` is the customer of what names none. A record without a value means that this customer
    is to be forgotten, without a key it is a no-op. What cannot be read is taken to be of the topic's type.
    """
    reading = _Reading(record, NO_HEADERS, latest, limits, of, key)
    try:
        reading.headers = check_record(record, limits)
        if record.value is None:
            return reading.decoded(reading.plain({"forget": True})) if key else NOTHING
        if not _holds_event(reading.headers):
            value = parse(record.value, ANY, "The value")
            # An event without it is no event in any mode, so nothing that is one is taken for plain.
            if isinstance(value, dict) and "specversion" not in value:
                return reading.decoded(reading.plain(value))
        decoded = _events(reading)
    except Refusal as refusal:
        return reading.dead(refusal)
    kept: list[Interaction] = []
    problem = decoded.dead
    for one in decoded.interactions:
        if one.type in (of, UNCLEAR_TYPE):
            kept.append(one)
            continue
        detail = f"The attribute type of an event on this topic is not {of}."
        problem = problem or DeadLetter(record, "attribute_invalid", detail)
        event = Event(None, one.id, one.source, None, one.customer_id, one.time.isoformat())
        event.data = one.attributes
        kept += reading.unclear(event)
    return Decoded(tuple(kept), problem)


def decode_line(line: bytes, number: int, latest: datetime, limits: SizeLimits = DEFAULT_LIMITS) -> Decoded:
    """Read a line of a file that holds one CloudEvent a line as JSON. Never raises.

    A dead letter names topic `file` and the line number as offset. An empty line is a no-op.
    """
    text = line.strip()
    if not text:
        return NOTHING
    return decode(Record("file", 0, number, 0, None, text), latest, limits)


def check_record(record: Record, limits: SizeLimits) -> Headers:
    """Refuse a record by its size or framing, else return its headers."""
    value = record.value
    if value:
        if len(value) > limits.value:
            raise Refusal(
                "value_too_large", f"The value has {len(value)} bytes; at most {limits.value} are read."
            )
        if value[0] == 0:
            framing = "The value has the framing of a schema registry"
            if len(value) >= FRAME_BYTES:
                framing += f" (schema id {int.from_bytes(value[1:FRAME_BYTES])})"
            raise Refusal("confluent_framing", f"{framing}: {REGISTRY_UNSET}")
    if not record.headers:
        return NO_HEADERS
    headers = read_headers(record.headers, limits)
    if value and value[:1] not in OF_JSON and any(name == VALUE_HEADER for name, _ in record.headers):
        raise Refusal(
            "confluent_framing",
            f"The header {VALUE_HEADER} names a schema, and the value is no JSON: {REGISTRY_UNSET}",
        )
    return headers


class _Reading(Struct):
    """A record as it is being read. Of its events that are unclear the type is `of`, the customer of any `key`."""

    record: Record
    headers: Headers
    latest: datetime
    limits: SizeLimits
    of: str = ""
    key: str = ""

    def plain(self, data: dict[str, Any]) -> Event:
        """The event whose data a plain object is."""
        position = f"{self.record.topic}/{self.record.partition}/{self.record.offset}"
        return Event("1.0", position, "kafka", self.of, time=data.pop("time", None), data=data)

    def interaction(self, event: Event) -> Interaction:
        return to_interaction(
            event, self.record.timestamp, self.latest, self.limits, self.headers.traceparent, self.key
        )

    def decoded(self, event: Event) -> Decoded:
        """What a record comes to that holds one event."""
        try:
            return Decoded((self.interaction(event),))
        except Refusal as refusal:
            return self.dead(refusal, event)

    def dead(self, refusal: Refusal, event: Event | None = None) -> Decoded:
        """What a record comes to that cannot be read."""
        event, detail = event or Event(), refusal.detail
        found = self.unclear(event)
        if event.specversion is None or (self.of and not found):
            inside = self.inside(self.record.value or b"")
            found += inside
            detail += WAY_OUT if inside else ""
        return Decoded(found, DeadLetter(self.record, refusal.reason, detail))

    def unclear(self, event: Event, index: int = 0) -> tuple[Interaction, ...]:
        """What an event that cannot be read may have meant: what the topic tells, whatever it says of its type."""
        event = replace(event, type=self.of) if self.of else event
        found = unclear(self.record, event, self.latest, self.limits, index=index, key=self.key)
        return (found,) if found else ()

    def inside(self, text: bytes) -> tuple[Interaction, ...]:
        """What the events may have meant that a text holds which is none itself."""
        if len(text) > self.limits.value:
            return ()
        found = events_within(text[FRAME_BYTES:] if text[:1] == b"\0" else text)
        return tuple(one for index, event in enumerate(found) for one in self.unclear(event, index))


def _events(reading: _Reading) -> Decoded:
    """The CloudEvents of a record that passed its first check."""
    headers, value = reading.headers, reading.record.value
    if headers.binary and not _structured(headers):
        event = Event(**headers.attributes)
        if value:
            try:
                _check_media(headers)
                event.data = parse(value, ANY, "The value")
            except Refusal as refusal:
                return reading.dead(refusal, event)
        return reading.decoded(event)
    if value is None:
        return NOTHING
    _check_media(headers)
    # Told by the value: producers leave the media type of a batch out.
    if value[:1] == b"[" or (value[:1] in WHITESPACE and value.lstrip(WHITESPACE)[:1] == b"["):
        return _batch(reading, value)
    return reading.decoded(parse(value, EVENT, "The value"))


def _holds_event(headers: Headers) -> bool:
    """Whether the headers alone tell that this is a CloudEvent, or that the value is no plain JSON."""
    return headers.binary or (
        headers.media is not None and (_structured(headers) or not is_json(headers.media))
    )


def _structured(headers: Headers) -> bool:
    """A CloudEvents media type: the value holds the whole event, whatever the headers hold."""
    return headers.media is not None and headers.media.startswith("application/cloudevents")


def _batch(reading: _Reading, value: bytes) -> Decoded:
    texts = parse(value, EVENTS, "The value")
    if len(texts) > reading.limits.batch:
        raise Refusal(
            "value_too_large",
            f"The batch holds {len(texts)} events; at most {reading.limits.batch} are read.",
        )
    interactions: list[Interaction] = []
    first: Refusal | None = None
    bad = 0
    for index, text in enumerate(texts):
        event = Event()
        try:
            # Each by itself: one that is broken costs no other.
            event = parse(text, EVENT, "The event")
            interactions.append(reading.interaction(event))
        except Refusal as refusal:
            interactions += reading.unclear(event, index)
            interactions += reading.inside(bytes(text)) if event.specversion is None else ()
            bad += 1
            detail = f"The first is at index {index}: {refusal.detail}"
            first = first or Refusal(refusal.reason, detail)
    if first is None:
        return Decoded(tuple(interactions))
    detail = f"{bad} of the batch's {len(texts)} events cannot be read. {first.detail}"
    return Decoded(tuple(interactions), DeadLetter(reading.record, first.reason, detail))


def _check_media(headers: Headers) -> None:
    if headers.media is not None and not is_json(headers.media):
        raise Refusal("unsupported_content_type", "The header content-type does not name JSON.")
