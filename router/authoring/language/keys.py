"""The grammar of rule files, declared once: blocks with keys, each key of a kind of value.

A subclass of `Block` names the keys of one mapping. How it is read, its JSON Schema, what editors complete, and the
tables of keys in the documentation all come from that declaration.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar, overload

from msgspec import Struct

from router.authoring.language.astray import told_beside, told_unknown
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.rules import Position

T = TypeVar("T")
B = TypeVar("B", bound="Block")

Schema = dict[str, Any]
Named = Literal["survey", "journey", "rule", "alert", "channel", "type"]

REQUIRED: Final = "required"
"""What holds without a key that must be there."""

_LINK: Final = re.compile(r"\[([^]]+)\]\([^)]+\)")


class Kind(Struct, Generic[T], frozen=True):
    """A kind of value.

    `read` takes the node, the key it stands under, and what collects problems; it gives None where it noted one.
    `schema` may refer to `definitions`. `block` declares the mappings inside; with `single` the value is one itself.
    """

    read: Callable[[Node, str, Problems], T | None]
    schema: Schema
    definitions: dict[str, Schema] = {}
    block: "type[Block] | None" = None
    single: bool = False


class Key(Generic[T]):
    """A key of a block: what it means, in the words of the documentation, and what holds without it.

    `names` tells which definitions of the set its value names. As an attribute of a block that was read it is the value: None, or the default, where there is none to be had.
    """

    def __init__(
        self,
        kind: Kind[Any],
        meaning: str,
        default: T,
        *,
        without: str,
        hint: str | None = None,
        names: Named | None = None,
        more: Schema,
    ) -> None:
        self.kind, self.meaning, self.default = kind, meaning, default
        self.without, self.hint, self.names, self.more = without, hint, names, more
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        # Python's own words, such as `from`, get an underscore there.
        self.name = name.rstrip("_")

    @overload
    def __get__(self, block: None, owner: type) -> "Key[T]": ...
    @overload
    def __get__(self, block: "Block", owner: type) -> T: ...
    def __get__(self, block: "Block | None", owner: type) -> "Key[T] | T":
        return self if block is None else block.values.get(self.name, self.default)

    def schema(self) -> Schema:
        """What an editor says and completes. A reference stands in `allOf`: beside it nothing else would count."""
        body = {"allOf": [self.kind.schema]} if "$ref" in self.kind.schema else self.kind.schema
        default = {"default": self.default} if isinstance(self.default, bool | int | str) else {}
        text = _LINK.sub(r"\1", self.meaning)
        sentence = text[0].upper() + text[1:] + ("" if text.endswith("…") else ".")
        return {**body, "description": sentence, **default, **self.more}


def required(
    kind: Kind[T], meaning: str, *, hint: str | None = None, names: Named | None = None, **more: Any
) -> Key[T | None]:
    """A key that must be there; `hint` helps whoever left it out. `more` adds to its schema."""
    return Key(kind, meaning, None, without=REQUIRED, hint=hint, names=names, more=more)


@overload
def optional(
    kind: Kind[T], meaning: str, default: T, *, without: str = "", names: Named | None = None, **more: Any
) -> Key[T]: ...
@overload
def optional(
    kind: Kind[T],
    meaning: str,
    default: None = None,
    *,
    without: str = "",
    names: Named | None = None,
    **more: Any,
) -> Key[T | None]: ...
def optional(
    kind: Kind[T],
    meaning: str,
    default: Any = None,
    *,
    without: str = "",
    names: Named | None = None,
    **more: Any,
) -> Key[Any]:
    """A key that may be left out: what then holds is `default`, told as `without`."""
    if not without:
        without = f"`{str(default).lower()}`" if isinstance(default, bool | int | str) else "none"
    return Key(kind, meaning, default, without=without, names=names, more=more)


class Block:
    """A mapping that was read, every problem noted. A subclass declares its keys; its docstring is told by editors.

    `sound` tells whether no problem was found in it. A subclass that is `free` takes other keys, its `further` ones;
    `more` adds to its schema; one that is `apart` has a table of keys of its own, and no rows in that of the key
    above; `opens` are the keys by which a file is known to be one, where those are not all. `called` is the block in
    words, for whoever puts a key of it elsewhere; `around` are the blocks that hold it, each with the key it is
    under. `asking` are the fields that the conditions under its `when` can ask about, a prefix with its dot.
    `all_called` are the kinds that have words.
    """

    keys: ClassVar[dict[str, Key[Any]]] = {}
    needed: ClassVar[list[str]]
    naming: ClassVar[list[tuple[str, Named]]]
    holding: ClassVar[list[Key[Any]]]
    defaults: ClassVar[dict[str, Any]]
    free: ClassVar[bool]
    apart: ClassVar[bool]
    opens: ClassVar[Collection[str]]
    called: ClassVar[str]
    asking: ClassVar[Collection[str]]
    all_called: ClassVar[list[type["Block"]]] = []
    around: ClassVar[list[tuple[type["Block"], str]]]
    more: ClassVar[Schema]

    def __init_subclass__(
        cls,
        *,
        free: bool = False,
        apart: bool = False,
        opens: Collection[str] = (),
        more: Schema | None = None,
        called: str = "",
        asking: Collection[str] = (),
    ) -> None:
        known = {key.name: key for key in vars(cls).values() if isinstance(key, Key)}
        cls.keys = cls.keys | known
        cls.needed = [name for name, key in cls.keys.items() if key.without == REQUIRED]
        cls.naming = [(name, key.names) for name, key in cls.keys.items() if key.names]
        cls.holding = [key for key in cls.keys.values() if key.kind.block is not None]
        cls.defaults = {name: key.default for name, key in cls.keys.items() if key.default is not None}
        cls.free, cls.apart, cls.opens, cls.more = free, apart, opens or cls.keys, more or {}
        cls.called, cls.around, cls.asking = called, [], asking
        if called:
            Block.all_called.append(cls)
        for key in cls.holding:
            if key.kind.block is not None:
                key.kind.block.around.append((cls, key.name))

    def __init__(
        self,
        node: Node,
        what: str,
        problems: Problems,
        *,
        known: Collection[str] | None = None,
        closed: bool = False,
    ) -> None:
        """Reads a mapping; `what` it is, in words. `known` confines it to some of its keys, `closed` to keys."""
        self.node, self.what, self.problems = node, what, problems
        keys = self.keys if known is None else {name: self.keys[name] for name in known}
        before = len(problems.found)
        self.pairs = here = pairs(node, what, problems, self.meant)
        self.values: dict[str, Any] = {}
        self.further: dict[str, Any] = {}
        strange = (
            {} if self.free and not closed else {name: here[name][0] for name in here if name not in keys}
        )
        beside = told_beside(self, strange) if strange else set()
        for name, (_, inner) in here.items():
            declared = keys.get(name)
            if declared is not None:
                value = declared.kind.read(inner, name, problems)
                if value is not None:
                    self.values[name] = value
            elif name not in strange:
                self.further[name] = inner.plain()
        meant = told_unknown(self, [key for name, key in strange.items() if name not in beside], keys)
        for name in self.needed:
            if name not in here and name in keys and name not in meant:
                self.lacks(name, keys[name].hint)
        self.sound = len(problems.found) == before

    @classmethod
    def meant(cls, node: Node) -> str | None:
        """The keys that a plain value stands for, in braces, where the block is one that such a value is enough for."""
        plain = isinstance(node.value, list) and not any(
            isinstance(one.value, list | dict) for one in node.value
        )
        if plain and len(node.value) == len(cls.needed) > 1:
            given = zip(cls.needed, node.value, strict=True)
            return f"{{{', '.join(f'{name}: {one.word}' for name, one in given)}}}"
        if isinstance(node.value, list | dict) or node.value is None or " " in str(node.value):
            return None
        for name in [*cls.needed, *(name for name in cls.keys if name not in cls.needed)]:
            if cls.keys[name].kind.read(node, name, Problems()) is not None:
                others = "".join(f", {other}: …" for other in cls.needed if other != name)
                return f"{{{name}: {node.word}{others}}}"
        return None

    def lacks(self, key: str, hint: str | None = None) -> None:
        """Notes a missing key, unless the mapping could not be read."""
        if isinstance(self.node.value, dict) and not self.node.cut:
            message = f"{self.what} lacks `{key}`"
            self.problems.add("R011", self.node.position, message, hint or f"add `{key}:`")

    def key_place(self, key: str) -> Position:
        """Where a key stands; where the mapping begins if it is missing."""
        return self.pairs[key][0].position if key in self.pairs else self.node.position

    def place(self, *path: str) -> Position:
        """Where the value at a path of keys stands; the nearest part around it where there is none."""
        return self.node.place(*path)

    def members(self, key: str) -> list[Node]:
        """The value of a key: the members of a list, or the only one; nothing where it is missing."""
        return self.pairs[key][1].each() if key in self.pairs else []

    def nested(self) -> "Iterator[Block]":
        """The block and all that were read inside it."""
        yield self
        for key in self.holding:
            value = self.values.get(key.name)
            if value is not None:
                blocks = (value,) if key.kind.single else value.values() if isinstance(value, dict) else value
                for one in blocks:
                    yield from one.nested()

    def fields(self) -> dict[str, Any]:
        """The values by key, with defaults: what a definition is made of that has a field for each key."""
        return self.defaults | self.values

    @classmethod
    def schema(cls) -> Schema:
        """Its JSON Schema."""
        return {
            "description": cls.__doc__,
            "type": "object",
            "properties": {name: key.schema() for name, key in cls.keys.items()},
            "additionalProperties": cls.free,
            **({"required": cls.needed} if cls.needed else {}),
            **cls.more,
        }

    @classmethod
    def definitions(cls) -> dict[str, Schema]:
        """What its schema refers to."""
        return {
            name: body for key in cls.keys.values() for name, body in sorted(key.kind.definitions.items())
        }


def pairs(
    node: Node, what: str, problems: Problems, meant: Callable[[Node], str | None] | None = None
) -> dict[str, tuple[Node, Node]]:
    """The (key, value) nodes of a mapping; none, with the problem noted, where it is none.

    `meant` gives the keys that another value stands for.
    """
    if isinstance(node.value, dict):
        return node.value
    if not node.cut:
        problems.unread(node)
        if node.value is None:
            message, hint = f"{what} is empty", "write its keys below it, two spaces further in"
        elif isinstance(node.value, list):
            message = f"{what} holds keys, and here is a list"
            written = meant(node) if meant else None
            hint = "take the dash (`- `) or the brackets away, and write `key: value` lines"
            hint = f"write {written}" if written else hint
        else:
            message = f"{what} holds keys, and here is {node.kind} only: {node.shown}"
            written = meant(node) if meant else None
            hint = (
                f"write {written}" if written else "write `key: value` lines below it, two spaces further in"
            )
        problems.add("R012", node.position, message, hint)
    return {}


def block(keys: type[B], what: str | None = None) -> Kind[B]:
    """One mapping."""

    def read(node: Node, key: str, problems: Problems) -> B:
        return keys(node, what or f"`{key}`", problems)

    return Kind(read, keys.schema(), keys.definitions(), keys, single=True)


ReadOne = Callable[[Node, str, Problems], B | None]


def listing(keys: type[B], what: str, read_one: "ReadOne[B] | None" = None) -> Kind[list[B]]:
    """A list of mappings; `what` each is, in words."""
    make = read_one or keys

    def read(node: Node, key: str, problems: Problems) -> list[B] | None:
        if isinstance(node.value, list):
            return [one for item in node.value if (one := make(item, what, problems)) is not None]
        problems.unread(node)
        first = (
            next(iter(node.value.values()))[0].value if isinstance(node.value, dict) and node.value else None
        )
        hint = (
            f"begin each entry with a dash and a space: write `- {first.lstrip('-')}: …`"
            if first
            else "begin each entry with a dash, `- `"
        )
        if node.value is None:
            hint = f"write [] where there are none, or take `{key}:` out"
        problems.wrong(node, key, "a list", hint)
        return None

    return Kind(read, {"type": "array", "items": keys.schema()}, keys.definitions(), keys)


def named(keys: type[B], what: str, read_one: "ReadOne[B] | None" = None) -> Kind[dict[str, B]]:
    """Mappings under names of the author's own; `what` each is, with `{name!r}` for its name."""
    make = read_one or keys

    def read(node: Node, key: str, problems: Problems) -> dict[str, B]:
        bodies = pairs(node, f"`{key}`", problems).items()
        blocks = {name: make(body, what.format(name=name), problems) for name, (_, body) in bodies}
        return {name: one for name, one in blocks.items() if one is not None}

    schema = {"type": "object", "additionalProperties": keys.schema()}
    return Kind(read, schema, keys.definitions(), keys)
