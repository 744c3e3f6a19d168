"""The texts of the console in the language of the page: the English text is its own name."""

from collections.abc import Mapping
from typing import Final

from router.console.dutch import DUTCH
from router.words.voice import LANGUAGES, Language

_COOKIE: Final = "language"


def cookie(*, https: bool) -> str:
    """The name of the cookie that remembers a language."""
    return f"__Host-{_COOKIE}" if https else _COOKIE


def translated(language: Language, english: str, parts: Mapping[str, object]) -> str:
    """A text with its parts filled in. A test finds every text that has no Dutch."""
    text = DUTCH[english] if language == "nl" else english
    return text.format(**parts)


def spoken(asked: str | None, kept: str | None, accepted: str) -> Language:
    """The language that was asked for, else the one chosen before, else the first of Accept-Language, else English."""
    for given in (asked, kept):
        for known in LANGUAGES:
            if given == known:
                return known
    for part in accepted[:200].split(","):
        for known in LANGUAGES:
            if part.split(";")[0].strip().lower().split("-")[0] == known:
                return known
    return "en"
