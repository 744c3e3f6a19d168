"""Records to interactions or dead letters. Pure, and no input makes it raise."""

from router.decode.dead_letters import LeftOut, NotADeadLetter, describe, original, to_message
from router.decode.outcome import Decoded, Limits
from router.decode.preferences import decode_preferences
from router.decode.records import decode, decode_line

__all__ = [
    "Decoded",
    "LeftOut",
    "Limits",
    "NotADeadLetter",
    "decode",
    "decode_line",
    "decode_preferences",
    "describe",
    "original",
    "to_message",
]
