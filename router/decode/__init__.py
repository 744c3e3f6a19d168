"""Records to interactions or dead letters. Pure, and no input makes it raise."""

from router.decode.dead_letters import LeftOut, NotADeadLetter, describe, original, to_message
from router.decode.framing import SchemaName, by_schemas, schemas_named
from router.decode.outcome import Decoded, SizeLimits
from router.decode.records import decode, decode_line
from router.decode.schemas import Reader, Schema, reader_of, refusing
from router.decode.topics import decode_deliveries, decode_preferences, responses_decoder

__all__ = [
    "Decoded",
    "LeftOut",
    "NotADeadLetter",
    "Reader",
    "Schema",
    "SchemaName",
    "SizeLimits",
    "by_schemas",
    "decode",
    "decode_deliveries",
    "decode_line",
    "decode_preferences",
    "describe",
    "original",
    "reader_of",
    "refusing",
    "responses_decoder",
    "schemas_named",
    "to_message",
]
