"""Lists that were written as one text: it is compared as it stands, and equals none of what it names."""

import re
from typing import Final

from router.authoring.checks.blocks import conditions_of, values_of
from router.authoring.checks.places import types_outside_conditions
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.rule_files import SELECTORS

_SIGNS: Final = re.compile(r"\s*[,;|]\s*|\s+&\s+")
_WORDS: Final = re.compile(r"\s+(?:or|and|of|en|und|oder|et|ou)\s+", re.IGNORECASE)
_ONE: Final = re.compile(r"[\w./+-]{1,60}")
_BRACKETS: Final = re.compile(r"\s*\[(.*)\]\s*", re.DOTALL)
_OPERATORS: Final = ("eq", "ne", "in", "not_in", "prefix", "suffix", "contains")
_NAMES: Final = ("type", "channel", "locale", "customer.open", "customer.locale", "journey.step")
"""Fields whose values are names: no name holds a comma, in quotes or not."""


def check_lists(definitions: Definitions, problems: Problems) -> None:
    """R125: conditions and types that hold several in one text."""
    for field, value in conditions_of(definitions):
        # Where the policy lists what there is, a list in one text is unknown there.
        told = {"type": definitions.policy.policy.types, "channel": definitions.policy.policy.channels}
        for operator, node in values_of(value):
            if operator in _OPERATORS and field.value not in SELECTORS and not told.get(str(field.value)):
                _check(node, problems, name=field.value in _NAMES)
    if not definitions.policy.policy.types:
        for node in types_outside_conditions(definitions):
            _check(node, problems, name=True)


def parts_of(text: str) -> list[str] | None:
    """What a text names one by one: `email, sms`, `email or sms`, `[email, sms]`; None where it is one thing."""
    inside = _BRACKETS.fullmatch(text)
    text = inside[1] if inside else text
    for between in (_SIGNS, _WORDS):
        parts = [part.strip("\"' ") for part in between.split(text)]
        if len(parts) > 1 and all(_ONE.fullmatch(part) for part in parts):
            return parts
    return None


def _check(node: Node, problems: Problems, *, name: bool) -> None:
    """Notes a list in one text. In quotes, a text that is no name may be meant as it stands."""
    if not isinstance(node.value, str) or (node.quoted and not name):
        return
    parts = parts_of(node.value)
    if parts:
        message = f"{node.value[:80]!r} is one text, not {len(parts)} values"
        problems.add("R125", node.position, message, f"write {written(parts)}", final=True)


def written(parts: list[str]) -> str:
    """Values as a list that can be typed in."""
    return f"[{', '.join(parts)}]"
