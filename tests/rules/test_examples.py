"""The tests that travel with the shipped rules."""

from pathlib import Path
from typing import Any

import pytest

from router.authoring.language.load import check_directory, load_texts
from router.authoring.language.load_tests import load_alert_tests, load_tests
from router.authoring.ruletest import coverage, hollow, judged, report
from router.model.rule_tests import RuleTest

RULES = Path(__file__).parents[2] / "rules"
TEXTS = check_directory(RULES).texts
SET = load_texts(TEXTS)
TESTS = load_tests(TEXTS, SET)


def named(tests: list[RuleTest]) -> list[Any]:
    return [
        pytest.param(test, id=f"{Path(test.position.file).stem if test.position else ''}: {test.name}")
        for test in tests
    ]


@pytest.mark.parametrize("test", named(TESTS))
def test_shipped(test: RuleTest) -> None:
    (judgement,) = judged([test], SET)
    assert judgement.passed, report(judgement)


def test_the_shipped_tests_touch_everything() -> None:
    parts = coverage(judged(TESTS, SET), SET, load_alert_tests(TEXTS, SET.policy))
    assert {part.kind: part.untouched for part in parts} == dict.fromkeys(
        ("rules", "gates", "steps", "locales", "alerts"), ()
    )


def test_every_shipped_test_shows_something() -> None:
    assert hollow(list(judged(TESTS, SET)), SET) == {}
