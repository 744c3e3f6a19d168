"""Rules with `also` in tests of authors, in comparisons and in checks."""

import pytest

from router.authoring.comparison import RuleSetComparison
from router.authoring.language.load import check_texts
from router.authoring.ruletest.timeline import timeline
from router.rules.ruleset import RuleSet
from tests.unit.authoring.told import judgement
from tests.unit.core.builders import ALLOW, SURVEYS, event, moment, rules

NOW = "{id: ask-ces, when: {type: helped}, send: {survey: ces, channel: email}, priority: 50}"
LATER = "{id: ask-nps, when: {type: helped}, send: {survey: nps, channel: email}, delay: 7d, also: true}"
LIMIT = "limits: [{id: own, survey: nps, max: 1, per: 90d}]\n"
HELPED = "events: [{at: 0h, type: helped}]"


def of(*routes: str, policy: str = LIMIT) -> RuleSet:
    return rules("rules: [" + ", ".join(routes) + "]", policy=ALLOW + policy)


SET = of(NOW, LATER)
BOTH = "[{rule: ask-ces, at: 0h}, {rule: ask-nps, survey: nps, at: 7d}]"
ASKED_BEFORE = "history: [{invited: nps, at: -10d}], " + HELPED


def test_a_test_expects_both() -> None:
    assert judgement(HELPED, BOTH, rules=SET).passed
    assert not judgement(HELPED, "[{rule: ask-ces}]", rules=SET).passed


def test_the_reason_of_what_is_refused_besides_can_be_expected() -> None:
    assert judgement(ASKED_BEFORE, "[{rule: ask-ces}]", "own_survey_limit", rules=SET).passed
    assert not judgement(HELPED, BOTH, "own_survey_limit", rules=SET).passed


def test_the_reason_of_the_others_can_be_expected_where_only_one_besides_is_asked() -> None:
    first = NOW.replace("priority: 50", "priority: 50, unless: {event.sad: true}")
    second = NOW.replace("ask-ces", "second").replace("priority: 50", "priority: 40, enabled: false")
    sad = "events: [{at: 0h, type: helped, sad: true}]"
    given = of(first, second, LATER)
    assert judgement(sad, "[{rule: ask-nps}]", "contrary_condition", rules=given).passed
    assert not judgement(sad, "[{rule: ask-nps}]", "rule_inactive", rules=given).passed
    assert not judgement(HELPED, BOTH, "rule_inactive", rules=given).passed


def test_the_timeline_tells_of_both_at_the_event() -> None:
    lines = [entry.text for entry in timeline(judgement(HELPED, BOTH, rules=SET))]
    assert lines[0] == "helped → ces planned for 0h (rule ask-ces) and also nps planned for 7d (rule ask-nps)"


def effect(before: RuleSet, after: RuleSet) -> RuleSetComparison:
    comparison = RuleSetComparison(before, after)
    for number in range(3):
        comparison.take(event("helped", customer=f"c-{number}"), moment())
    comparison.passed(moment("40d"))
    return comparison


def test_a_comparison_counts_what_is_asked_besides() -> None:
    found = effect(of(NOW), SET).finish()
    assert (found.invitations.before, found.invitations.after) == (3, 6)
    assert {one.name: (one.before, one.after) for one in found.rules} == {
        "ask-ces": (3, 3),
        "ask-nps": (0, 3),
    }
    [example, *_] = found.examples
    assert (found.otherwise, example.like_it) == (3, 3)
    assert example.after.startswith(example.before)
    assert "The customer is asked nps by email, due 2026-03-09 10:00 UTC" in example.after
    assert example.why == "The rule ask-nps is only in the new rules."


def test_a_comparison_tells_what_became_of_the_one_besides() -> None:
    without = LATER.replace(", also: true", "")
    [outranked, *_] = effect(SET, of(NOW, without)).finish().examples
    assert outranked.why == "The new rule ask-nps matches, but ask-ces goes before it."
    [later, *_] = effect(SET, of(NOW, LATER.replace("7d", "9d"))).finish().examples
    assert later.why == "The rule ask-nps was changed: delay 7d → 9d."


ONE = "limits: [{id: any, max: 1, per: 30d}]"


@pytest.mark.parametrize(
    ("route", "limits", "told"),
    [
        (LATER, ONE, True),
        (LATER, ONE.replace("per: 30d", "per: 30d, on_limit: defer, up_to: 5d"), True),
        (LATER, ONE.replace("per: 30d", "per: 30d, on_limit: defer, up_to: 25d"), False),
        (LATER.replace("7d", "30d"), ONE, False),
        (LATER, ONE.replace("max: 1", "max: 2"), False),
        (LATER, LIMIT, False),
        (LATER.replace("type: helped", "type: other"), ONE, False),
        (LATER.replace("also", "enabled: false, also"), ONE, False),
    ],
)
def test_a_limit_that_never_leaves_room_is_told(route: str, limits: str, told: bool) -> None:
    texts = {"rules.yaml": f"rules: [{NOW}, {route}]", "policy.yaml": f"{ALLOW}{limits}", "s.yaml": SURVEYS}
    checked = check_texts({name: text.encode() for name, text in texts.items()})
    assert ("R153" in [one.code for one in checked.problems]) == told
