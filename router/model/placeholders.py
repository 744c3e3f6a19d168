"""Facts in texts: `{agent_name|our colleague}` is the named fact, or what stands behind the bar where it is missing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

MOST_OF_A_FACT: Final = 100
"""Characters of a value that are shown: more is no name, number or place."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")
_LINK: Final = re.compile(r"://|\bwww\.", re.IGNORECASE)


class Placeholder(Struct, frozen=True):
    """A fact in a text: its name, what to say without it (None: not said), and where it begins."""

    fact: str
    otherwise: str | None
    offset: int


def placeholders(text: str) -> Iterator[Placeholder]:
    """The facts that a text names, in order."""
    for match in _PLACEHOLDER.finditer(text):
        yield Placeholder(match[1].strip(), match[2], match.start())


def stray_brace(text: str) -> int | None:
    """Where the first brace stands that opens or closes no placeholder; None where each does."""
    # As many characters as it had, so that places stay the same.
    rest = _PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
    return next((place for place, sign in enumerate(rest) if sign in "{}"), None)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts. A placeholder without either a fact or words instead stays as it was written."""
    if "{" not in text:
        return text

    def said(match: re.Match[str]) -> str:
        fact = facts.get(match[1].strip())
        return fact if fact is not None else match[0] if match[2] is None else match[2]

    return _PLACEHOLDER.sub(said, text)


def fact_text(value: Any) -> str | None:
    """A value as it may stand in a text: one line without signs that do something; None where there is nothing to say.

    A value that holds a link says nothing: whoever fills a form with one must not have it sent by the company.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    line = str(value)[: 10 * MOST_OF_A_FACT]
    if not line.isprintable():
        line = "".join(sign if sign.isprintable() else " " for sign in line)
    line = " ".join(line.split())[:MOST_OF_A_FACT].strip()
    return line if line and not _LINK.search(line) else None
