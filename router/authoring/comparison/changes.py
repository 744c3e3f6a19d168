"""The changes between two rule sets, by meaning: order, layout and files do not count."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from router.authoring.comparison.alerts import alert_changes, alert_words, shift_changes, shift_words
from router.authoring.comparison.journeys import journey_changes, journey_words
from router.authoring.comparison.policy import policy_changes
from router.authoring.comparison.rule_tests import AnyTest, test_changes
from router.authoring.comparison.rules import rule_changes, rule_words
from router.authoring.comparison.schedules import schedule_changes, schedule_words
from router.authoring.comparison.sources import source_changes, source_words
from router.authoring.comparison.surveys import survey_changes, survey_words
from router.rules.ruleset import RuleSet

T = TypeVar("T")
What = Literal["rule", "survey", "journey", "alert", "score shift", "schedule", "source", "policy", "tests"]
Became = Literal["added", "removed", "changed"]


class RuleSetChange(Struct, frozen=True):
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
    tests_before: Sequence[AnyTest] = (),
    tests_after: Sequence[AnyTest] = (),
) -> list[RuleSetChange]:
    """Everything that differs in meaning, rules first, then surveys, journeys, alerts, schedules, sources, the policy and the tests."""
    rules = [{name: compiled.rule for name, compiled in side.rules.items()} for side in (before, after)]
    journeys = [{name: map_.definition for name, map_ in side.maps.items()} for side in (before, after)]
    alerts = [{name: compiled.rule for name, compiled in side.alerts.items()} for side in (before, after)]
    differences = _named("rule", rules[0], rules[1], rule_words, rule_changes)
    differences += _named("survey", before.surveys, after.surveys, survey_words, survey_changes)
    differences += _named("journey", journeys[0], journeys[1], journey_words, journey_changes)
    differences += _named("alert", alerts[0], alerts[1], alert_words, alert_changes)
    shifts = (before.score_shifts, after.score_shifts)
    differences += _named("score shift", shifts[0], shifts[1], shift_words, shift_changes)
    schedules = (before.schedules, after.schedules)
    differences += _named("schedule", schedules[0], schedules[1], schedule_words, schedule_changes)
    differences += _named("source", before.sources, after.sources, source_words, source_changes)
    differences += _whole("policy", policy_changes(before.policy, after.policy))
    return differences + _whole("tests", test_changes(tests_before, tests_after))


def _whole(what: What, lines: list[str]) -> list[RuleSetChange]:
    return [RuleSetChange(what, "", "changed", tuple(lines))] if lines else []


def _named(
    what: What,
    before: Mapping[str, T],
    after: Mapping[str, T],
    whole: Callable[[T], list[str]],
    differing: Callable[[T, T], list[str]],
) -> list[RuleSetChange]:
    differences = []
    for name in sorted({*before, *after}):
        if name not in before:
            differences.append(RuleSetChange(what, name, "added", tuple(whole(after[name]))))
        elif name not in after:
            differences.append(RuleSetChange(what, name, "removed", tuple(whole(before[name]))))
        elif lines := differing(before[name], after[name]):
            differences.append(RuleSetChange(what, name, "changed", tuple(lines)))
    return differences
