"""Signals of the customer in the policy: their keys, and the definitions that they make."""

from datetime import timedelta
from typing import Final

from router.authoring.language.amounts import LONGEST
from router.authoring.language.keys import Block, optional, pairs
from router.authoring.language.kinds import TEXTS, span
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.customer_signals import CustomerSignal

_SUCH_AS: Final = (
    "such as `{count: [call.completed, chat.completed], within: 30d}`, or `{last: [call.completed]}`"
)


class CustomerSignalKeys(
    Block,
    more={
        "oneOf": [{"required": ["count", "within"]}, {"required": ["last"], "not": {"required": ["within"]}}]
    },
):
    """A signal of the customer."""

    count = optional(
        TEXTS,
        "how many interactions of these types happened in the last `within`; 0 where none did",
        (),
        names="type",
    )
    within = optional(span(LONGEST), "with `count`: how far back is counted", without="required with `count`")
    last = optional(
        TEXTS,
        "when the latest interaction of these types happened, besides the one that is decided; missing where none did",
        (),
        names="type",
    )


def read_signal(node: Node, what: str, problems: Problems) -> CustomerSignalKeys | None:
    """A signal that counts, or one that keeps a moment."""
    here = pairs(node, what, problems)
    kinds = [kind for kind in ("count", "last") if kind in here]
    if len(kinds) != 1:
        if not node.cut and isinstance(node.value, dict):
            problems.add("R149", node.position, f"{what} needs either `count` or `last`", _SUCH_AS)
        return None
    keys = CustomerSignalKeys(node, what, problems)
    if keys.count and not keys.within and ("within" not in here or keys.within == timedelta()):
        message = f"{what} does not say how far back it counts"
        problems.add("R149", keys.place("within"), message, "add `within: 30d`")
    elif keys.last and "within" in here:
        message = f"{what} keeps a moment: `within` means nothing here"
        hint = f"leave it out; where the signal is asked, write `{{within: {here['within'][1].word}}}`"
        problems.add("R149", keys.key_place("within"), message, hint)
    return keys


def customer_signals(keys: dict[str, CustomerSignalKeys]) -> dict[str, CustomerSignal]:
    """The signals by name, of those that have all that they need."""
    found: dict[str, CustomerSignal] = {}
    for name, one in keys.items():
        if one.last:
            found[name] = CustomerSignal("last", one.last)
        elif one.count:
            found[name] = CustomerSignal("count", one.count, one.within or timedelta())
    return found
