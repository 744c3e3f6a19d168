"""One value of a YAML text set, added or taken out; all other characters stay where they are."""

import json
from collections.abc import Sequence
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from router.authoring.language.nodes import read
from router.authoring.language.problems import Problems

Place = tuple[str, ...]
"""The keys down to a value. In a list of mappings a member is named by its `id`."""

Written = str | Sequence[str] | None
"""A plain value as its author writes it, a list of them, or None to take the key out."""

_FILE: Final = "text"


class CannotEdit(Exception):
    """A text in which the place is not found, or that cannot be read. The text says what to do."""


def written(text: str, place: Place, value: Written, *, quoted: bool = False) -> str:
    """The text with another value at a place; a missing last key is added to its mapping.

    `quoted`: it is a text, also where it is spelt as a number.
    Raises `CannotEdit` where anything else than this value would come to mean something else.
    """
    try:
        root = YAML(typ="safe").compose(text)
    except (YAMLError, ValueError, RecursionError):
        raise CannotEdit("The file cannot be read as it stands: mend its text first.") from None
    parent = _found(root, place[:-1])
    if not isinstance(parent, MappingNode):
        raise CannotEdit(f"There is no {' → '.join(place[:-1])} in this file.")
    pair = next(((key, node) for key, node in parent.value if key.value == place[-1]), None)
    if pair is not None:
        changed = (
            _removed(text, parent, pair) if value is None else _replaced(text, pair[1], value, quoted=quoted)
        )
    elif value is None:
        return text
    else:
        changed = _added(text, parent, place[-1], _spelt(value, quoted=quoted))
    if _without(_meaning(changed), place) != _without(_meaning(text), place) or not _is(
        changed, place, value
    ):
        raise CannotEdit(f"{' → '.join(place)} cannot be changed by the form: change its text.")
    return changed


def _found(node: Node | None, place: Place) -> Node | None:
    for name in place:
        if isinstance(node, MappingNode):
            node = next((inner for key, inner in node.value if key.value == name), None)
        elif isinstance(node, SequenceNode):
            node = next((one for one in node.value if _id(one) == name), None)
        else:
            return None
    return node


def _id(node: Node) -> str | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next(
        (inner.value for key, inner in pairs if key.value == "id" and isinstance(inner, ScalarNode)), None
    )


def _replaced(text: str, node: Node, value: Written, *, quoted: bool) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    was_quoted = isinstance(node, ScalarNode) and node.style in ("'", '"')
    new = _spelt(value, quoted=quoted or was_quoted)
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        return text[:start] + new + _newline(text) + text[end:]
    if isinstance(node, CollectionNode) and not node.flow_style:
        raise CannotEdit("A list with a line for each entry cannot be changed by the form: change its text.")
    # Of `key:` without a value nothing but a blank stands between the colon and what is written.
    between = " " if start == end and text[start - 1 : start] == ":" else ""
    return text[:start] + between + new + text[end:]


def _removed(text: str, parent: MappingNode, pair: tuple[Node, Node]) -> str:
    key, node = pair
    start, end = key.start_mark.index, _end(node)
    if parent.flow_style:
        after = text[end:]
        if after.lstrip().startswith(","):
            end += len(after) - len(after.lstrip()) + 1
            end += len(text[end:]) - len(text[end:].lstrip(" "))
        else:
            before = text[:start].rstrip()
            start = len(before) - 1 if before.endswith(",") else start
        return text[:start] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():
        raise CannotEdit("The first key of an entry cannot be taken out by the form: change its text.")
    if not (isinstance(node, ScalarNode) and node.style in ("|", ">")):
        end = text.find("\n", end) + 1 or len(text)
    return text[:line] + text[end:]


def _added(text: str, parent: MappingNode, key: str, value: str) -> str:
    new = f"{key}: {value}"
    if not parent.value:
        raise CannotEdit("An empty block cannot be filled by the form: change its text.")
    last = parent.value[-1][1]
    end = _end(last)
    if parent.flow_style:
        return f"{text[:end]}, {new}{text[end:]}"
    first = parent.value[0][0].start_mark
    at = text.find("\n", end - 1) + 1 or len(text)
    before = text[:at] if text[:at].endswith("\n") else text[:at] + _newline(text)
    return f"{before}{' ' * first.column}{new}{_newline(text)}{text[at:]}"


def _end(node: Node) -> int:
    """Where what a node says ends; a block's own mark lies behind the comments that follow it."""
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _spelt(value: Written, *, quoted: bool) -> str:
    """A value as YAML; quotes only where it would not be the same without, or where there were some."""
    if not isinstance(value, str):
        return f"[{', '.join(_spelt(one, quoted=False) for one in value or ())}]"
    if not quoted and value.isprintable() and _plain(f"a: {value}") == value == _plain(f"{{a: {value}}}"):
        return value
    return json.dumps(value, ensure_ascii=False)


def _plain(text: str) -> str | None:
    """The one value of such a text as it is read without quotes; None where it holds something else."""
    try:
        root = YAML(typ="safe").compose(text)
    except (YAMLError, ValueError):
        return None
    if (
        not isinstance(root, MappingNode)
        or len(root.value) != 1
        or not isinstance(root.value[0][1], ScalarNode)
    ):
        return None
    inner = root.value[0][1]
    return inner.value if inner.style in (None, "") else None


def _meaning(text: str) -> Any:
    node = read(_FILE, text.encode(), problems := Problems())
    if node is None or any(problem.severity == "error" for problem in problems.found):
        raise CannotEdit("The file cannot be read as it stands: mend its text first.")
    return node.plain()


def _without(meaning: Any, place: Place) -> Any:
    """What a text means besides the value at a place."""
    name, rest = place[0], place[1:]
    if isinstance(meaning, list):
        return [
            _without(one, rest) if isinstance(one, dict) and str(one.get("id")) == name else one
            for one in meaning
        ]
    if not isinstance(meaning, dict):
        return meaning
    return {
        key: _without(inner, rest) if key == name else inner
        for key, inner in meaning.items()
        if key != name or rest
    }


def _is(text: str, place: Place, value: Written) -> bool:
    """Whether a value stands at a place as it was wanted."""
    found = _found(YAML(typ="safe").compose(text), place)
    if isinstance(found, SequenceNode):
        return [one.value for one in found.value] == list(value or ())
    return value == (found.value if isinstance(found, ScalarNode) else None)
