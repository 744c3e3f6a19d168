"""One value, one key: how a value of an attribute becomes the text that tells cases, agents, orders apart."""

import hashlib
import re
from math import isfinite
from typing import Any, Final
from unicodedata import category, normalize

MAX_KEY: Final = 200
"""Characters of a key. A longer text keeps its beginning and gets a hash of the whole."""

_HASH_DIGITS: Final = 32
_LEAST_WITH_EXPONENT: Final = 1e21
_WRITTEN_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+(?:e[+-][0-9]+)?|e[+-][0-9]+)")
_NUMBERS_BEGIN: Final = frozenset("-0123456789")
_TRUTHS: Final = {"True": "true", "False": "false"}


def as_key(value: Any) -> str | None:
    """The key of a value; None where it names nothing: missing, empty, blank, a list or an object.

    What differs only in the way it was sent has one key: `7`, `7.0` and `"7"`; `true` and `"true"`; a text with
    blanks around it, with signs in it that nobody sees, or with its accents in another Unicode form. Capitals and
    leading zeros tell texts apart. A key is the key of itself, and of the text that Python makes of the value.
    """
    if isinstance(value, str):
        key = customer_key(value)
        return (key if len(key) <= MAX_KEY else _cut(key)) or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _of_number(value) if isinstance(value, float) else None


def customer_key(text: str) -> str:
    """The id of a customer under which it is kept: its key, of any length; empty where it names nobody."""
    if not text.isascii():
        text = normalize("NFC", "".join(sign for sign in text if category(sign) != "Cf"))
    text = text.strip()
    if text[:1] in _NUMBERS_BEGIN and _WRITTEN_NUMBER.fullmatch(text):
        number = float(text)
        # `7.50` was written by somebody to whom the zero means something: no program makes it of a number.
        return (_of_number(number) if repr(number) == text else None) or text
    return _TRUTHS.get(text, text)


def former_ids(key: str) -> list[str]:
    """Other spellings under which a customer of this key was kept, or erased, when ids were kept as they came."""
    spelt = {f" {key}", f"{key} ", normalize("NFD", key), f"{key}.0"} - {key}
    return sorted(other for other in spelt if customer_key(other) == key)


def _of_number(number: float) -> str | None:
    if not isfinite(number):
        return None
    whole = abs(number) < _LEAST_WITH_EXPONENT and number == int(number)
    return str(int(number)) if whole else repr(number)


def _cut(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    return f"{text[: MAX_KEY - _HASH_DIGITS - 1]}~{digest}"
