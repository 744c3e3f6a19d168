"""YAML text to nodes with positions. Safe: no aliases, tags or duplicate keys, bounded size and depth.

Plain scalars stay what an author means: `on`, `no` and `22:00` are text; only true, false, null, integers and
decimal numbers are typed.
"""

import re
from typing import Any

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from router.model.rules import Position
from router.ruleset.problems import Problems

MAX_BYTES = 1_000_000
MAX_DEPTH = 32

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Node(Struct, frozen=True):
    """A piece of YAML and where it stands. `value` is a scalar, a list of nodes, or (key node, node) pairs by key."""

    value: Any
    position: Position

    @property
    def kind(self) -> str:
        """What it is, in words for an author."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        names = {str: "text", bool: "true/false", int: "a number", float: "a number", type(None): "nothing"}
        return names[type(self.value)]

    def plain(self) -> Any:
        """The value without positions."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, (_, node) in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class _Refused(Exception):
    """The file can not be read further; the problem is already noted."""


def read(file: str, text: bytes, problems: Problems) -> Node | None:
    """The file's one document as nodes; None, with the problems noted, where it can not be read."""
    start = Position(file, 1, 1)
    if len(text) > MAX_BYTES:
        problems.add(
            "R001", start, f"the file is larger than {MAX_BYTES} bytes", "split it: files may be split freely"
        )
        return None
    try:
        content = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        problems.add("R002", Position(file, line, 1), "the file is not UTF-8 text", "save it as UTF-8")
        return None
    try:
        return _Composer(file, content, problems).document()
    except _Refused:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Position(file, mark.line + 1, mark.column + 1) if mark else start
        problems.add(
            "R003", where, f"not valid YAML: {error.problem or error.context}", _yaml_hint(content, where)
        )
    except (YAMLError, ValueError) as error:
        problems.add("R003", start, f"not valid YAML: {str(error).splitlines()[0]}")
    return None


def _yaml_hint(content: str, where: Position) -> str | None:
    lines = content.splitlines()
    line = lines[where.line - 1] if where.line <= len(lines) else ""
    if "\t" in line:
        return "indent with spaces, not with a tab"
    if line[where.column - 1 : where.column] == ":":
        return 'put quotes around a text with a colon, such as "08:00"'
    return None


class _Composer:
    """Builds nodes from the parser's events, one document only."""

    def __init__(self, file: str, content: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        yaml = YAML(typ="safe")
        self.events = iter(yaml.parse(content))

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self.refused(
                        "R004", event, "a file holds one document, but a second one starts here", "split it"
                    )
                root = self.node(next(self.events), 1)
        return root

    def node(self, event: Event, depth: int) -> Node:
        self.check(event, depth)
        position = self.position(event)
        if isinstance(event, ScalarEvent):
            return Node(_scalar(event), position)
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self.events), SequenceEndEvent):
                items.append(self.node(inner, depth + 1))
            return Node(items, position)
        pairs: dict[str, tuple[Node, Node]] = {}
        while not isinstance(inner := next(self.events), MappingEndEvent):
            key = self.key(inner, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if key.value in pairs:
                first = pairs[key.value][0].position
                self.problems.add(
                    "R005",
                    key.position,
                    f"{key.value!r} stands here twice",
                    f"the first is at line {first.line}",
                )
            else:
                pairs[key.value] = (key, value)
        return Node(pairs, position)

    def key(self, event: Event, depth: int) -> Node:
        self.check(event, depth)
        if not isinstance(event, ScalarEvent):
            raise self.refused("R006", event, "a key must be text", "write `key: value`")
        return Node(event.value, self.position(event))

    def check(self, event: Event, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self.refused(
                "R007", event, f"nested deeper than {MAX_DEPTH} levels", "rules need four or five"
            )
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise self.refused(
                "R008", event, "anchors (&) and aliases (*) are not allowed", "write the value out"
            )
        if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
            raise self.refused("R003", event, "not valid YAML here")
        tag = getattr(event, "tag", None)
        if tag:
            raise self.refused("R009", event, f"tags ({tag}) are not allowed", "remove it")

    def position(self, event: Event) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)

    def refused(self, code: str, event: Event, message: str, hint: str | None = None) -> _Refused:
        self.problems.add(code, self.position(event), message, hint)
        return _Refused()


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
