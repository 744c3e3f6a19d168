"""One CloudEvent to one interaction."""

import binascii
import re
from base64 import b64decode
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from router.decode.consent import check_preferences, other_customer
from router.decode.headers import is_json, media_type
from router.decode.moments import moment
from router.decode.outcome import Refusal, SizeLimits
from router.decode.parsing import check_values, parse
from router.decode.reports import CHECKED
from router.decode.texts import customer_id, named, optional_text, required_text
from router.model.addresses import bare
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, Interaction
from router.model.naming import nearly
from router.model.schedules import SCHEDULE_SOURCE

TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_PREFERENCES = re.compile(r"(?:.*[^a-z])?customers?[^a-z0-9]*preferences?(?:[^a-z0-9]*v?[0-9.]+)?")


class Event(Struct):
    """The attributes of a CloudEvent as found, unchecked; all others are passed over unread."""

    specversion: Any = None
    id: Any = None
    source: Any = None
    type: Any = None
    subject: Any = None
    time: Any = None
    datacontenttype: Any = None
    data: Any = None
    data_base64: Any = None
    traceparent: Any = None


ANY = msgspec.json.Decoder()


def to_interaction(
    event: Event,
    timestamp: int,
    latest: datetime,
    limits: SizeLimits,
    traceparent: str | None = None,
    key: str = "",
) -> Interaction:
    """Check a CloudEvent and take it apart; `timestamp` and `traceparent` are the record's own.

    The customer is `data.customer_id`, else `subject`, else `key`: `subject` means whatever the producer's
    source says, the member of `data` has one meaning only.
    """
    if event.specversion != "1.0":
        if event.specversion is None or event.specversion == "":
            raise Refusal("attribute_missing", "The attribute specversion is missing: this is no CloudEvent.")
        raise Refusal("specversion_unknown", "The attribute specversion is not 1.0.")
    source = required_text(event.source, "source", limits)
    if source == SCHEDULE_SOURCE:
        raise Refusal("attribute_invalid", "The attribute source is one that only this service itself has.")
    id_ = required_text(event.id, "id", limits)
    type_ = event_type(event.type, limits)
    time = moment(event.time, timestamp, latest)
    subject = named(event.subject, "subject", limits)
    # A copy, for members are taken out: where the event is refused, it is looked at again for a no.
    data = dict(data_of(event))
    named_in_data = customer_id(data.pop("customer_id"), limits) if "customer_id" in data else None
    customer = named_in_data or subject or key
    recipient = _recipient(data.pop("recipient"), limits) if "recipient" in data else {}
    channel = locale = None
    if type_ == PREFERENCES_TYPE:
        if event.data is None and event.data_base64 is None:
            raise Refusal("data_invalid", "The preferences have no data.")
        if not customer and other_customer(data) is not None:
            raise Refusal(
                "attribute_invalid",
                "data has a member that seems to mean customer_id: that is how it is written.",
            )
        check_preferences(data, limits)
    else:
        given = data.pop("channel", None)
        # No report is refused, and an opt-out in it lost, for a channel that the invitation tells better.
        read = type_ != DELIVERY_TYPE or isinstance(given, str)
        channel = optional_text(given, "data.channel", limits) if read else None
        locale = optional_text(data.pop("locale", None), "data.locale", limits)
    check_values(data, limits.depth)
    if type_ in CHECKED:
        # Whose a report is its invitation tells.
        data, customer, recipient = CHECKED[type_](data, limits), "", {}
    if event.traceparent is not None or traceparent is not None:
        # The event's own comes first; a broken one never costs the interaction.
        traces = (event.traceparent, traceparent)
        traceparent = next(
            (one for one in traces if isinstance(one, str) and TRACEPARENT.fullmatch(one)), None
        )
    return Interaction(source, id_, type_, time, customer, channel, locale, data, recipient, traceparent)


def event_type(given: object, limits: SizeLimits) -> str:
    """The type of an event. Those of preferences and of delivery reports are known in any capitals: they may say no."""
    type_ = required_text(given, "type", limits)
    meant = _meant(type_)
    if meant is None:
        raise Refusal(
            "attribute_invalid",
            f"The attribute type seems to mean {PREFERENCES_TYPE}: that is how it is written.",
        )
    return meant


@lru_cache(4096)
def seems_preferences(type_: str) -> bool:
    """Whether a type is one that nobody has but who means preferences: of another version, or misspelt."""
    folded = type_.strip().casefold()
    return nearly(folded, PREFERENCES_TYPE) or _PREFERENCES.fullmatch(folded) is not None


@lru_cache(4096)
def _meant(type_: str) -> str | None:
    """The type that is meant; None where that seems to be preferences, in a spelling that nobody has agreed on."""
    folded = type_.strip().casefold()
    if folded in (PREFERENCES_TYPE, DELIVERY_TYPE):
        return folded
    return None if seems_preferences(type_) else type_


def data_of(event: Event) -> dict[str, Any]:
    """The data of an event: an object, empty where there is none."""
    if event.data is None and event.data_base64 is None:
        return {}
    media = event.datacontenttype
    # Nearly all say it so, and taking a media type apart costs more than comparing it.
    if media not in (None, "application/json") and not (
        isinstance(media, str) and is_json(media_type(media))
    ):
        raise Refusal("unsupported_content_type", "The attribute datacontenttype does not name JSON.")
    data = event.data if event.data_base64 is None else _decoded(event)
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Refusal("data_invalid", "data is not a JSON object.")
    return data


def _decoded(event: Event) -> object:
    if event.data is not None:
        raise Refusal("data_invalid", "The event has both data and data_base64.")
    if not isinstance(event.data_base64, str):
        raise Refusal("data_invalid", "data_base64 is not a text.")
    try:
        data = b64decode(event.data_base64, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("data_invalid", "data_base64 is not base64.") from None
    try:
        return parse(data, ANY, "data_base64")
    except Refusal as refusal:
        if refusal.reason == "not_json":
            raise Refusal("data_invalid", refusal.detail) from None
        raise


def _recipient(given: object, limits: SizeLimits) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or len(given) > limits.channels:
        raise Refusal(
            "attribute_invalid",
            f"The attribute data.recipient is not an object with at most {limits.channels} channels.",
        )
    addresses = {}
    for channel, address in given.items():
        kept = optional_text(address, "data.recipient", limits)
        if kept is not None and bare(kept) and optional_text(channel, "data.recipient", limits):
            addresses[channel] = kept
    return addresses
