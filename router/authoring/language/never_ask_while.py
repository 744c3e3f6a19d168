"""The policy's `never_ask_while`: conditions that hold for every rule, and the rules that are exceptions."""

from collections.abc import Iterator
from typing import Final

from router.authoring.language.conditions import read_condition
from router.authoring.language.groups import Groups
from router.authoring.language.keys import Kind, pairs
from router.authoring.language.kinds import TEXTS, anything, read_texts
from router.authoring.language.node import Node
from router.authoring.language.operators import DEFINITIONS
from router.authoring.language.problems import Problems
from router.model.policy import NeverAskWhile

EXCEPT: Final = "except"

_SUCH_AS: Final = "such as `customer.open: [bereavement]`"
_BLOCK: Final = DEFINITIONS["block"]

NEVER_ASK_WHILE: Final[Kind[Node]] = anything(
    _BLOCK
    | {
        "description": "Conditions under which nobody is asked, each on its own.",
        "properties": _BLOCK["properties"]
        | {EXCEPT: {"description": "Rules that ask all the same.", **TEXTS.schema}},
        "minProperties": 1,
    },
    **DEFINITIONS,
    **TEXTS.definitions,
)


def entries(node: Node) -> Iterator[tuple[Node, Node]]:
    """The (key, value) nodes of its conditions."""
    if isinstance(node.value, dict):
        yield from (pair for name, pair in node.value.items() if name != EXCEPT)


def never_ask_while(node: Node, problems: Problems, groups: Groups) -> NeverAskWhile | None:
    """The conditions and exceptions; None, with the problem noted, where there is no condition."""
    parts = [Node({key.value: (key, value)}, key.position) for key, value in entries(node)]
    if not parts:
        if not isinstance(node.value, dict):
            # A list would leave open whether one of them is enough.
            pairs(node, "`never_ask_while`", problems)
        elif not node.cut:
            message = "`never_ask_while` names no condition, so it forbids nothing"
            problems.add("R145", node.position, message, _SUCH_AS)
        return None
    exceptions = node.find(EXCEPT)
    return NeverAskWhile(
        tuple(read_condition(part, problems, groups) for part in parts),
        read_texts(exceptions, EXCEPT, problems) if exceptions else (),
    )
