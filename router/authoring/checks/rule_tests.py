"""Tests: that each has a name of its own."""

from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems


def check_rule_tests(definitions: Definitions, problems: Problems) -> None:
    """R101: two tests of one name."""
    first: dict[str, Node] = {}
    for root in definitions.roots:
        lists = (root.find("tests"), root.find("alert_tests"))
        for test in (test for tests in lists if tests for test in tests.each()):
            name = test.find("name")
            if name is None or not isinstance(name.value, str):
                continue
            if name.value in first:
                hint = f"the first is at {first[name.value].position}"
                problems.add("R101", name.position, f"two tests are called {name.value[:80]!r}", hint)
            first.setdefault(name.value, name)
