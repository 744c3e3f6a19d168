"""Look-up tables from CSV files beside a source, put where `map:` names them."""

import csv
import io
from collections.abc import Mapping
from typing import Final

from router.authoring.language.beside import MAP, TABLES, path_of, text_beside
from router.authoring.language.node import Node
from router.authoring.language.nodes import plain_scalar
from router.authoring.language.problems import Problems
from router.model.rules import Position

_SEPARATORS: Final = ",;\t"
_COLUMNS: Final = 2
_HINT: Final = "two columns under a line of headings: the vendor's value, and what stands for it"


def with_tables(root: Node, texts: Mapping[str, bytes], problems: Problems) -> Node:
    """A source in which each `map:` that names a CSV file holds its rows; what is wrong with a table is noted."""
    node = root.find("interactions")
    if node is None or not isinstance(root.value, dict):
        return root
    key, _ = root.value["interactions"]
    filled = _filled(node, texts, problems)
    return _of(root, {**root.value, "interactions": (key, filled)})


def _filled(node: Node, texts: Mapping[str, bytes], problems: Problems) -> Node:
    if isinstance(node.value, list):
        return _of(node, [_filled(one, texts, problems) for one in node.value])
    if not isinstance(node.value, dict):
        return node
    inner = {
        name: (
            key,
            _table(value, texts, problems)
            if name == MAP and isinstance(value.value, str)
            else _filled(value, texts, problems),
        )
        for name, (key, value) in node.value.items()
    }
    return _of(node, inner)


def _of(node: Node, value: object) -> Node:
    return Node(value, node.position, node.quoted, node.cut, node.written)


def _table(node: Node, texts: Mapping[str, bytes], problems: Problems) -> Node:
    """The rows of the named file as pairs, each at its line of the file."""
    text = text_beside(node, MAP, TABLES, texts, problems)
    rows: dict[str, tuple[Node, Node]] = {}
    file = path_of(node) or ""
    if text is None:
        return _of(node, rows)
    try:
        content = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.add("R200", Position(file, 1, 1), "the file is not UTF-8 text", "save it as `CSV UTF-8`")
        return _of(node, rows)
    heading = content.partition("\n")[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=max(_SEPARATORS, key=heading.count))
    line = 0
    try:
        for cells in reader:
            place, line = Position(file, line + 1, 1), reader.line_num
            if len(cells) != _COLUMNS:
                if any(cells):
                    problems.add("R200", place, f"here are {len(cells)} columns", _HINT)
                    return _of(node, rows)
                continue
            name = cells[0].strip()
            if place.line == 1 or not name:
                continue
            if name in rows:
                hint = f"the first is at line {rows[name][0].position.line}"
                problems.add("R200", place, f"{name[:80]!r} stands here twice", hint)
            rows.setdefault(name, (Node(name, place, quoted=True), plain_scalar(cells[1].strip(), place)))
    except csv.Error as error:
        problems.add("R200", Position(file, line + 1, 1), f"this is no CSV: {error}", _HINT)
    return _of(node, rows)
