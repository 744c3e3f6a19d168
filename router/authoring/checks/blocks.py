"""Where conditions on interactions and customers stand in a set."""

from collections.abc import Iterator

from router.authoring.language.conditions import walk
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node


def condition_blocks(definitions: Definitions) -> Iterator[Node]:
    """The `when` and `unless` blocks of rules, the groups, and the policy's `never_ask_while`."""
    for placed in definitions.rules:
        for name in ("when", "unless"):
            if (block := placed.node.find(name)) is not None:
                yield block
    for _, body in definitions.groups.nodes.values():
        yield body
    yield from definitions.policy.values("never_ask_while")


def conditions_of(definitions: Definitions) -> Iterator[tuple[Node, Node]]:
    """The (field, value) nodes of all these blocks, at any depth."""
    for block in condition_blocks(definitions):
        yield from walk(block)


def values_of(value: Node) -> Iterator[tuple[str, Node]]:
    """The values of a test, each with its operator."""
    if isinstance(value.value, dict):
        for name, (_, inner) in value.value.items():
            for item in inner.each():
                yield name, item
    else:
        for item in value.each():
            yield "eq", item
