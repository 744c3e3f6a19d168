"""YAML text to nodes with positions. Safe: no aliases, tags or duplicate keys, bounded size and depth.

Plain scalars stay what an author means: `on`, `no` and `22:00` are text; only true, false, null, integers and
decimal numbers are typed. After a mistake reading goes on as far as the grammar allows.
"""

import re
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
        problems.add("R002", _byte(file, text, error.start), "the file is not UTF-8 text", "save it as UTF-8")
        problems.lost.append(text.decode("utf-8", "replace"))
        return None
    return _Composer(file, content, problems).document()


def _byte(file: str, text: bytes, offset: int) -> Position:
    """The place of a byte: columns count the characters before it."""
    before = text[:offset].rpartition(b"\n")[2]
    return Position(file, text[:offset].count(b"\n") + 1, len(before.decode("utf-8", "replace")) + 1)


class _Composer:
    """Builds nodes from the parser's events, one document only. Where the grammar breaks, events end."""

    def __init__(self, file: str, content: str, problems: Problems) -> None:
        self.file = file
        self.content = content
        self.problems = problems
        self.events = iter(YAML(typ="safe").parse(content))

    def next(self) -> Event | None:
        """The next event; None at the end, or for good once the text cannot be read further."""
        try:
            return next(self.events, None)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = Position(self.file, mark.line + 1, mark.column + 1) if mark else self.start
            self.broken(where, error.problem or error.context)
        except (YAMLError, ValueError) as error:
            self.broken(self.start, str(error).splitlines()[0])
        return None

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
        while (event := self.next()) is not None:
            if not isinstance(event, DocumentStartEvent):
                continue
            if root is not None:
                place = self.position(event)
                self.stop("R004", place, "a file holds one document, but a second starts here", "split it")
                break
            first = self.next()
            root = self.node(first, 1) if first is not None else None
        return root

    def node(self, event: Event, depth: int) -> Node:
        position = self.position(event)
        self.check(event, position)
        if isinstance(event, AliasEvent):
            return Node(None, position)
        if isinstance(event, ScalarEvent):
            value = _scalar(event)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            written = event.value if number else None
            return Node(value, position, event.style not in (None, ""), written=written)
        if depth > MAX_DEPTH:
            self.stop(
                "R007", position, f"nested deeper than {MAX_DEPTH} levels", "rules need four or five at most"
            )
            return Node(None, position, cut=True)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(position, depth)
        return self.mapping(position, depth)

    def sequence(self, position: Position, depth: int) -> Node:
        items = []
        while (inner := self.next()) is not None and not isinstance(inner, SequenceEndEvent):
            items.append(self.node(inner, depth + 1))
        return Node(items, position, cut=inner is None)

    def mapping(self, position: Position, depth: int) -> Node:
        pairs: dict[str, tuple[Node, Node]] = {}
        while (inner := self.next()) is not None and not isinstance(inner, MappingEndEvent):
            key = self.key(inner, depth)
            event = self.next()
            if event is None:
                inner = None
                break
            value = self.node(event, depth + 1)
            if key is None or (key.value == "<<" and isinstance(event, AliasEvent)):
                continue
            if key.value in pairs:
                first = pairs[key.value][0].position.line
                self.problems.add(
                    "R005", key.position, f"{key.value!r} stands here twice", f"the first is at line {first}"
                )
            else:
                pairs[key.value] = (key, value)
        return Node(pairs, position, cut=inner is None)

    def key(self, event: Event, depth: int) -> Node | None:
        """A key; None, with the problem noted, where it is no text."""
        if isinstance(event, ScalarEvent):
            self.check(event, self.position(event))
            return Node(event.value, self.position(event), event.style not in (None, ""))
        place = self.position(event)
        if not isinstance(event, AliasEvent):
            self.problems.add("R006", place, "a key must be text", "write `key: value`", final=True)
        self.node(event, depth + 1)
        return None

    def check(self, event: Event, position: Position) -> None:
        if isinstance(event, AliasEvent):
            self.problems.add(
                "R008", position, "aliases (*) are not allowed", "write it out, or use `groups:`", final=True
            )
            return
        if getattr(event, "anchor", None):
            self.problems.add(
                "R008", position, "anchors (&) are not allowed", "to share conditions, use `groups:`"
            )
        if tag := getattr(event, "tag", None):
            self.problems.add("R009", position, f"tags ({tag}) are not allowed", "remove it", final=True)

    def position(self, event: Event) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)


def _scalar(event: Any) -> Any:
    text = event.value
    if event.style not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text
