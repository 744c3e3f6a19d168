"""Signs that look like others: no-break and zero-width spaces, long dashes and curly quotes where the grammar reads.

Inside of quotes and of comments they are text, and stay. Elsewhere each is noted, and what was meant is read.
"""

import re
from typing import Final

from msgspec import Struct

_SPACES: Final = {
    "\xa0": "no-break space", "\u2007": "figure space", "\u2009": "thin space", "\u202f": "narrow no-break space",
    "\u3000": "wide space",
}  # fmt: skip
_UNSEEN: Final = {
    "\u200b": "zero-width space", "\u2060": "word joiner", "\ufeff": "zero-width space", "\xad": "soft hyphen",
    "\u200e": "left-to-right mark", "\u200f": "right-to-left mark",
}  # fmt: skip
_DASHES: Final = {"\u2013": "en dash", "\u2014": "em dash", "\u2022": "bullet", "\u2011": "no-break hyphen"}
_OPENING: Final = {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'", "\u201a": "'"}
_CLOSING: Final = {"\u201d": '"', "\u201c": '"', "\u2019": "'", "\u2018": "'"}

_CURLY_QUOTES: Final = "curly quotes"
_ANY: Final = re.compile(f"[{''.join((*_SPACES, *_UNSEEN, *_DASHES, *_OPENING))}]")
_QUOTED: Final = re.compile(r"""(?<![^\s,\[{:])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?:^|(?<=\s))\#.*""")
_SPACE: Final = f"[{''.join(_SPACES)}]"
_NO_TEXT: Final = re.compile(
    # At the beginning, at the end and around what divides; before the colon of a key.
    rf"^[ {''.join(_SPACES)}]*{_SPACE}[ {''.join(_SPACES)}]*|(?<=[:,\[{{-]){_SPACE}+|{_SPACE}+(?=\s*$|\s*[,\]}}])"
    rf"|{_SPACE}+(?=[^:]*:(?:\s|$|{_SPACE}))"
)
_DASH: Final = re.compile(f"^(\\s*)([{''.join(_DASHES)}])(?=\\s)")
_CURLY: Final = re.compile(
    f'(?:(?<=[:,\\[{{-] )|(?<=[\\[{{]))([{"".join(_OPENING)}])([^{"".join(_OPENING)}"\\\\]*)([{"".join(_CLOSING)}])'
    r"(?=\s*(?:[,\]}]|$|\s#))"
)
_BLOCK: Final = re.compile(r"(?:^|[:-])\s*[|>][-+0-9]*\s*$")


MOST_IN_LINE: Final = 2_000
"""Characters of a line that is looked into: nobody writes longer ones by hand."""


class Sign(Struct, frozen=True):
    """What was found at a place: its code, the words, and the way out."""

    code: str
    line: int
    column: int
    message: str
    hint: str


def cleaned(content: str) -> tuple[str, list[Sign]]:
    """The text as it was meant, and what was found in it, each kind once."""
    if not _ANY.search(content):
        return content, []
    found: dict[str, list[tuple[int, int, str]]] = {}
    lines = content.split("\n")
    text_below: int | None = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if text_below is not None and (indent > text_below or not line.strip()):
            continue
        text_below = indent if _BLOCK.search(line) else None
        if len(line) <= MOST_IN_LINE and _ANY.search(line):
            lines[number] = _clean(line, number, found)
    signs = []
    for name, places in found.items():
        number, column, hint = places[0]
        others = sorted({line + 1 for line, _, _ in places[1:]} - {number + 1})
        more = (
            f", and in line {', '.join(map(str, others[:5]))}" + (" …" if len(others) > 5 else "")
            if others
            else ""
        )
        if name == _CURLY_QUOTES:
            code, message = "R118", f"{name} here{more}: they are not the quotes of the language"
        else:
            article = "an" if name[0] == "e" else "a"
            code = "R117"
            message = f"{article} {name} here{more}: it {_VERBS.get(name, 'looks like a space and is none')}"
        signs.append(Sign(code, number + 1, column + 1, message, hint))
    return "\n".join(lines), signs


_VERBS: Final = dict.fromkeys(_UNSEEN.values(), "cannot be seen") | dict.fromkeys(
    _DASHES.values(), "is not the dash that begins an entry"
)


def _clean(line: str, number: int, found: dict[str, list[tuple[int, int, str]]]) -> str:
    """The line with what was meant, and each sign in it noted."""

    def note(name: str, column: int, hint: str) -> None:
        found.setdefault(name, []).append((number, column, hint))

    def straight(match: re.Match[str]) -> str:
        quote = _OPENING[match[1]]
        if quote == "'" and "'" in match[2]:
            return match[0]
        note(_CURLY_QUOTES, match.start(), f"write {quote}{match[2]}{quote}, with straight quotes")
        return f"{quote}{match[2]}{quote}"

    line = _CURLY.sub(straight, line)
    mask = _QUOTED.sub(lambda match: "x" * len(match[0]), line)
    clean = list(line)
    for match in _NO_TEXT.finditer(mask):
        for column in range(match.start(), match.end()):
            if mask[column] in _SPACES:
                note(_SPACES[mask[column]], column, "delete it, and type an ordinary space")
                clean[column] = " "
    for column, sign in enumerate(mask):
        if sign in _UNSEEN:
            note(_UNSEEN[sign], column, "delete it: put the cursor behind it and press backspace once")
            clean[column] = ""
    if dash := _DASH.match(mask):
        note(_DASHES[dash[2]], dash.start(2), "write - instead, the minus of the keyboard")
        clean[dash.start(2)] = "-"
    return "".join(clean)
