"""Records of the topics of deliveries and responses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from router.decode.events import ANY, Event, to_interaction
from router.decode.outcome import DEFAULT_LIMITS, NOTHING, Decoded, Limits, Refusal
from router.decode.parsing import parse
from router.decode.records import check_record, dead, holds_event, one, read
from router.decode.unclear import unclear
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE, Interaction
from router.model.record import DeadLetter, Record
from router.model.response_token import read_token


def decode_deliveries(record: Record, latest: datetime, limits: Limits = DEFAULT_LIMITS) -> Decoded:
    """Read a record as delivery reports: CloudEvents of that type, or a plain JSON object. Never raises.

    A plain object takes its id from the record's position and, where it has no `time`, its time from the
    record. A record without a value is a no-op. Of a report that cannot be read and may be a customer's no, one with
    the status `unclear` tells besides the dead letter, where its invitation is known.
    """
    try:
        return _read(record, DELIVERY_TYPE, latest, limits)
    except Refusal as refusal:
        return dead(record, refusal)


def responses_decoder(secret: bytes) -> Callable[[Record, datetime], Decoded]:
    """What reads records as answers, as `decode_deliveries` does. `secret` is the one that tokens are signed with."""

    def decode_responses(record: Record, latest: datetime) -> Decoded:
        try:
            decoded = _read(record, RESPONSE_TYPE, latest, DEFAULT_LIMITS)
            return replace(decoded, interactions=tuple(_proved(one, secret) for one in decoded.interactions))
        except Refusal as refusal:
            return dead(record, refusal)

    return decode_responses


def _read(record: Record, type_: str, latest: datetime, limits: Limits) -> Decoded:
    headers = check_record(record, limits)
    if record.value is None:
        return NOTHING
    if not holds_event(headers):
        value = parse(record.value, ANY, "The value")
        if isinstance(value, dict) and "specversion" not in value:
            return _composed(record, type_, value, latest, limits)
    decoded = read(record, headers, latest, limits, type_)
    kept: list[Interaction] = []
    problem = decoded.dead
    for found in decoded.interactions:
        if found.type == type_:
            kept.append(found)
            continue
        detail = f"The attribute type of an event on this topic is not {type_}."
        problem = problem or DeadLetter(record, "attribute_invalid", detail)
        event = Event(
            None, found.id, found.source, type_, None, found.time.isoformat(), data=found.attributes
        )
        kept += _unclear(record, event, latest, limits)
    return Decoded(tuple(kept), problem)


def _composed(record: Record, type_: str, data: dict[str, Any], latest: datetime, limits: Limits) -> Decoded:
    position = f"{record.topic}/{record.partition}/{record.offset}"
    event = Event("1.0", position, "kafka", type_, time=data.pop("time", None), data=data)
    try:
        return one(to_interaction(event, record.timestamp, latest, limits))
    except Refusal as refusal:
        return dead(record, refusal, _unclear(record, event, latest, limits))


def _unclear(record: Record, event: Event, latest: datetime, limits: Limits) -> tuple[Interaction, ...]:
    found = unclear(record, event, latest, limits)
    return (found,) if found else ()


def _proved(answer: Interaction, secret: bytes) -> Interaction:
    """An answer with the invitation that its token names, in the token's place."""
    if "response_token" not in answer.attributes:
        return answer
    attributes = dict(answer.attributes)
    name = read_token(attributes.pop("response_token") or "", secret)
    if name is None:
        raise Refusal("token_invalid", "The attribute data.response_token was not signed by this service.")
    return replace(answer, attributes=attributes | {"invitation_id": name})
