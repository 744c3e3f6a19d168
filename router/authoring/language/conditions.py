"""The `when` and `unless` blocks: nodes to condition trees."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import re2

from router.authoring.language.amounts import duration
from router.authoring.language.groups import MAX_LEVELS, Groups
from router.authoring.language.node import Node, said
from router.authoring.language.operators import MAX_PATTERN, OF_RULES, OPERATORS, FieldNames
from router.authoring.language.problems import Problems
from router.authoring.language.sentences import field_hint, no_block, operator_hint, signed, value_hint
from router.model.keys import as_key
from router.model.languages import language_tag
from router.model.rules import AGO, All, AnyOf, Condition, Not, Position, Test
from router.model.zones import zone_name

BLOCKS: Final = ("all", "any", "not", "group")

_EQUALITIES = ("eq", "ne", "in", "not_in")
_READ_AS: dict[str, Callable[[Any], str | None]] = {
    "journey.instance": as_key,
    "locale": lambda value: language_tag(str(value)),
    "event.locale": lambda value: language_tag(str(value)),
    "customer.locale": lambda value: language_tag(str(value)),
    "customer.zone": lambda value: zone_name(str(value)),
}
"""Fields whose values are kept in one form, and what brings a value into it."""


def undecided(position: Position) -> Test:
    """Stands for a condition that could not be read: nothing can be said of it."""
    return Test(f"event.?{position}", "exists", True, position)


def read_condition(
    node: Node,
    problems: Problems,
    groups: Groups | None = None,
    skip: frozenset[str] = frozenset(),
    fields: FieldNames = OF_RULES,
) -> Condition:
    """A block as a condition on `fields`: all its entries must hold. Keys in `skip` are read elsewhere."""
    return _Reading(problems, groups or Groups({}, problems), fields).block(node, skip)


class _Reading:
    """Reads condition blocks, with the groups they may name."""

    def __init__(self, problems: Problems, groups: Groups, fields: FieldNames) -> None:
        self.problems = problems
        self.groups = groups
        self.fields = fields
        self.level = 0

    def block(self, node: Node, skip: frozenset[str] = frozenset()) -> Condition:
        if not isinstance(node.value, dict):
            message, hint = no_block(node)
            if not node.cut:
                self.problems.add("R020", node.position, message, hint)
            return undecided(node.position)
        if self.level == MAX_LEVELS:
            message = f"nested deeper than {MAX_LEVELS} levels, groups included"
            self.problems.add("R007", node.position, message, "rules need four or five at most")
            return undecided(node.position)
        self.level += 1
        parts: list[Condition] = []
        before: tuple[Node, Node] | None = None
        for name, (key, value) in node.value.items():
            if value.value is None and not value.quoted and self.is_bare(name, key, before):
                parts.append(undecided(key.position))
                continue
            before = (key, value)
            if name not in skip:
                part = self.part(key, value)
                # All of all is all: one level fewer to evaluate.
                parts.extend(part.parts if isinstance(part, All) and part.parts else (part,))
        self.level -= 1
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def is_bare(self, name: str, key: Node, before: tuple[Node, Node] | None) -> bool:
        """Notes a key without a value: `{step = placed}`, or a list without brackets, `{step: placed, delivered}`."""
        assigned = re.fullmatch(r"([\w.]+)\s*=+\s*(\S+)", name)
        if assigned:
            hint = f"write {assigned[1]}: {assigned[2]}"
            self.problems.add("R021", key.position, "`=` stands here, and a colon should", hint)
            return True
        if before is None:
            return False
        field, first = before
        fields = self.fields
        known = name in fields.own or name in BLOCKS or name.partition(".")[0] in fields.prefixes
        if known or isinstance(first.value, list | dict) or key.position.line != field.position.line:
            return False
        message = f"a list stands here without its brackets: {first.word}, {name[:80]}"
        hint = f"write {field.value}: [{first.word}, {name[:80]}]"
        self.problems.add("R012", first.position, message, hint)
        self.problems.close(first.position)
        return True

    def part(self, key: Node, value: Node) -> Condition:
        name = key.value
        if name in ("all", "any"):
            parts = self.parts(value, name)
            if not parts:
                return undecided(value.position)
            return All(parts) if name == "all" else AnyOf(parts)
        if name == "not":
            return Not(self.block(value))
        fields = self.fields
        if name == "group" and fields.groups:
            return self.group(value)
        prefix, _, rest = name.partition(".")
        if name not in fields.own and (prefix not in fields.prefixes or not rest):
            blocks = BLOCKS if fields.groups else ("all", "any", "not")
            known = [*fields.own, *blocks, *(f"{prefix}." for prefix in fields.prefixes)]
            hint = field_hint(name, fields, known, self.problems)
            self.problems.add("R021", key.position, f"unknown field {said(name[:80])}", hint)
            return undecided(key.position)
        return self.tests(name, value)

    def parts(self, value: Node, name: str) -> tuple[Condition, ...]:
        if isinstance(value.value, list):
            if not value.value:
                self.problems.add("R022", value.position, f"`{name}` is empty", "list at least one condition")
            return tuple(self.block(item) for item in value.value)
        if isinstance(value.value, dict) and value.value:
            return tuple(self.part(key, inner) for key, inner in value.value.values())
        # What breaks off was told where it does.
        if not value.cut:
            message = f"`{name}` must hold a list of conditions"
            self.problems.add("R022", value.position, message, "start each with `- `")
        return ()

    def group(self, value: Node) -> Condition:
        """The group of a name; with a list of names, any of them."""
        groups = [self.groups.condition(item, self.block, self.level) for item in value.each()]
        if not groups:
            self.problems.add(
                "R023", value.position, "`group` has an empty list: it can never hold", "name a group"
            )
        known = tuple(group for group in groups if group is not None)
        if len(known) < len(groups) or not known:
            return undecided(value.position)
        return known[0] if len(known) == 1 else AnyOf(known)

    def tests(self, field: str, value: Node) -> Condition:
        if value.value == {}:
            self.problems.add("R023", value.position, f"`{field}` has no operator", "such as `{gte: 2}`")
        if isinstance(value.value, dict):
            tests = tuple(self.operator(field, key, inner) for key, inner in value.value.values())
            return tests[0] if len(tests) == 1 else All(tests) if tests else undecided(value.position)
        if isinstance(value.value, list):
            if not value.value:
                message = f"`{field}` has an empty list: it can never hold"
                self.problems.add("R023", value.position, message, "name a value")
                return undecided(value.position)
            return self.test(field, "in", value)
        return self.test(field, "eq", value)

    def operator(self, field: str, key: Node, value: Node) -> Test:
        if key.value not in OPERATORS:
            hint = operator_hint(key.value, self.problems)
            self.problems.add("R024", key.position, f"unknown operator {said(key.value[:80])}", hint)
            return undecided(key.position)
        return self.test(field, key.value, value)

    def test(self, field: str, operator: Any, node: Node) -> Test:
        if node.cut:
            return undecided(node.position)
        value, comparison = node.plain(), OPERATORS[operator]
        wrong = None if comparison.takes.fits(value) else comparison.takes.needed
        if wrong is None and operator == "matches":
            wrong = _wrong_pattern(value)
        if wrong is not None:
            hint = value_hint(field, operator, node, comparison.sample)
            code = "R026" if operator == "matches" and isinstance(value, str) else "R025"
            self.problems.add(code, node.position, f"`{operator}` needs {wrong}", hint)
            return undecided(node.position)
        if isinstance(value, str) and operator == "eq" and (compared := signed(value)):
            message = f"{said(value[:80])} is a text, and no comparison"
            self.problems.add("R120", node.position, message, f"write {field}: {compared}")
            return undecided(node.position)
        kept = tuple(value) if isinstance(value, list) else value
        if operator in AGO and (span := duration(value)) is not None:
            kept = int(span.total_seconds())
        read = _READ_AS.get(field) if operator in _EQUALITIES else None
        return Test(field, operator, _read(kept, read) if read else kept, node.position)


def walk(node: Node, skip: frozenset[str] = frozenset()) -> Iterator[tuple[Node, Node]]:
    """The (field, value) nodes of a condition block, at any depth, groups and exceptions left alone."""
    if not isinstance(node.value, dict):
        return
    for name, (key, value) in node.value.items():
        if name in ("all", "any", "not"):
            for inner in value.each():
                yield from walk(inner)
        elif name not in skip and name not in ("group", "except"):
            yield key, value


def wanted(value: Node) -> Iterator[Node]:
    """The values that a test wants to be equal to one of: plain, listed, or under `eq` and `in`."""
    if isinstance(value.value, dict):
        for operator in ("eq", "in"):
            if operator in value.value:
                yield from value.value[operator][1].each()
    else:
        yield from value.each()


def _read(value: Any, read: Callable[[Any], str | None]) -> Any:
    """A value in the form in which its field has it, so that any spelling finds it."""
    if isinstance(value, tuple):
        return tuple(_read(one, read) for one in value)
    return value if isinstance(value, bool) else read(value) or value


def _wrong_pattern(pattern: str) -> str | None:
    if len(pattern) > MAX_PATTERN:
        return f"a pattern of at most {MAX_PATTERN} characters"
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
        return f"a linear-time pattern (RE2 syntax: no back-references, no look-around): {text}"
    return None
