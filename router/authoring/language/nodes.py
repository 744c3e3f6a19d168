"""YAML text to nodes with positions. Safe: no aliases, tags or duplicate keys, bounded size and depth.

Plain scalars stay what an author means: `on`, `no` and `22:00` are text; only true, false, null, integers and
decimal numbers are typed. After a mistake reading goes on as far as the grammar allows.
"""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from router.authoring.language.breaks import Break, of_error
from router.authoring.language.mending import mended
from router.authoring.language.node import Node, said
from router.authoring.language.problems import Problems
from router.authoring.language.signs import cleaned
from router.model.rules import Position

MAX_BYTES = 1_000_000
MAX_DEPTH = 32

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}\Z")
_AT_THE_END = {
    "found unexpected end of stream",
    "did not find expected ',' or '}'",
    "did not find expected ',' or ']'",
    "could not find expected ':'",
}
"""Problems that are noticed where something ends, and are told where it begins."""
_COMPARE = "compare this line and the one above with a file that works"
_IN_WORDS = {
    "mapping values": "a second colon in one line, or a line that begins too far to the right",
    "expected key": "this line begins at a column that fits none of the lines above it",
    "'-' indicator": "here an entry with a dash (`- `) is expected, or a line that begins further to the right",
    "unexpected ':'": "a text with a colon needs quotes",
    "':'": "a colon is missing here or in the line above",
    "',' or": "a brace or bracket above is not closed, or a comma is missing",
    "end of stream": "this quote is not closed",
    "cannot start any token": "a text that begins with this sign needs quotes",
    "alphabetic or numeric": "a text that begins with this sign needs quotes",
    "document start": "a colon is missing in the line above",
}
"""What breaks the grammar, in words for an author, by what the reader says of it."""
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def read(file: str, text: bytes, problems: Problems) -> Node | None:
    """The file's one document as nodes, up to where it can be read; None where nothing can."""
    start = Position(file, 1, 1)
    if len(text) > MAX_BYTES:
        problems.add(
            "R001", start, f"the file is larger than {MAX_BYTES} bytes", "split it: files may be split freely"
        )
        problems.lost.append(text[:MAX_BYTES].decode("utf-8", "replace"))
        return None
    try:
        content = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        # Columns count characters, of which the bytes before this one are some.
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        place = Position(file, before.count(b"\n") + 1, column)
        problems.add("R002", place, "the file is not UTF-8 text", "save it as UTF-8")
        problems.lost.append(text.decode("utf-8", "replace"))
        return None
    content, signs = cleaned(content)
    for sign in signs:
        problems.add(sign.code, Position(file, sign.line, sign.column), sign.message, sign.hint)
    composer = _Composer(file, content)
    root = composer.document()
    if composer.broken_at is not None:
        original = content
        content, guesses = mended(content, composer.broken_at)
        for guess in guesses:
            place = Position(file, guess.line + 1, guess.column + 1)
            problems.add(guess.code, place, guess.message, guess.hint)
        if guesses:
            composer = _Composer(file, content, _shifts(original, content))
            root = composer.document()
    composer.tell(problems)
    return root


class _Composer:
    """Builds nodes from the parser's events, one document only. Where the grammar breaks, events end."""

    def __init__(self, file: str, content: str, shifts: dict[int, int] | None = None) -> None:
        self.file = file
        self.shifts = shifts or {}
        self.content = content
        self.noted: list[tuple[str, Position, str, str | None, bool]] = []
        self.lost: list[str] = []
        self.broken_at: Break | None = None
        self.events = self.read()

    def note(
        self, code: str, position: Position, message: str, hint: str | None, *, final: bool = False
    ) -> None:
        self.noted.append((code, position, message, hint, final))

    def tell(self, problems: Problems) -> None:
        """Hands on what was noted."""
        for code, position, message, hint, final in self.noted:
            problems.add(code, position, message, hint, final=final)
        problems.lost.extend(self.lost)

    def read(self) -> Iterator[Event]:
        """The events, up to where the text cannot be read further."""
        try:
            yield from YAML(typ="safe").parse(self.content)
        except MarkedYAMLError as error:
            self.broken_at = of_error(error)
            self.broken(self.broken_at)
        except (YAMLError, ValueError) as error:
            self.stop("R003", self.start, f"this cannot be read: {str(error).splitlines()[0]}", None)

    @property
    def start(self) -> Position:
        return Position(self.file, 1, 1)

    def broken(self, at: Break) -> None:
        """Notes what breaks the grammar, and gives up on what follows."""
        line, column = at.since if at.since and at.problem in _AT_THE_END else (at.line, at.column)
        where = Position(self.file, line + 1, column + 1)
        words = next((said for told, said in _IN_WORDS.items() if told in at.problem), None)
        message = words or f"this cannot be read: {at.problem}"
        open_quote = "end of stream" in at.problem
        hint = "write the same quote where the text ends" if open_quote else _COMPARE
        self.stop("R003", where, message, hint)

    def stop(self, code: str, where: Position, message: str, hint: str | None) -> None:
        """Notes a problem after which the rest of the file is lost."""
        self.note(code, where, message, hint)
        self.lost.append("\n".join(self.content.splitlines()[max(where.line - 2, 0) :]))
        self.events = iter(())

    def document(self) -> Node | None:
        root: Node | None = None
        # `stop` puts an end in the place of the events: they are asked for anew each time.
        while (event := next(self.events, None)) is not None:
            if not isinstance(event, DocumentStartEvent):
                continue
            if root is not None:
                place = self.position(event)
                self.stop("R004", place, "a file holds one document, but a second starts here", "split it")
                break
            first = next(self.events, None)
            root = self.node(first, 1) if first is not None else None
        return root

    def node(self, event: Event, depth: int) -> Node:
        position = self.position(event)
        if isinstance(event, ScalarEvent):
            self.check(event, position)
            return _scalar(event, position)
        if isinstance(event, AliasEvent):
            hint = "write it out, or use `groups:`"
            self.note("R008", position, "aliases (*) are not allowed", hint, final=True)
            return Node(None, position)
        self.check(event, position)
        if depth > MAX_DEPTH:
            hint = "rules need four or five at most"
            self.stop("R007", position, f"nested deeper than {MAX_DEPTH} levels", hint)
            return Node(None, position, cut=True)
        if isinstance(event, SequenceStartEvent):
            items = []
            while (inner := next(self.events, None)) is not None and not isinstance(inner, SequenceEndEvent):
                items.append(self.node(inner, depth + 1))
            return Node(items, position, cut=inner is None)
        return self.mapping(position, depth)

    def mapping(self, position: Position, depth: int) -> Node:
        pairs: dict[str, tuple[Node, Node]] = {}
        while (inner := next(self.events, None)) is not None and not isinstance(inner, MappingEndEvent):
            key = self.key(inner, depth)
            event = next(self.events, None)
            if event is None:
                inner = None
                break
            value = self.node(event, depth + 1)
            if key is None or (key.value == "<<" and isinstance(event, AliasEvent)):
                continue
            if key.value in pairs:
                hint = f"the first is at line {pairs[key.value][0].position.line}"
                self.note("R005", key.position, f"{said(key.value)} stands here twice", hint)
            else:
                pairs[key.value] = (key, value)
        return Node(pairs, position, cut=inner is None)

    def key(self, event: Event, depth: int) -> Node | None:
        """A key; None, with the problem noted, where it is no text."""
        position = self.position(event)
        if isinstance(event, ScalarEvent):
            self.check(event, position)
            return Node(event.value, position, event.style not in (None, ""))
        if not isinstance(event, AliasEvent):
            self.note("R006", position, "a key must be text", "write `key: value`", final=True)
        self.node(event, depth + 1)
        return None

    def check(self, event: Any, position: Position) -> None:
        """Notes an anchor and a tag."""
        if event.anchor:
            hint = "to share conditions, use `groups:`"
            self.note("R008", position, "anchors (&) are not allowed", hint)
        if event.ctag is not None and (tag := event.tag):
            self.note("R009", position, f"tags ({tag}) are not allowed", "remove it", final=True)

    def position(self, event: Event) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1 + self.shifts.get(mark.line, 0))


def _shifts(original: str, content: str) -> dict[int, int]:
    """By how many columns lines stand further to the right in the original than in the mended text."""
    pairs = enumerate(zip(original.split("\n"), content.split("\n"), strict=True))
    return {
        number: len(old) - len(new)
        for number, (old, new) in pairs
        if old != new and old.lstrip() == new.lstrip()
    }


def _scalar(event: Any, position: Position) -> Node:
    if event.style not in (None, ""):
        return Node(event.value, position, quoted=True)
    return plain_scalar(event.value, position)


def plain_scalar(text: str, position: Position) -> Node:
    """A text that is not in quotes, as the value that it means."""
    if text in _WORDS:
        return Node(_WORDS[text], position)
    if _INTEGER.match(text):
        return Node(int(text), position, written=text)
    if _DECIMAL.match(text):
        return Node(float(text), position, written=text)
    return Node(text, position)
