"""The headers of a dead letter."""

from collections.abc import Mapping
from typing import Final, get_args

from router.contract.schemas import Schema
from router.decode.dead_letters import PREFIX, LeftOut
from router.model.record import DEAD_REASONS

_MEANINGS: Final[Mapping[str, str]] = {
    "reason": "Why the record could not be processed, a word of a closed list.",
    "detail": "The same in a sentence, without what the record holds.",
    "topic": "The topic that it was read from; a replay publishes it there again.",
    "partition": "The partition that it was read from.",
    "offset": "Its offset there.",
    "timestamp": "Its Kafka timestamp, milliseconds since 1970.",
    "app": "Who gave up on it.",
}
_TRUNCATED: Final = "Only where the record was too large for this topic: `value` left out, or `all` of it."
_NUMBERS: Final = frozenset({"partition", "offset", "timestamp"})


def dead_letter_headers() -> Schema:
    """The headers that a dead letter has beside those it was received with."""
    return {
        "title": "DeadLetterHeaders",
        "description": "Headers are UTF-8 text. The record's own headers stand before these, as received.",
        "type": "object",
        "properties": {
            **{PREFIX + name: _header(name, meaning) for name, meaning in _MEANINGS.items()},
            PREFIX + "truncated": {
                "type": "string",
                "description": _TRUNCATED,
                "enum": list(get_args(LeftOut)),
            },
        },
        "required": [PREFIX + name for name in _MEANINGS],
    }


def _header(name: str, meaning: str) -> Schema:
    schema: Schema = {"type": "string", "description": meaning}
    if name == "reason":
        schema["enum"] = list(DEAD_REASONS)
    elif name in _NUMBERS:
        schema["pattern"] = "^-?[0-9]+$"
    return schema
