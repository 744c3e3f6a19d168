"""A problem shown in its text: the source line with a caret under the place."""

import re
from unicodedata import east_asian_width

from router.authoring.language.problems import Problem
from router.model.rules import Position

WIDTH = 100
"""Characters of a source line that are shown at most."""

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_TOKEN = re.compile(r""""[^"]*"?|'[^']*'?|(?:[^\s,\[\]{}:]|:(?!\s|$)|(?<=\S) (?=[^\s#:,\[\]{}]))+""")


_TEXT = re.compile(r""""[^"]*"?|'[^']*'?|(?:[^\s:]|:(?!\s|$)|(?<=\S) +(?=[^\s#:]))+""")
"""The same outside of brackets, where a comma is one of the text's signs."""


class Excerpts:
    """The source lines of file texts. A text is taken apart when it is first asked for."""

    def __init__(self, texts: dict[str, bytes]) -> None:
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def lines(self, problem: Problem) -> list[str]:
        """The problem as lines for a person: what, where, the source with a caret, the way out."""
        place = problem.position
        lines = [f"{place}: {problem.severity} {problem.code}: {_clean(problem.message)}"]
        source = self._line(place)
        margin = " " * len(str(place.line))
        if source is not None:
            lines += [
                f" {place.line} | {line}" if not n else f" {margin} | {line}" for n, line in enumerate(source)
            ]
        if problem.hint:
            lines.append(f" {margin} = {_clean(problem.hint)}")
        return lines

    def _line(self, place: Position) -> tuple[str, str] | None:
        """The source line and the carets under the place; None where there is no such text."""
        if place.file not in self._texts:
            return None
        if place.file not in self._lines:
            text = self._texts[place.file].decode("utf-8", "replace").removeprefix("\ufeff")
            self._lines[place.file] = _BREAK.split(text)
        lines = self._lines[place.file]
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        at = min(place.column - 1, len(line))
        length = _length(line, at)
        begin = max(0, at - WIDTH // 2) if len(line) > WIDTH else 0
        before, marked = line[begin:at], line[at : at + length]
        rest = line[at + length : begin + WIDTH]
        carets = "^" * min(max(_cells(marked), 1), WIDTH)
        return f"{_clean(before + marked[:WIDTH] + rest)}", f"{' ' * _cells(_clean(before))}{carets}"


def _length(line: str, at: int) -> int:
    """How many characters the part at a place has: a key, a text, a list with its brackets."""
    closing = {"[": "]", "{": "}"}.get(line[at : at + 1])
    if closing and (end := line.find(closing, at)) > 0:
        return end + 1 - at
    before = re.sub(r"""\"[^\"]*\"|'[^']*'""", "", line[:at])
    in_brackets = sum(before.count(sign) for sign in "[{") > sum(before.count(sign) for sign in "]}")
    token = (_TOKEN if in_brackets else _TEXT).match(line, at)
    return len(token[0]) if token else 1


def _clean(text: str) -> str:
    """The text without signs that could play tricks with a terminal; a tab is one space."""
    return "".join(sign if sign.isprintable() else " " if sign == "\t" else "\ufffd" for sign in text)


def _cells(text: str) -> int:
    """How wide a text stands in a terminal."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
