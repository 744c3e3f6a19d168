"""Where a key belongs that a block does not have: under another key, one level out, in another file."""

import re
from collections.abc import Collection
from typing import Any, ClassVar, Protocol

from router.authoring.language.everyday import everyday
from router.authoring.language.node import Node, said
from router.authoring.language.problems import Problems


class Read(Protocol):
    """What is asked here of a block that was read (`keys.Block`, which says what each of these is)."""

    keys: ClassVar[dict[str, Any]]
    holding: ClassVar[list[Any]]
    around: ClassVar[list[Any]]
    needed: ClassVar[list[str]]
    asking: ClassVar[Collection[str]]
    called: ClassVar[str]
    all_called: ClassVar[list[Any]]
    pairs: dict[str, tuple[Node, Node]]
    problems: Problems


def belongs(block: Read, key: Node, known: Collection[str]) -> tuple[str, str | None]:
    """A hint for an unknown key of a block, and the known key that was meant, where it is one."""
    name = key.value
    inside = _inside(block, name)
    if inside:
        return inside
    hint = _joining(block, name) or _condition(block, name) or _outside(block, key) or _glued(block, key)
    if hint:
        return hint, None
    near = block.problems.meant(name, list(known))
    if near:
        taken = f"`{near}` stands here already" if near in block.pairs else f"did you mean {said(near)}?"
        return taken, near
    return _elsewhere(block, name) or block.problems.way_out(name, list(known)), None


def _joining(block: Read, name: str) -> str | None:
    """That conditions need no word between them."""
    joins = name.lower() in ("and", "en") and block.asking
    return "conditions under `when` all hold already: put these there" if joins else None


def _inside(block: Read, name: str) -> tuple[str, str | None] | None:
    """A key of a block that stands under one of this block's keys; that one too, where it is missing."""
    for holding in block.holding:
        inner = holding.kind.block
        if inner is None:
            continue
        if not holding.kind.single:
            # An entry of what must be there, and is not.
            needed = holding.name in block.needed and holding.name not in block.pairs
            needed = needed and block.problems.meant(name, list(block.keys)) is None
            if needed and isinstance(block.pairs[name][1].value, dict):
                return f"put it under `{holding.name}:`, two spaces further in", holding.name
            continue
        if name not in inner.keys:
            continue
        there = block.pairs.get(holding.name)
        if there is None and holding.without != "required":
            # Of a block that may be left out only what no other has.
            others = [one for one in block.all_called if one is not inner and name in one.keys]
            if others or name in block.asking:
                continue
        if not (there and there[1].find(name)):
            return f"put it under `{holding.name}:`, two spaces further in", None if there else holding.name
    return None


def _condition(block: Read, name: str) -> str | None:
    """A field, where the block has conditions."""
    return "a condition: put it under `when:`, two spaces further in" if is_condition(block, name) else None


def is_condition(block: Read, name: str) -> bool:
    """Whether a key is a field that the block's conditions can ask about."""
    prefix, dot, rest = name.partition(".")
    return (name in block.asking and not dot) or (bool(rest) and prefix + dot in block.asking)


def _outside(block: Read, key: Node) -> str | None:
    """A key of the block around."""
    for outer, under in block.around:
        if key.value in outer.keys:
            first = next(iter(block.pairs.values()))[0]
            in_braces = key is not first and key.position.line == first.position.line
            way = "take it out of the braces, to a line of its own" if in_braces else "two spaces less"
            return f"it belongs beside `{under}:`, not into it: {way}"
    return None


def _glued(block: Read, key: Node) -> str | None:
    """A key whose colon is missing before its braces: `when {journey`."""
    match = re.match(r"([A-Za-z_]\w*)\s*([{\[].*)", key.value)
    if match is None or match[1] not in block.keys:
        return None
    return f"a colon is missing behind `{match[1]}`: write {match[1]}: {match[2]}: {block.pairs[key.value][1].word}"


def _elsewhere(block: Read, name: str) -> str | None:
    """A key of another kind of block."""
    others = [one for one in block.all_called if one.called != block.called]
    # A key that another block must have is rather of that one.
    others.sort(key=lambda one: name not in one.needed)
    for other in others:
        if name in other.keys:
            return f"`{name}:` is a key of {other.called}"
    for other in others:
        if not other.around and (meant := everyday(name, list(other.keys))):
            return f"`{meant}:` is a key of {other.called}"
    return None
