"""What can still be told of an event that cannot be read: that a customer may have said no."""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from router.decode.consent import members_named, other_customer
from router.decode.events import Event, data_of, event_type, seems_preferences
from router.decode.moments import EARLIEST, moment
from router.decode.outcome import Refusal, SizeLimits
from router.decode.reports import CHECKED, refusal_of
from router.decode.texts import customer_id, named, required_text
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, UNCLEAR_TYPE, Interaction
from router.model.record import Record

_BEHIND: Final = "/unclear"


def unclear(
    record: Record, event: Event, latest: datetime, limits: SizeLimits, *, index: int = 0, key: str = ""
) -> Interaction | None:
    """An interaction that tells of an event which was refused; None where there is nobody or nothing to tell of.

    Its id is that of the event, with `/unclear` behind it, so that the event put right is another one; without one it
    is the place of the record, and `index` that in its batch. `key` is the customer where the event names none. Of a
    delivery report it is one of the same type, for the invitation tells whose it is.
    """
    data = _data(event)
    kind = _kind(event, data, limits)
    reported = kind == DELIVERY_TYPE
    attributes = refusal_of(data) if reported else _may_be_no(kind, data)
    if attributes is None:
        return None
    customer = _customer(event, data, limits) or key
    if not customer and not reported:
        return None
    time = _time(event.time, record.timestamp, latest)
    if time is None:
        attributes["untimed"] = True
    source, name = _name(event, record, index, limits)
    type_, whose = (kind, "") if reported else (UNCLEAR_TYPE, customer)
    return Interaction(source, name, type_, time or EARLIEST, whose, attributes=attributes)


def _may_be_no(kind: str, data: dict[str, Any] | None) -> dict[str, Any] | None:
    """The attributes that tell of an event, other than a report, which may be a no; None: it is none."""
    if kind != PREFERENCES_TYPE:
        return {"of": kind} if kind and kind not in CHECKED else None
    named = members_named(data)
    return {"of": kind, "members": named} if named else None


def _name(event: Event, record: Record, index: int, limits: SizeLimits) -> tuple[str, str]:
    try:
        source = required_text(event.source, "source", limits)
        name = required_text(event.id, "id", limits)
        return source, f"{name[: limits.text - len(_BEHIND)]}{_BEHIND}"
    except Refusal:
        return "kafka", f"{record.topic}/{record.partition}/{record.offset}/{index}{_BEHIND}"


def _kind(event: Event, data: dict[str, Any] | None, limits: SizeLimits) -> str:
    """The type of an event; that of preferences where nobody can mean anything else. Empty: it has none."""
    try:
        return event_type(event.type, limits)
    except Refusal:
        meant = members_named(data) if data else isinstance(event.type, str) and seems_preferences(event.type)
        return PREFERENCES_TYPE if meant else ""


def _data(event: Event) -> dict[str, Any] | None:
    """The data of an event, None where they are not there or cannot be read."""
    if event.data is None and event.data_base64 is None:
        return None
    try:
        return data_of(event)
    except Refusal:
        return event.data if isinstance(event.data, dict) else None


def _customer(event: Event, data: dict[str, Any] | None, limits: SizeLimits) -> str:
    """The customer as `data` names them, else as the event does; empty: by no name that can be read."""
    customer = None
    if data:
        with suppress(Refusal):
            customer = customer_id(data.get("customer_id") or other_customer(data), limits)
    if not customer:
        with suppress(Refusal):
            customer = named(event.subject, "", limits)
    return customer or ""


def _time(given: object, timestamp: int, latest: datetime) -> datetime | None:
    """When it happened, else when the record was written; None: nobody can tell."""
    for time in (given, None):
        try:
            return moment(time, timestamp, latest)
        except Refusal:
            continue
    return None
