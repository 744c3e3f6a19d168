"""The headers of a dead letter."""

from collections.abc import Mapping
from typing import Final, get_args

from router.contract.schemas import Schema
from router.decode.dead_letters import PREFIX, LeftOut
from router.model.record import DEAD_REASONS

_MEANINGS: Final[Mapping[str, str]] = {
    "reason": "The reason why the record could not be processed, from a closed list.",
    "detail": "The same in a sentence, without what the record holds.",
    "topic": "The topic that it was read from; a replay publishes it there again.",
    "partition": "The partition that it was read from.",
    "offset": "Its offset there.",
    "timestamp": "Its Kafka timestamp, milliseconds since 1970.",
    "app": "The service that gave up on it.",
}
_TRUNCATED: Final = "Only where the record was too large for this topic: `value` left out, or `all` of it."


def dead_letter_headers() -> Schema:
    """The headers that a dead letter has beside those it was received with."""
    headers: dict[str, Schema] = {}
    for name, meaning in _MEANINGS.items():
        headers[PREFIX + name] = {"type": "string", "description": meaning}
    headers[PREFIX + "reason"]["enum"] = list(DEAD_REASONS)
    for name in ("partition", "offset", "timestamp"):
        headers[PREFIX + name]["pattern"] = "^-?[0-9]+$"
    required = list(headers)
    headers[PREFIX + "truncated"] = {
        "type": "string",
        "description": _TRUNCATED,
        "enum": list(get_args(LeftOut)),
    }
    return {
        "title": "DeadLetterHeaders",
        "description": "Headers are UTF-8 text. The record's own headers stand before these, as received.",
        "type": "object",
        "properties": headers,
        "required": required,
    }
