"""Texts as drafts write them in YAML."""

import re
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
"""What YAML takes for something else than a text."""


def scalar(text: str) -> str:
    """A text as YAML: plain where that is the same text, else in quotes with escapes."""
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in WORDS
    return text if plain else f'"{"".join(map(_sign, text))}"'


def _sign(sign: str) -> str:
    """A sign within quotes. Not as JSON escapes it, which YAML does not take beyond the first 65,536."""
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"
