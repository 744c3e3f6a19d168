"""Where a key belongs that a block does not have: under another key, one level out, in another file."""

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
    asking: ClassVar[Collection[str]]
    called: ClassVar[str]
    all_called: ClassVar[list[Any]]
    pairs: dict[str, tuple[Node, Node]]
    problems: Problems


def belongs(block: Read, key: Node, known: Collection[str]) -> tuple[str, str | None]:
    """A hint for an unknown key of a block, and the known key that was meant, where it is one."""
    name = key.value
    hint = _joining(block, name) or _inside(block, name) or _condition(block, name) or _outside(block, key)
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


def _inside(block: Read, name: str) -> str | None:
    """A key of a block that stands under one of this block's keys."""
    for holding in block.holding:
        inner = holding.kind.block
        if inner is None or name not in inner.keys or not holding.kind.single:
            continue
        there = block.pairs.get(holding.name)
        # What asks something of the field of this name is a condition, once the block has its own.
        if not (there and there[1].find(name)) and (there or name not in block.asking):
            return f"put it under `{holding.name}:`, two spaces further in"
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


def _elsewhere(block: Read, name: str) -> str | None:
    """A key of another kind of block."""
    others = [one for one in block.all_called if one.called != block.called]
    for other in others:
        if name in other.keys:
            return f"`{name}:` is a key of {other.called}"
    for other in others:
        if not other.around and (meant := everyday(name, list(other.keys))):
            return f"`{meant}:` is a key of {other.called}"
    return None
