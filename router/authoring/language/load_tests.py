"""The tests among the files of a rule set, and the names they may speak about."""

from collections.abc import Iterator

from router.authoring.language.alert_test_files import read_alert_tests
from router.authoring.language.beside import is_beside
from router.authoring.language.look_up_tables import with_tables
from router.authoring.language.nodes import read
from router.authoring.language.problems import Problems
from router.authoring.language.rule_test_files import RuleTestFile, read_tests
from router.authoring.language.source_files import SourceFile, read_source_tests
from router.model.alert_tests import AlertTest
from router.model.policy import Policy
from router.model.rule_tests import RuleTest
from router.model.source_tests import SourceTest
from router.rules.ruleset import RuleSet


def load_tests(texts: dict[str, bytes], rules: RuleSet) -> list[RuleTest]:
    """The tests of rules in all test files among file texts by name. Raises `InvalidRules` with every problem of theirs.

    `rules` are those that a test speaks about, and whose policy says in which zone its local times are.
    """
    problems = Problems()
    tests = [test for file in _files(texts, problems) for test in read_tests(file, rules.policy)]
    check_tests(tests, list(rules.surveys), list(rules.rules), problems)
    problems.raise_if_any()
    return tests


def load_alert_tests(texts: dict[str, bytes], policy: Policy) -> list[AlertTest]:
    """The tests of alerts, as `load_tests`, of a set that was checked: their names are known."""
    problems = Problems()
    tests = [test for file in _files(texts, problems) for test in read_alert_tests(file.alert_tests, policy)]
    problems.raise_if_any()
    return tests


def load_source_tests(texts: dict[str, bytes]) -> list[SourceTest]:
    """The tests of sources, as `load_tests`, of a set that was checked."""
    problems = Problems()
    found: list[SourceTest] = []
    for file, text in texts.items():
        root = read(file, text, problems) if b"source" in text and not is_beside(file) else None
        if root is not None and isinstance(root.value, dict) and "source" in root.value:
            keys = SourceFile(with_tables(root, texts, problems), "a source", problems)
            found += read_source_tests(keys, texts)
    problems.raise_if_any()
    return found


def _files(texts: dict[str, bytes], problems: Problems) -> Iterator[RuleTestFile]:
    for file, text in texts.items():
        root = read(file, text, problems) if b"tests" in text and not is_beside(file) else None
        if (
            root is not None
            and isinstance(root.value, dict)
            and "source" not in root.value
            and not RuleTestFile.keys.keys().isdisjoint(root.value)
        ):
            yield RuleTestFile(root, "a test file", problems)


def check_tests(tests: list[RuleTest], surveys: list[str], rules: list[str], problems: Problems) -> None:
    """Notes the surveys and rules that the tests name and the set does not have."""
    for test in tests:
        for past in test.history:
            if past.position and past.survey not in surveys:
                problems.unknown("R074", past.position, "survey", past.survey, surveys)
        for expected in test.expect:
            if expected.position and expected.survey not in (None, *surveys):
                problems.unknown("R074", expected.position, "survey", str(expected.survey), surveys)
            if expected.position and expected.rule not in (None, *rules):
                problems.unknown("R102", expected.position, "rule", str(expected.rule), rules)
