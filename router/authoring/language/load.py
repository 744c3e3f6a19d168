"""Rule files to a rule set: all of them valid, or all problems at once."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from router.authoring.checks import ERRORS, WARNINGS, Check
from router.authoring.language.directory import read_files
from router.authoring.language.problems import InvalidRules, Problem, Problems
from router.authoring.language.reading import read_definitions
from router.model.alert_tests import AlertTest
from router.model.rule_tests import RuleTest
from router.model.source_tests import SourceTest
from router.rules.ruleset import RuleSet


class CheckedRules(Struct, frozen=True):
    """What one reading of a set found: every problem in reading order, the texts they are in, and the tests.

    `rules` is None where an error refuses the set.
    """

    problems: list[Problem]
    texts: dict[str, bytes]
    rules: RuleSet | None
    tests: list[RuleTest]
    alert_tests: list[AlertTest]
    source_tests: list[SourceTest]

    @property
    def all_tests(self) -> list[RuleTest | AlertTest | SourceTest]:
        """The tests of rules, then those of alerts and of sources."""
        return [*self.tests, *self.alert_tests, *self.source_tests]

    @property
    def errors(self) -> list[Problem]:
        """The problems that refuse the set."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """The problems that do not."""
        return [problem for problem in self.problems if problem.severity == "warning"]


def load_directory(directory: Path) -> RuleSet:
    """The rule set of all `.yaml` and `.yml` files below a directory. Raises `InvalidRules`."""
    return loaded(check_directory(directory))


def load_texts(texts: dict[str, bytes]) -> RuleSet:
    """A rule set from file texts by name. Raises `InvalidRules` with every error; what only warns is left out."""
    return loaded(_checked(texts, Problems(), ERRORS))


def check_directory(directory: Path, further: Sequence[Check] = ()) -> CheckedRules:
    """All problems of the rule files below a directory. `further` checks need more than the files, such as the time."""
    problems = Problems()
    return _checked(read_files(directory, problems), problems, (*ERRORS, *WARNINGS, *further))


def check_texts(texts: dict[str, bytes], further: Sequence[Check] = ()) -> CheckedRules:
    """All problems of file texts by name; `further` as in `check_directory`."""
    return _checked(texts, Problems(), (*ERRORS, *WARNINGS, *further))


def loaded(checked: CheckedRules) -> RuleSet:
    """The rule set of a reading. Raises `InvalidRules`."""
    if checked.rules is None:
        raise InvalidRules(checked.errors)
    return checked.rules


def _checked(texts: dict[str, bytes], problems: Problems, checks: tuple[Check, ...]) -> CheckedRules:
    definitions = read_definitions(texts, problems)
    for check in checks:
        check(definitions, problems)
    ordered = problems.ordered()
    if any(problem.severity == "error" for problem in ordered):
        return CheckedRules(
            ordered, texts, None, definitions.tests, definitions.alert_tests, definitions.source_tests
        )
    # It names the content whatever the directory is called and however the files are split.
    digest = hashlib.sha256()
    for text in sorted(texts.values()):
        digest.update(hashlib.sha256(text).digest())
    rules = RuleSet(
        [journey.definition for journey in definitions.journeys.values()],
        [rule.definition for rule in definitions.rules],
        {name: survey.definition for name, survey in definitions.surveys.items() if survey.definition},
        definitions.policy.policy,
        digest.hexdigest(),
        alerts=[alert.definition for alert in definitions.alerts],
        score_shifts=[shift.definition for shift in definitions.score_shifts],
        sources=[source.definition for source in definitions.sources],
        schedules=[schedule.definition for schedule in definitions.schedules],
    )
    return CheckedRules(
        ordered, texts, rules, definitions.tests, definitions.alert_tests, definitions.source_tests
    )
