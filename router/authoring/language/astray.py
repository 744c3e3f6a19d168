"""Keys that a block does not have: what was meant, and where they belong."""

import re
from collections.abc import Collection
from typing import Any, ClassVar, Final, Protocol

from router.authoring.language.everyday import everyday
from router.authoring.language.node import Node, said
from router.authoring.language.problems import Problems

_FRACTION: Final = re.compile(r"[0-9]+ ?[%a-z]{0,9}")
"""What stands behind a decimal comma: inside of braces, a key without a value."""

_GLUED: Final = re.compile(r"([A-Za-z_]\w*)\s*(?:=+|:|\s)\s*([^\s=:].*)")
"""A key with its value behind something else than a colon and a space: inside of braces, a key without a value."""


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
    what: str
    values: dict[str, Any]


def told_beside(block: Read, strange: dict[str, Node]) -> set[str]:
    """Notes the keys that stand beside an empty key instead of under it, as one mistake; gives their names."""
    told: set[str] = set()
    for under in ("when", *(key.name for key in block.holding if key.kind.single)):
        pair = block.pairs.get(under)
        if pair is None or pair[1].value is not None or under not in block.keys:
            continue
        inner = block.keys[under].kind.block
        beside = [
            name
            for name in strange
            if name not in told and (name in inner.keys if inner else is_condition(block, name))
        ]
        if beside:
            names = ", ".join(f"`{name[:80]}`" for name in beside)
            message = (
                f"{names} {'stands' if len(beside) == 1 else 'stand'} beside `{under}:`, and not under it"
            )
            hint = "put two more spaces before it" + ("" if len(beside) == 1 else ", on each such line")
            block.problems.add("R119", strange[beside[0]].position, message, hint)
            block.problems.close(pair[1].position)
            told.update(beside)
    return told


def told_unknown(block: Read, unknown: list[Node], keys: dict[str, Any]) -> set[str]:
    """Notes the keys that the block does not have; gives those that were meant by them."""
    meant: set[str] = set()
    for key in _members(block, unknown, keys) if unknown else ():
        glued = _GLUED.fullmatch(key.value) if block.pairs[key.value][1].value is None else None
        if glued and glued[1] in keys:
            message = f"a colon and a space are missing behind `{glued[1]}`"
            block.problems.add("R014", key.position, message, f"write {glued[1]}: {glued[2]}")
            meant.add(glued[1])
        elif not _fraction(block, key, keys):
            hint, near = _belongs(block, key, keys)
            if near is not None:
                meant.add(near)
            message = f"unknown key in {block.what}: {said(key.value[:80])}"
            block.problems.add("R014", key.position, message, hint)
    return meant


def _members(block: Read, unknown: list[Node], keys: dict[str, Any]) -> list[Node]:
    """Notes a list without brackets inside of braces, whose further members are keys without a value."""
    bare = {key.value for key in unknown if _bare(block, key)}
    if not bare:
        return unknown
    before: str | None = None
    members: dict[str, list[str]] = {}
    for name in block.pairs:
        if name in bare and before is not None:
            members.setdefault(before, []).append(name)
        else:
            before = name if name in keys else None
    for name, others in members.items():
        node = block.pairs[name][1]
        several = [node.word, *others]
        value = Node([Node(one, node.position) for one in several], node.position)
        takes = keys[name].kind.read(value, name, Problems()) is not None
        hint = f"write {name}: [{', '.join(several)}]" if takes else f"`{name}` takes one: write {node.word}"
        message = f"a list stands here without its brackets: {', '.join(several)}"
        block.problems.add("R012", node.position, message, hint)
        block.problems.close(node.position)
    told = {one for others in members.values() for one in others}
    return [key for key in unknown if key.value not in told]


def _bare(block: Read, key: Node) -> bool:
    """Whether a key is a word without a value."""
    value = block.pairs[key.value][1]
    other = _FRACTION.fullmatch(key.value) or _GLUED.fullmatch(key.value)
    return value.value is None and not value.quoted and not other


def _fraction(block: Read, key: Node, keys: dict[str, Any]) -> bool:
    """Reads the value before anew, where the key is what stands behind its decimal comma."""
    names = list(block.pairs)
    before = names[max(names.index(key.value) - 1, 0)]
    number = block.pairs[before][1]
    if not _FRACTION.fullmatch(key.value) or block.pairs[key.value][1].value is not None:
        return False
    if number.written is None or before not in keys:
        return False
    whole = Node(f"{number.written},{key.value}", number.position)
    block.values.pop(before, None)
    keys[before].kind.read(whole, before, block.problems)
    return True


def _belongs(block: Read, key: Node, known: Collection[str]) -> tuple[str, str | None]:
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
