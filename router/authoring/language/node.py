"""A piece of YAML and where it stands."""

from typing import Any

from msgspec import Struct

from router.model.rules import Position


def said(text: str) -> str:
    """A text in quotes, as an author wrote it."""
    return f"'{text}'"


class Node(Struct, frozen=True, gc=False):
    """A piece of YAML. `value` is a scalar, a list of nodes, or (key node, node) pairs by key.

    `quoted` tells a quoted text from a plain one; `cut` a part whose end could not be read; `written` is how a number
    was written.
    """

    value: Any
    position: Position
    quoted: bool = False
    cut: bool = False
    written: str | None = None

    @property
    def kind(self) -> str:
        """What it is, in words for an author."""
        if isinstance(self.value, dict):
            return "a block of keys"
        if isinstance(self.value, list):
            return "a list"
        names = {str: "text", bool: "true/false", int: "a number", float: "a number", type(None): "nothing"}
        return names[type(self.value)]

    @property
    def shown(self) -> str:
        """The value as its author knows it: `true`, not Python's True."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, str):
            return said(self.value[:60])
        return self.written or repr(self.value)[:60] if isinstance(self.value, int | float) else self.kind

    @property
    def word(self) -> str:
        """The value where a word is wanted: a text without quotes, anything else as `shown`."""
        return self.value if isinstance(self.value, str) else self.shown

    def plain(self) -> Any:
        """The value without positions."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, (_, node) in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def each(self) -> "list[Node]":
        """The members of a list; anything else is its own only member."""
        return self.value if isinstance(self.value, list) else [self]

    def find(self, *path: str) -> "Node | None":
        """The node at a path of keys, or None."""
        node = self
        for key in path:
            pair = node.value.get(key) if isinstance(node.value, dict) else None
            if pair is None:
                return None
            node = pair[1]
        return node

    def place(self, *path: str) -> Position:
        """Where the value at a path stands; the nearest part around it where there is none."""
        for length in range(len(path), 0, -1):
            if (node := self.find(*path[:length])) is not None:
                return node.position
        return self.position
