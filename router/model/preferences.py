"""Consent and suppressions as customers state them, in words that can be understood for certain.

Capitals, space around a word and, in a suppression, the sign between its words make no difference. Nothing else is
guessed: a no that is misread as nothing makes somebody askable.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, Literal

Member = Literal["consent", "suppressed"]
MEMBERS: Final[tuple[Member, ...]] = ("consent", "suppressed")
"""The members of preferences that make a customer askable or not."""

SUPPRESSIONS = ("opted_out", "bounced", "complained", "legal_hold", "erased")
"""The reasons why a customer must not be contacted, whatever consent there is."""

UNCLEAR: Final = "unclear"
"""Stands among the suppressions of a customer of whom one could not be understood."""

ALL: Final = "*"
"""Stands for all channels where consent was withdrawn without naming one."""

EVERYTHING: Final = frozenset(
    {
        ALL,
        "all",
        "any",
        "every",
        "everything",
        "feedback",
        "survey",
        "surveys",
        "questionnaire",
        "questionnaires",
    }
)
"""Words that nobody means one purpose by: whoever says no to them may say no to all."""

MOST_SUPPRESSIONS: Final = 64
MOST_CHANNELS: Final = 16

_SPELLINGS: Final = {
    reason: "".join("[ _-]?" if sign == "_" else f"[{sign}{sign.upper()}]" for sign in reason)
    for reason in SUPPRESSIONS
}
SUPPRESSION_PATTERN: Final = (
    rf"^ *({'|'.join(_SPELLINGS.values())}) *(/[^/\u0000]*(/[^/\u0000]*(/[^\u0000]*)?)?)?$"
)
"""A suppression as it may be spelt in preferences: a reason, behind strokes a channel, a purpose and an address."""

CHANNEL_PATTERN: Final = (
    r"^(?!\s*\*\s*(/|$))[^/\u0000]*[^/\s\u0000][^/\u0000]*(/[^/\u0000]*[^/\s\u0000][^/\u0000]*)?$"
)
"""A channel of consent, alone or with a purpose behind a stroke."""

_SUPPRESSION: Final = re.compile(SUPPRESSION_PATTERN)
_REASONS: Final = {reason: re.compile(f" *{spelling} *") for reason, spelling in _SPELLINGS.items()}
_FAMILIES: Final = (
    ("email", "mail"),
    ("phone", "call", "voice", "telephone", "ivr"),
    ("sms", "text", "mms", "rcs"),
    ("post", "mail", "letter", "postal", "paper"),
    ("push", "notification"),
    ("chat", "webchat", "livechat", "chatbot"),
    ("web", "website", "portal", "online"),
    ("store", "shop", "branch", "counter", "visit", "in_person"),
    ("app",),
    ("fax",),
    ("kiosk",),
    ("messenger",),
    ("social",),
    ("telegram",),
    ("video",),
    ("whatsapp",),
)
"""Words for channels that are in use, those for the same one together."""

CHANNEL_WORDS: Final = frozenset(word for family in _FAMILIES for word in family)
"""Words for channels that are in use everywhere."""


class Unclear(ValueError):
    """A member of preferences that cannot be understood; the text says why."""


@lru_cache(4096)
def channel_name(channel: str) -> str:
    """A channel, or `channel/purpose`, as it is compared: capitals and space around its words do not count."""
    parts = unicodedata.normalize("NFKC", channel).casefold().split("/", 1)
    return "/".join(part.strip() for part in parts)


def suppression_entry(text: str) -> str:
    """`reason`, `reason/channel`, `reason/channel/purpose` or `reason/channel/purpose/address`. Raises Unclear."""
    if not _SUPPRESSION.match(text):
        raise Unclear(f"names something other than {', '.join(SUPPRESSIONS)}")
    word, *confined = text.split("/", 3)
    reason = next(name for name, spelling in _REASONS.items() if spelling.fullmatch(word))
    parts = [reason, *map(channel_name, confined[:2]), *confined[2:]]
    while not parts[-1]:
        parts.pop()
    return "/".join(parts)


def read_suppressed(value: Any) -> list[str]:
    """The suppressions of preferences. Raises Unclear."""
    entries = value if isinstance(value, list) else [value]
    if len(entries) > MOST_SUPPRESSIONS:
        raise Unclear(f"holds more than {MOST_SUPPRESSIONS} suppressions")
    if not all(isinstance(entry, str) for entry in entries):
        raise Unclear("is neither a suppression nor a list of them")
    return sorted({suppression_entry(entry) for entry in entries})


def read_consent(value: Any, most: int = MOST_CHANNELS) -> dict[str, bool] | list[str]:
    """The consent of preferences, of at most so many channels. Raises Unclear.

    Of one channel that is spelt twice, the no holds.
    """
    if not isinstance(value, dict | list) or len(value) > most:
        raise Unclear(f"is neither an object nor a list, of at most {most} channels")
    if not all(isinstance(channel, str) and _is_channel(channel) for channel in value):
        raise Unclear("holds something other than the names of channels")
    if isinstance(value, list):
        return list(dict.fromkeys(channel_name(channel) for channel in value))
    if not all(isinstance(agreed, bool) for agreed in value.values()):
        raise Unclear("holds a value other than true and false")
    consent: dict[str, bool] = {}
    for channel, agreed in value.items():
        name = channel_name(channel)
        consent[name] = agreed and consent.get(name, True)
    return consent


def strangers(channels: Iterable[str], known: frozenset[str]) -> list[str]:
    """Of channels, those of which nobody can say whether they are among the known ones: a misspelt `emial`."""
    unknown = []
    for channel in channels:
        families = [family for family in _FAMILIES if channel in family]
        # `voice` is surely none of the known channels, unless one of them is called `phone` or the like.
        is_another = bool(families) and not any(name in known for family in families for name in family)
        if channel not in known and not is_another:
            unknown.append(channel)
    return unknown


def is_channel_word(name: str, known: frozenset[str]) -> bool:
    """Whether a word is that of a channel, known here or in use elsewhere."""
    return name in known or name in CHANNEL_WORDS


def _is_channel(text: str) -> bool:
    channel, slash, purpose = channel_name(text).partition("/")
    return bool(channel) and channel != ALL and (bool(purpose) or not slash) and "/" not in purpose
