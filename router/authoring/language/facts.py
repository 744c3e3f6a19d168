"""The facts that texts of surveys may name: a closed list, each with the field it is read from."""

import re
from typing import Final

from router.authoring.language.keys import Block, Kind, optional, pairs, required
from router.authoring.language.kinds import FIELD, FLAG
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.policy import Fact

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,49}\Z")


class FactKeys(Block):
    """A fact that texts may name."""

    field = required(FIELD, "the field that says it")
    personal = optional(FLAG, "it is about a person, and meant to be in texts", False)


def _facts(node: Node, key: str, problems: Problems) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for name, (place, inner) in pairs(node, f"`{key}`", problems).items():
        if not _NAME.match(name):
            hint = "letters, digits and `_`, such as `agent_name`; at most 50"
            problems.add("R012", place.position, f"{name[:60]!r} is no name of a fact", hint)
        elif isinstance(inner.value, dict):
            keys = FactKeys(inner, f"fact {name!r}", problems)
            if keys.field is not None:
                found[name] = Fact(keys.field, keys.personal)
        elif (field := FIELD.read(inner, name, problems)) is not None:
            found[name] = Fact(field)
    return found


FACTS: Final[Kind[dict[str, Fact]]] = Kind(
    _facts,
    {
        "type": "object",
        "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]{0,49}$"},
        "additionalProperties": {"anyOf": [FIELD.schema, FactKeys.schema()]},
    },
    FactKeys.definitions(),
)
"""Names of facts, each with its field, or with `field` and `personal`."""
