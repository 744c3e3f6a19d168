"""An `any` with one entry, which chooses among nothing."""

from collections.abc import Iterator

from router.authoring.checks.blocks import condition_blocks
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems


def check_single(definitions: Definitions, problems: Problems) -> None:
    """R139."""
    blocks = [*condition_blocks(definitions)]
    for alert in definitions.alerts:
        blocks += [block for name in ("when", "unless") if (block := alert.node.find(name)) is not None]
    for block in blocks:
        for key, value in _alternatives(block):
            entries = value.each() if isinstance(value.value, list) else list(value.value or ())
            if len(entries) != 1:
                continue
            inside = value.each()[0].value
            conditions = len(inside) if isinstance(inside, dict) else 1
            if conditions > 1:
                message = f"`any` has one entry: its {conditions} conditions must all hold together"
                hint = "begin each condition with `- ` on a line of its own, where one of them is enough"
            else:
                message, hint = (
                    "`any` has one entry: there is nothing to choose from",
                    "add another, or leave `any:` out",
                )
            problems.add("R139", key.position, message, hint)


def _alternatives(block: Node) -> Iterator[tuple[Node, Node]]:
    """Every `any` of a condition block, at any depth."""
    if not isinstance(block.value, dict):
        return
    for name, (key, value) in block.value.items():
        if name == "any" and isinstance(value.value, list | dict):
            yield key, value
        if name in ("any", "all", "not"):
            for inner in value.each():
                yield from _alternatives(inner)
