"""Tests: the names they speak of, and that each has its own."""

from collections.abc import Callable

from router.authoring.checks.names import Names
from router.authoring.language.node import Node
from router.authoring.language.parts import Parts
from router.authoring.language.problems import Problems


def check_rule_tests(parts: Parts, problems: Problems) -> None:
    """R074, R075, R078, R079, R086, R101, R102: names in tests."""
    names = Names(parts, problems)
    rules = sorted(rule.what.id for rule in parts.rules)
    seen: dict[str, Node] = {}
    for test in (test for root in parts.roots for test in _tests(root)):
        _unique(test, seen, problems)
        for event in _each(test, "given", "events"):
            _check(event, {"type": names.type, "channel": names.channel})
        for past in _each(test, "given", "history"):
            _check(past, {"invited": names.survey, "channel": names.channel, "journey": names.journey})
            _rule(past, rules, problems)
        for expected in _each(test, "expect"):
            _check(expected, {"survey": names.survey, "channel": names.channel})
            _rule(expected, rules, problems)


def _tests(root: Node) -> list[Node]:
    node = root.find("tests")
    return node.each() if node else []


def _each(test: Node, *path: str) -> list[Node]:
    node = test.find(*path)
    return node.each() if node else []


def _unique(test: Node, seen: dict[str, Node], problems: Problems) -> None:
    name = test.find("name")
    if name is None or not isinstance(name.value, str):
        return
    if name.value in seen:
        hint = f"the first is at {seen[name.value].position}"
        problems.add("R101", name.position, f"two tests are called {name.value[:80]!r}", hint)
    seen.setdefault(name.value, name)


def _check(node: Node, checks: dict[str, Callable[[Node], None]]) -> None:
    for key, check in checks.items():
        value = node.find(key)
        if value is not None:
            check(value)


def _rule(node: Node, rules: list[str], problems: Problems) -> None:
    value = node.find("rule")
    if value is not None and isinstance(value.value, str) and value.value not in rules:
        problems.undefined("R102", value.position, "rule", value.value, rules)
