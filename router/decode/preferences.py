"""Records of the preferences topic, keyed by customer id."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from router.decode.events import ANY, Event, to_interaction
from router.decode.outcome import DEFAULT_LIMITS, NOTHING, Decoded, Limits, Refusal
from router.decode.parsing import parse
from router.decode.records import check_record, dead, decode, holds_event, one
from router.decode.texts import optional_text
from router.model.interaction import PREFERENCES_TYPE
from router.model.record import DeadLetter, Record


def decode_preferences(record: Record, latest: datetime, limits: Limits = DEFAULT_LIMITS) -> Decoded:
    """Read a record as preferences: a CloudEvent of that type, or a plain JSON object. Never raises.

    The customer is the one the value names, else the record's key. A plain object's interaction takes its id
    and time from the record: its position and its timestamp. A record without a value means that the customer
    is to be forgotten: an interaction with the attributes `{"forget": true}`; without a key it is a no-op.
    """
    try:
        headers = check_record(record, limits)
        if record.value is None:
            return _composed(record, {"forget": True}, latest, limits) if record.key else NOTHING
        if not holds_event(headers):
            value = parse(record.value, ANY, "The value")
            if isinstance(value, dict) and "specversion" not in value:
                return _composed(record, value, latest, limits)
        return _of_events(record, latest, limits)
    except Refusal as refusal:
        return dead(record, refusal)


def _composed(record: Record, data: dict[str, Any], latest: datetime, limits: Limits) -> Decoded:
    position = f"{record.topic}/{record.partition}/{record.offset}"
    customer = None if data.get("customer_id") else _key(record, limits)
    event = Event("1.0", position, "kafka", PREFERENCES_TYPE, customer, data=data)
    return one(to_interaction(event, record.timestamp, latest, limits))


def _of_events(record: Record, latest: datetime, limits: Limits) -> Decoded:
    decoded = decode(record, latest, limits)
    kept = [interaction for interaction in decoded.interactions if interaction.type == PREFERENCES_TYPE]
    problem = decoded.dead
    if len(kept) < len(decoded.interactions) and problem is None:
        detail = f"The attribute type of an event on the preferences topic is not {PREFERENCES_TYPE}."
        problem = DeadLetter(record, "attribute_invalid", detail)
    if not all(interaction.customer_id for interaction in kept):
        key = _key(record, limits) or ""
        kept = [replace(each, customer_id=each.customer_id or key) for each in kept]
    return Decoded(tuple(kept), problem)


def _key(record: Record, limits: Limits) -> str | None:
    if record.key is None:
        return None
    try:
        return optional_text(record.key.decode(), "key, which names the customer,", limits)
    except UnicodeDecodeError:
        detail = "The record's key, which names the customer, is not UTF-8."
        raise Refusal("attribute_invalid", detail) from None
