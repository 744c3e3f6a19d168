"""What may stand at a place of a rule file that is being written, in the words of the schema for editors.

The text is taken line by line, for while somebody writes it mostly cannot be read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from msgspec import Struct

from router.authoring.language.files import FILES
from router.authoring.language.keys import Schema
from router.authoring.language.schema import schema

MOST: Final = 100
_MOST_LINES: Final = 20_000
_KEY: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s#'"\[\]{},:-][^\[\]{},:]*?))\s*:(?=\s|$)""")
_SIGNS: Final = re.compile(r"[\[\]{},]|[^\[\]{},]+")
_MEMBER: Final = "-"

KNOWN_BY: Final[Mapping[str, str]] = {
    "survey": "survey",
    "journey": "journey",
    "step": "step",
    "channel": "channel",
    "type": "type",
    "cancel_on": "type",
    "on": "type",
    "rule": "rule",
}
"""Keys whose values are names of the set, and of which kind."""


class Completion(Struct, frozen=True):
    """One thing that may stand there. `insert` takes the place of the word that was begun; `meaning` is said beside."""

    label: str
    insert: str
    meaning: str = ""


class Completions(Struct, frozen=True):
    """All that may stand at a place; `column` is where the word begins that they take the place of, from 0."""

    column: int
    options: tuple[Completion, ...]


class _Spot(Struct, frozen=True):
    """Where the cursor is: the keys around it, `-` for a member of a list; the keys beside it; whether a value is awaited there."""

    path: tuple[str, ...]
    beside: frozenset[str]
    value: bool
    inline: bool


def completions(
    text: str, line: int, column: int, known: Mapping[str, Sequence[str]], kind: str | None = None
) -> Completions:
    """What may stand at a place, `line` and `column` from 0. `known` are names of the set by kind, as in `KNOWN_BY`.

    `kind` is the kind of file, where it is known by its directory; else its first keys tell.
    """
    lines = text.split("\n")[:_MOST_LINES]
    if line >= len(lines):
        return Completions(0, ())
    before = lines[line][:column]
    word = re.search(r"[^\s\[\]{},:'\"]*\Z", before)
    begins = word.start() if word else column
    spot = _spot(lines[:line], lines[line][:begins])
    schemas = [found for whole in _files(lines, kind) for found in _inside(whole, spot.path, whole)]
    options = [] if spot.value else [*_keys(spot, schemas)]
    if spot.value or spot.path[-1:] == (_MEMBER,):
        options += _values(spot, schemas, known)
    begun = before[begins:].lower()
    unique = {one.label: one for one in options if begun in one.label.lower()}
    return Completions(begins, tuple(list(unique.values())[:MOST]))


def _spot(above: Sequence[str], before: str) -> _Spot:
    """The place behind these lines and this beginning of a line."""
    open_keys: list[tuple[float, str, set[str]]] = []
    top: set[str] = set()
    for line in above:
        if line.strip() and not line.lstrip().startswith("#"):
            _take(line, open_keys, top)
    column = len(before) - len(before.lstrip())
    found = _take(before, open_keys, top) if before.strip() else False
    inline, awaits = False, found
    if not found:
        # A line that begins: what is around it is open further to the left.
        column = len(before) - len(before.lstrip(" -"))
        while open_keys and open_keys[-1][0] >= column:
            open_keys.pop()
    path = [name for _, name, _ in open_keys]
    beside = frozenset(open_keys[-1][2] if open_keys else top)
    rest = before.partition(": ")[2] if found else before
    if any(sign in rest for sign in "[{"):
        path, beside, awaits = _inside_braces(path, rest)
        inline = True
    return _Spot(tuple(path), beside, awaits, inline)


def _take(line: str, open_keys: list[tuple[float, str, set[str]]], top: set[str]) -> bool:
    """Follows one line: what ends with it, and what it opens. Whether it has a key."""
    column = len(line) - len(line.lstrip(" "))
    while line[column : column + 2] in ("- ", "-"):
        # A dash may stand under its key: it is further in by half a column.
        while open_keys and open_keys[-1][0] > column:
            open_keys.pop()
        open_keys.append((column + 0.5, _MEMBER, set()))
        inner = line[column + 1 :]
        column += 1 + len(inner) - len(inner.lstrip(" "))
    key = _KEY.match(line[column:])
    if key is None:
        return False
    while open_keys and open_keys[-1][0] >= column:
        open_keys.pop()
    name = next(part for part in key.groups() if part is not None)
    (open_keys[-1][2] if open_keys else top).add(name)
    open_keys.append((column, name, set()))
    return True


def _inside_braces(path: Sequence[str], rest: str) -> tuple[list[str], frozenset[str], bool]:
    """The path on from there through `{` and `[` that are still open, the keys beside, and whether a value is awaited."""
    levels: list[tuple[str, list[str], set[str]]] = []
    awaits = True
    for part in _SIGNS.findall(rest):
        if part in "{[":
            levels.append((part, [_MEMBER] if part == "[" else [], set()))
            awaits = part == "["
        elif part in "}]":
            if levels:
                levels.pop()
        elif part == ",":
            if levels and levels[-1][0] == "{":
                levels[-1][1].clear()
            awaits = bool(levels) and levels[-1][0] == "["
        elif levels and levels[-1][0] == "{" and (key := _KEY.match(part)):
            name = next(one for one in key.groups() if one is not None)
            levels[-1][1].append(name)
            levels[-1][2].add(name)
            awaits = True
    inner = [name for _, names, _ in levels for name in names]
    return [*path, *inner], frozenset(levels[-1][2] if levels else ()), awaits


def _files(lines: Sequence[str], kind: str | None) -> list[Schema]:
    """The schemas of the kinds of files that this may be."""
    first = {key.group(3) for line in lines if line[:1].strip() and (key := _KEY.match(line))}
    if kind in FILES and not first:
        return [_schema(kind)]
    fitting = [name for name, file in FILES.items() if first & set(file.keys)]
    return [_schema(name) for name in fitting[:1] or FILES]


@cache
def _schema(kind: str) -> Schema:
    return schema(kind)


def _inside(part: Any, path: Sequence[str], whole: Schema) -> Iterator[Schema]:
    """All that a schema says of what stands at a path in it."""
    for one in _alternatives(part, whole, 0):
        if not path:
            yield one
        elif path[0] == _MEMBER:
            yield from _inside(one.get("items"), path[1:], whole)
        elif path[0] in one.get("properties", {}):
            yield from _inside(one["properties"][path[0]], path[1:], whole)
        else:
            yield from _inside(one.get("additionalProperties"), path[1:], whole)


def _alternatives(part: Any, whole: Schema, depth: int) -> Iterator[Schema]:
    """A schema and all that it refers to for the same place."""
    if not isinstance(part, dict) or depth > 8:
        return
    yield part
    if "$ref" in part:
        yield from _alternatives(whole["definitions"][part["$ref"].rpartition("/")[2]], whole, depth + 1)
    for word in ("allOf", "anyOf", "oneOf"):
        for one in part.get(word, ()):
            yield from _alternatives(one, whole, depth + 1)


def _keys(spot: _Spot, schemas: Sequence[Schema]) -> Iterator[Completion]:
    for one in schemas:
        for key, inner in one.get("properties", {}).items():
            if key not in spot.beside and isinstance(inner, dict):
                yield Completion(key, f"{key}: ", inner.get("description", ""))


def _values(
    spot: _Spot, schemas: Sequence[Schema], known: Mapping[str, Sequence[str]]
) -> Iterator[Completion]:
    name = next((key for key in reversed(spot.path) if key != _MEMBER), "")
    for value in known.get(KNOWN_BY.get(name, ""), ()):
        yield Completion(value, value)
    for one in schemas:
        for value in one.get("enum", ()):
            if isinstance(value, str):
                yield Completion(value, value)
        if one.get("type") == "boolean":
            yield from (Completion("true", "true"), Completion("false", "false"))
        if spot.inline:
            yield from _keys(spot, [one])
