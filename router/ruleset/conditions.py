"""The `when` and `unless` blocks: nodes to condition trees."""

from typing import Any, get_args

import re2

from router.model.rules import All, AnyOf, Condition, Not, Operator, Test
from router.ruleset.nodes import Node
from router.ruleset.problems import Problems

OPERATORS: tuple[str, ...] = get_args(Operator)
PLAIN_FIELDS = ("type", "source", "channel", "locale", "journey", "step")
PREFIXES = ("event.", "journey.", "customer.")
MAX_PATTERN = 500

_NUMBERS = ("gt", "gte", "lt", "lte")
_TEXTS = ("prefix", "suffix")


def read_condition(node: Node, problems: Problems, skip: frozenset[str] = frozenset()) -> Condition:
    """A block as a condition: all its entries must hold. Keys in `skip` are read elsewhere."""
    if not isinstance(node.value, dict):
        problems.add(
            "R020", node.position, f"a condition block must be a mapping, not {node.kind}", "`field: value`"
        )
        return All(())
    parts = [_entry(key, value, problems) for name, (key, value) in node.value.items() if name not in skip]
    found = tuple(part for part in parts if part is not None)
    return found[0] if len(found) == 1 else All(found)


def _entry(key: Node, value: Node, problems: Problems) -> Condition | None:
    name = key.value
    if name in ("all", "any"):
        parts = _block_parts(value, problems, name)
        return All(parts) if name == "all" else AnyOf(parts)
    if name == "not":
        return Not(read_condition(value, problems))
    if not _known_field(name):
        problems.unknown("R021", key.position, "field", name, [*PLAIN_FIELDS, "all", "any", "not", *PREFIXES])
        return None
    return _tests(name, value, problems)


def _block_parts(value: Node, problems: Problems, name: str) -> tuple[Condition, ...]:
    if isinstance(value.value, list):
        if not value.value:
            problems.add("R022", value.position, f"`{name}` is empty", "list at least one condition")
        return tuple(read_condition(item, problems) for item in value.value)
    if isinstance(value.value, dict):
        entries = (_entry(key, inner, problems) for key, inner in value.value.values())
        return tuple(entry for entry in entries if entry is not None)
    problems.add("R022", value.position, f"`{name}` must hold a list of conditions", "start each with `- `")
    return ()


def _known_field(name: str) -> bool:
    return name in PLAIN_FIELDS or any(name.startswith(p) and len(name) > len(p) for p in PREFIXES)


def _tests(field: str, value: Node, problems: Problems) -> Condition | None:
    if isinstance(value.value, dict):
        tests = [_operator(field, key, inner, problems) for key, inner in value.value.values()]
        found = tuple(test for test in tests if test is not None)
        return found[0] if len(found) == 1 else All(found)
    if isinstance(value.value, list):
        if not value.value:
            problems.add(
                "R023", value.position, f"`{field}` has an empty list: it can never hold", "name a value"
            )
        return _test(field, "in", value, problems)
    return _test(field, "eq", value, problems)


def _operator(field: str, key: Node, value: Node, problems: Problems) -> Test | None:
    if key.value not in OPERATORS:
        problems.unknown("R024", key.position, "operator", key.value, list(OPERATORS))
        return None
    return _test(field, key.value, value, problems)


def _test(field: str, operator: Any, node: Node, problems: Problems) -> Test | None:
    value = node.plain()
    wrong = _wrong_value(operator, value)
    if wrong:
        hint = f"to ask for its absence: `{field}: {{exists: false}}`" if value is None else None
        problems.add("R025", node.position, f"`{operator}` needs {wrong}", hint)
        return None
    return Test(field, operator, tuple(value) if isinstance(value, list) else value, node.position)


def _wrong_value(operator: str, value: Any) -> str | None:
    """What the operator needs instead of the value; None where it fits."""
    if operator == "matches":
        return _wrong_pattern(value) if isinstance(value, str) else "a text"
    if operator in _NUMBERS:
        fits, needed = _orderable(value), "a number or a text"
    elif operator in _TEXTS:
        fits, needed = isinstance(value, str), "a text"
    elif operator == "exists":
        fits, needed = isinstance(value, bool), "true or false"
    elif operator == "between":
        fits, needed = _ordered_pair(value), "a list of two numbers or two texts, lower first"
    elif operator in ("in", "not_in"):
        fits, needed = isinstance(value, list) and all(map(_plain, value)), "a list of plain values"
    else:
        fits, needed = _plain(value), "a plain value"
    return None if fits else needed


def _plain(value: Any) -> bool:
    return value is not None and not isinstance(value, list | dict)


def _orderable(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _ordered_pair(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_orderable, value)):
        return False
    low, high = value
    return isinstance(low, str) == isinstance(high, str) and bool(low <= high)


def _wrong_pattern(pattern: str) -> str | None:
    if len(pattern) > MAX_PATTERN:
        return f"a pattern of at most {MAX_PATTERN} characters"
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        return f"a linear-time pattern (RE2 syntax: no back-references, no look-around): {error}"
    return None
