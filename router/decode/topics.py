"""Records of the topics that hold one type each: preferences, delivery reports, responses."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from router.decode.outcome import DEFAULT_LIMITS, Decoded, Refusal, SizeLimits
from router.decode.parsing import LEAST_INTEGER, MOST_INTEGER
from router.decode.records import decode_only
from router.decode.texts import named
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
from router.model.record import DeadLetter, Record
from router.model.response_token import read_token

_SCORE: Final = re.compile(rb'("score"\s*:\s*)([-+]?[A-Za-z0-9][A-Za-z0-9.+-]*)')


def decode_preferences(record: Record, latest: datetime, limits: SizeLimits = DEFAULT_LIMITS) -> Decoded:
    """Read a record as preferences, of the customer that its key names where the value names none. Never raises.

    A record without a value means that the customer is to be forgotten: an interaction with the attributes
    `{"forget": true}`.
    """
    try:
        name = record.key.decode() if record.key is not None else None
        key = named(name, "key, which names the customer,", limits) or ""
    except UnicodeDecodeError:
        detail = "The record's key, which names the customer, is not UTF-8."
        return Decoded(dead=DeadLetter(record, "attribute_invalid", detail))
    except Refusal as refusal:
        return Decoded(dead=DeadLetter(record, refusal.reason, refusal.detail))
    return decode_only(PREFERENCES_TYPE, record, latest, limits, key)


def decode_deliveries(record: Record, latest: datetime, limits: SizeLimits = DEFAULT_LIMITS) -> Decoded:
    """Read a record as delivery reports. Never raises.

    Of a report that cannot be read and may be a customer's no, one with the status `unclear` tells besides the dead
    letter, where its invitation is known.
    """
    return decode_only(DELIVERY_TYPE, record, latest, limits)


def responses_decoder(secret: bytes) -> Callable[[Record, datetime], Decoded]:
    """What reads records as answers, as `decode_deliveries` does. `secret` is the one that tokens are signed with."""

    def decode_responses(record: Record, latest: datetime) -> Decoded:
        decoded = decode_only(RESPONSE_TYPE, record, latest)
        if decoded.dead is not None and (value := _score_quoted(record.value or b"")) != record.value:
            quoted = decode_only(RESPONSE_TYPE, replace(record, value=value), latest)
            decoded = decoded if quoted.dead else quoted
        try:
            return replace(decoded, interactions=tuple(_proved(one, secret) for one in decoded.interactions))
        except Refusal as refusal:
            return Decoded(dead=DeadLetter(record, refusal.reason, refusal.detail))

    return decode_responses


def _score_quoted(value: bytes) -> bytes:
    """A value in which a score that JSON or 64 bits cannot hold is a text: NaN, Infinity, 1e999, 10 to the 20th."""

    def quoted(found: re.Match[bytes]) -> bytes:
        name, score = found.groups()
        try:
            number = msgspec.json.decode(score)
        except msgspec.DecodeError:
            number = None
        exact = isinstance(number, float | bool) or (
            isinstance(number, int) and LEAST_INTEGER <= number <= MOST_INTEGER
        )
        return found[0] if exact or score == b"null" else name + b'"' + score + b'"'

    return _SCORE.sub(quoted, value)


def _proved(answer: Interaction, secret: bytes) -> Interaction:
    """An answer with the invitation that its token names, in the token's place."""
    if "response_token" not in answer.attributes:
        return answer
    attributes = dict(answer.attributes)
    name = read_token(attributes.pop("response_token") or "", secret)
    if name is None:
        raise Refusal("token_invalid", "The attribute data.response_token was not signed by this service.")
    return replace(answer, attributes=attributes | {"invitation_id": name})
