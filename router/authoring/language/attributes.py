"""The attributes that interactions and customers carry, as the policy declares them."""

from typing import Any, Final, get_args

from router.authoring.language.keys import Block, Kind, Schema, optional
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import CUSTOMER, EVENT
from router.model.policy import AttributeKind, AttributeValues

KINDS: Final[tuple[str, ...]] = get_args(AttributeKind)
_SUCH_AS: Final = "such as `[agent_id, branch]`, or `{segment: [consumer, business], amount: number}`"
_PLAIN: Final[Schema] = {"type": ["string", "number", "boolean"]}


def _values(node: Node, key: str, problems: Problems) -> AttributeValues | None:
    """What one attribute holds: a kind of value, or the values that there are."""
    if node.value is None:
        return "any"
    if isinstance(node.value, list) and node.value:
        values = node.plain()
        if all(isinstance(value, str | int | float) for value in values):
            return tuple(values)
    elif isinstance(node.value, str) and node.value in KINDS:
        return node.value  # type: ignore[return-value]
    elif isinstance(node.value, str):
        problems.unknown("R013", node.position, f"kind of value of `{key}`", node.value, list(KINDS))
        return None
    problems.wrong(
        node, key, f"one of {', '.join(KINDS)}, or a list of its values", "such as `[true, false]`"
    )
    return None


def _declared(node: Node, key: str, problems: Problems) -> dict[str, AttributeValues]:
    """The attributes by name: from a list of names, or from names with what they hold."""
    found: dict[str, AttributeValues] = {}
    if isinstance(node.value, dict):
        for name, (_, inner) in node.value.items():
            found[name] = _values(inner, name, problems) or "any"
        return found
    for item in node.each():
        if isinstance(item.value, str) and item.value.strip():
            found[item.value] = "any"
        else:
            problems.wrong(item, key, "a list of names, or names with what they hold", _SUCH_AS)
    return found


_DECLARED: Final = Kind(
    _declared,
    {
        "anyOf": [
            {"type": "array", "items": {"type": "string", "pattern": "\\S"}},
            {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [
                        {"type": "null"},
                        {"enum": list(KINDS)},
                        {"type": "array", "items": _PLAIN, "minItems": 1},
                    ]
                },
            },
        ]
    },
)


class AttributeKeys(Block, apart=True):
    """What interactions and customers carry besides what the router knows of each."""

    event = optional(
        _DECLARED,
        "the attributes of interactions: a list of names, or names with what they hold: `number`, `text`, `date`,"
        " `any`, or a list of the values that there are. Any other in a rule, limit, journey or test is a mistake",
        {},
        without="any",
    )
    customer = optional(_DECLARED, "the attributes of customers, likewise", {}, without="any")


def declared(keys: AttributeKeys) -> dict[str, Any]:
    """What is declared, by field: `event.amount`, `customer.segment`."""
    return {f"{EVENT}{name.removeprefix(EVENT)}": values for name, values in keys.event.items()} | {
        f"{CUSTOMER}{name.removeprefix(CUSTOMER)}": values for name, values in keys.customer.items()
    }
