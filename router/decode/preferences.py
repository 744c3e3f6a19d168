"""Records of the preferences topic, keyed by customer id."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from router.decode.events import ANY, Event, to_interaction
from router.decode.headers import Headers
from router.decode.outcome import DEFAULT_LIMITS, NOTHING, Decoded, Limits, Refusal
from router.decode.parsing import parse
from router.decode.records import check_record, dead, holds_event, one, read
from router.decode.texts import optional_text
from router.decode.unclear import unclear
from router.model.interaction import PREFERENCES_TYPE, UNCLEAR_TYPE, Interaction
from router.model.record import DeadLetter, Record


def decode_preferences(record: Record, latest: datetime, limits: Limits = DEFAULT_LIMITS) -> Decoded:
    """Read a record as preferences: a CloudEvent of that type, or a plain JSON object. Never raises.

    The customer is the one the value names, else the record's key. A plain object's interaction takes its id
    from the record's position and, where it has no `time`, its time from the record. A record without a value means
    that the customer is to be forgotten: an interaction with the attributes `{"forget": true}`; without a key it is a
    no-op. Of a record that cannot be read an interaction of the type `UNCLEAR_TYPE` tells besides the dead letter,
    where its customer is known: it may have been a no.
    """
    key = ""
    try:
        key = _key(record, limits) or ""
        headers = check_record(record, limits)
        if record.value is None:
            return _composed(record, {"forget": True}, latest, limits, key) if key else NOTHING
        if not holds_event(headers):
            value = parse(record.value, ANY, "The value")
            if isinstance(value, dict) and "specversion" not in value:
                return _composed(record, value, latest, limits, key)
        return _of_events(record, headers, latest, limits, key)
    except Refusal as refusal:
        return dead(record, refusal, _unclear(record, Event(), latest, limits, key))


def _composed(record: Record, data: dict[str, Any], latest: datetime, limits: Limits, key: str) -> Decoded:
    position = f"{record.topic}/{record.partition}/{record.offset}"
    customer = None if data.get("customer_id") else key
    event = Event(
        "1.0", position, "kafka", PREFERENCES_TYPE, customer, time=data.pop("time", None), data=data
    )
    try:
        return one(to_interaction(event, record.timestamp, latest, limits))
    except Refusal as refusal:
        return dead(record, refusal, _unclear(record, event, latest, limits, key))


def _unclear(
    record: Record, event: Event, latest: datetime, limits: Limits, key: str
) -> tuple[Interaction, ...]:
    """What an event of this topic may have said, whatever type it claims to be of."""
    event = replace(event, type=PREFERENCES_TYPE)
    found = unclear(record, event, latest, limits, key=key)
    return (found,) if found else ()


def _of_events(record: Record, headers: Headers, latest: datetime, limits: Limits, key: str) -> Decoded:
    decoded = read(record, headers, latest, limits, PREFERENCES_TYPE, key)
    kept: list[Interaction] = []
    problem = decoded.dead
    for found in decoded.interactions:
        if found.type == PREFERENCES_TYPE:
            kept.append(found if found.customer_id else replace(found, customer_id=key))
        elif found.type == UNCLEAR_TYPE:
            kept.append(found)
        else:
            detail = f"The attribute type of an event on the preferences topic is not {PREFERENCES_TYPE}."
            problem = problem or DeadLetter(record, "attribute_invalid", detail)
            event = Event(None, found.id, found.source, None, found.customer_id, found.time.isoformat())
            event.data = found.attributes
            kept += _unclear(record, event, latest, limits, key)
    return Decoded(tuple(kept), problem)


def _key(record: Record, limits: Limits) -> str | None:
    if record.key is None:
        return None
    try:
        return optional_text(record.key.decode(), "key, which names the customer,", limits)
    except UnicodeDecodeError:
        detail = "The record's key, which names the customer, is not UTF-8."
        raise Refusal("attribute_invalid", detail) from None
