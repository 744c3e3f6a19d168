"""Where a key belongs that a block does not have: under another key, one level out, in another file."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from router.authoring.language.everyday import everyday
from router.authoring.language.node import Node, said

if TYPE_CHECKING:
    from router.authoring.language.keys import Block


def belongs(block: "Block", key: Node, known: Collection[str]) -> tuple[str, str | None]:
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


def _joining(block: "Block", name: str) -> str | None:
    """That conditions need no word between them."""
    joins = name.lower() in ("and", "en") and block.asking
    return "conditions under `when` all hold already: put these there" if joins else None


def _inside(block: "Block", name: str) -> str | None:
    """A key of a block that stands under one of this block's keys."""
    for holding in block.holding:
        inner = holding.kind.block
        if inner is None or name not in inner.keys or name in block.keys:
            continue
        there = block.pairs.get(holding.name)
        if holding.kind.single and not (there and there[1].find(name)):
            return f"put it under `{holding.name}:`, two spaces further in"
    return None


def _condition(block: "Block", name: str) -> str | None:
    """A field, where the block has conditions."""
    prefix, _, rest = name.partition(".")
    fields = block.asking
    if fields and (name in fields.own or (prefix in fields.prefixes and rest)):
        return "a condition: put it under `when:`, two spaces further in"
    return None


def _outside(block: "Block", key: Node) -> str | None:
    """A key of the block around."""
    for outer, under in block.around:
        if key.value in outer.keys:
            first = next(iter(block.pairs.values()))[0]
            in_braces = key is not first and key.position.line == first.position.line
            way = "take it out of the braces, to a line of its own" if in_braces else "two spaces less"
            return f"it belongs beside `{under}:`, not into it: {way}"
    return None


def _elsewhere(block: "Block", name: str) -> str | None:
    """A key of another kind of block."""
    own = type(block)
    files = [one for one in every(own.__mro__[-2]) if one.called and one is not own]
    for other in files:
        if name in other.keys:
            return f"`{name}:` is a key of {other.called}"
    for other in files:
        if not other.around and (meant := everyday(name, list(other.keys))):
            return f"`{meant}:` is a key of {other.called}"
    return None


def every(block: "type[Block]") -> "list[type[Block]]":
    """All kinds of blocks that are declared."""
    return [one for kind in block.__subclasses__() for one in (kind, *every(kind))]
