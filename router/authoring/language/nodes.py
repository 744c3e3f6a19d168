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

from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.rules import Position

MAX_BYTES = 1_000_000
MAX_DEPTH = 32

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}\Z")
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
    return _Composer(file, content, problems).document()


class _Composer:
    """Builds nodes from the parser's events, one document only. Where the grammar breaks, events end."""

    def __init__(self, file: str, content: str, problems: Problems) -> None:
        self.file = file
        self.content = content
        self.problems = problems
        self.events = self.read()

    def read(self) -> Iterator[Event]:
        """The events, up to where the text cannot be read further."""
        try:
            yield from YAML(typ="safe").parse(self.content)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = Position(self.file, mark.line + 1, mark.column + 1) if mark else self.start
            self.broken(where, error.problem or error.context)
        except (YAMLError, ValueError) as error:
            self.broken(self.start, str(error).splitlines()[0])

    @property
    def start(self) -> Position:
        return Position(self.file, 1, 1)

    def broken(self, where: Position, problem: str) -> None:
        """Notes what breaks the grammar, and gives up on what follows."""
        lines = self.content.splitlines()
        line = lines[where.line - 1] if where.line <= len(lines) else ""
        if "\t" in line[: where.column]:
            column = line.index("\t") + 1
            place, hint = Position(self.file, where.line, column), "indent with spaces, not with a tab"
            self.stop("R010", place, "a tab where YAML wants spaces", hint)
            return
        colon = line[where.column - 1 : where.column] == ":"
        hint_or_none = 'put quotes around a text with a colon, such as "08:00"' if colon else None
        self.stop("R003", where, f"not valid YAML: {problem}", hint_or_none)

    def stop(self, code: str, where: Position, message: str, hint: str | None) -> None:
        """Notes a problem after which the rest of the file is lost."""
        self.problems.add(code, where, message, hint)
        self.problems.lost.append("\n".join(self.content.splitlines()[max(where.line - 2, 0) :]))
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
            self.problems.add("R008", position, "aliases (*) are not allowed", hint, final=True)
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
                self.problems.add("R005", key.position, f"{key.value!r} stands here twice", hint)
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
            self.problems.add("R006", position, "a key must be text", "write `key: value`", final=True)
        self.node(event, depth + 1)
        return None

    def check(self, event: Any, position: Position) -> None:
        """Notes an anchor and a tag."""
        if event.anchor:
            hint = "to share conditions, use `groups:`"
            self.problems.add("R008", position, "anchors (&) are not allowed", hint)
        if event.ctag is not None and (tag := event.tag):
            self.problems.add("R009", position, f"tags ({tag}) are not allowed", "remove it", final=True)

    def position(self, event: Event) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)


def _scalar(event: Any, position: Position) -> Node:
    text = event.value
    if event.style not in (None, ""):
        return Node(text, position, quoted=True)
    if text in _WORDS:
        return Node(_WORDS[text], position)
    if _INTEGER.match(text):
        return Node(int(text), position, written=text)
    if _DECIMAL.match(text):
        return Node(float(text), position, written=text)
    return Node(text, position)
