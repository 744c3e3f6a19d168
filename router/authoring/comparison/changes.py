"""What changed between two rule sets, told by meaning: order, layout and files do not count."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from router.authoring.comparison.journeys import journey_changes, journey_words
from router.authoring.comparison.policy import policy_changes
from router.authoring.comparison.rule_tests import test_changes
from router.authoring.comparison.rules import rule_changes, rule_words
from router.authoring.comparison.surveys import survey_changes, survey_words
from router.model.rule_tests import RuleTest
from router.rules.ruleset import RuleSet

T = TypeVar("T")
What = Literal["rule", "survey", "journey", "policy", "tests"]
Became = Literal["added", "removed", "changed"]


class Change(Struct, frozen=True):
    """One thing of a rule set that was added, removed or changed, and how in words.

    A renamed one is removed under its old name and added under the new one.
    """

    what: What
    name: str
    became: Became
    words: tuple[str, ...]

    @property
    def line(self) -> str:
        """The change in one line."""
        name = f"{self.what} {self.name}" if self.name else self.what
        became = "" if self.became == "changed" else f" {self.became}"
        return f"{name}{became}: {'; '.join(self.words)}" if self.words else f"{name}{became}"


def changes(
    before: RuleSet,
    after: RuleSet,
    tests_before: Sequence[RuleTest] = (),
    tests_after: Sequence[RuleTest] = (),
) -> list[Change]:
    """Everything that differs in meaning, rules first, then surveys, journeys, the policy and the tests."""
    rules = [{name: entry.rule for name, entry in one.rules.items()} for one in (before, after)]
    journeys = [{name: entry.definition for name, entry in one.maps.items()} for one in (before, after)]
    found = _named("rule", rules[0], rules[1], rule_words, rule_changes)
    found += _named("survey", before.surveys, after.surveys, survey_words, survey_changes)
    found += _named("journey", journeys[0], journeys[1], journey_words, journey_changes)
    found += _whole("policy", policy_changes(before.policy, after.policy))
    return found + _whole("tests", test_changes(tests_before, tests_after))


def _whole(what: What, lines: list[str]) -> list[Change]:
    return [Change(what, "", "changed", tuple(lines))] if lines else []


def _named(
    what: What,
    before: Mapping[str, T],
    after: Mapping[str, T],
    whole: Callable[[T], list[str]],
    differing: Callable[[T, T], list[str]],
) -> list[Change]:
    found = []
    for name in sorted({*before, *after}):
        if name not in before:
            found.append(Change(what, name, "added", tuple(whole(after[name]))))
        elif name not in after:
            found.append(Change(what, name, "removed", tuple(whole(before[name]))))
        elif lines := differing(before[name], after[name]):
            found.append(Change(what, name, "changed", tuple(lines)))
    return found
