"""Both sides decide as a backtest of each would, and where they part is told with the reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings

from router.authoring.backtest import Backtest
from router.authoring.comparison import Effect, RuleSetComparison, words
from router.authoring.comparison.effect import Count, Example
from router.authoring.comparison.log import LogComparison
from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet
from tests.properties.test_backtest import LATEST, LIMITED, ROUTES, log
from tests.unit.core.builders import ALLOW, event, moment, preferences, rules

OTHER = rules(
    ROUTES.replace("delay: 2h", "delay: 5h").replace("priority: 5", "priority: 10"),
    policy=ALLOW + "limits: [{id: any, max: 1, per: 20d}]\n",
)


def compared(before: RuleSet, after: RuleSet, lines: Iterable[bytes]) -> Effect:
    comparison = RuleSetComparison(before, after)
    LogComparison(comparison, LATEST).take(enumerate(lines, 1))
    return comparison.finish()


def taken(
    before: RuleSet, after: RuleSet, *events: Interaction, lead_in: Sequence[Interaction] = ()
) -> Effect:
    comparison = RuleSetComparison(before, after)
    for one in lead_in:
        comparison.lead_in(one, one.time)
    for one in events:
        comparison.take(one, one.time)
    return comparison.finish()


def alone(rule_set: RuleSet, lines: Iterable[bytes]) -> tuple[Counter[str], Counter[str]]:
    """Invitations by rule and refusals by reason, as the backtest has them."""
    run = Backtest(rule_set)
    decided = list(run.run(lines, LATEST))
    asked = (one.decision for one in decided if one.decision.invitation_id is not None)
    kept = Counter(
        one.rule or ""
        for one in asked
        if run.finals.get(one.invitation_id or "", "sent") in ("sent", "withdrawn")
    )
    refused = Counter(one.decision.reason for one in decided if one.decision.outcome == "no_survey")
    return kept, Counter({str(reason): number for reason, number in refused.items()})


def sides(counts: Sequence[Count]) -> tuple[Counter[str], Counter[str]]:
    return Counter({e.name: e.before for e in counts if e.before}), Counter(
        {e.name: e.after for e in counts if e.after}
    )


@settings(max_examples=20, deadline=None)
@given(log())
def test_each_side_comes_to_what_its_own_backtest_comes_to(lines: list[bytes]) -> None:
    repeated = [*lines, *lines[:3]]
    effect = compared(LIMITED, OTHER, repeated)
    expected = [alone(rule_set, repeated) for rule_set in (LIMITED, OTHER)]
    assert sides(effect.rules) == (expected[0][0], expected[1][0])
    assert sides(effect.refusals) == (expected[0][1], expected[1][1])
    assert effect.asked.after - effect.asked.before == effect.gained - effect.lost
    assert msgspec.json.encode(compared(LIMITED, OTHER, repeated)) == msgspec.json.encode(effect)


@settings(max_examples=5, deadline=None)
@given(log())
def test_a_set_against_itself_differs_nowhere(lines: list[bytes]) -> None:
    effect = compared(LIMITED, LIMITED, lines)
    assert (effect.otherwise, effect.invitations.difference, effect.examples) == (0, 0, ())
    assert words(effect)[1].startswith("Nothing would have changed for anybody")


ASK = "rules:\n  - {id: ask, when: {type: a}, send: {survey: ces, channel: email}, priority: 5}\n"
MORE = ASK + "  - {id: more, when: {type: b}, send: {survey: nps, channel: email}, priority: 1}\n"
LIMIT = ALLOW + "limits: [{id: any, max: 1, per: 10d}]\n"


def only(effect: Effect) -> Example:
    (example,) = effect.examples
    return example


def test_an_example_names_the_condition_that_parts_them() -> None:
    strict = ASK.replace("{type: a}", "{type: a, event.score: {gte: 5}}")
    effect = taken(rules(ASK), rules(strict), event("a", score=3))
    assert (effect.lost, effect.gained, effect.invitations.percent) == (1, 0, -100.0)
    example = only(effect)
    assert example.before.startswith("The customer is asked ces by email")
    assert example.after.startswith("The customer is not asked.")
    assert "The new rule ask does not match: event.score must be at least 5, but it is 3" in example.why


def test_an_example_names_a_rule_that_the_other_set_does_not_have() -> None:
    effect = taken(rules(ASK), rules(MORE), event("b"))
    assert only(effect).why == "The rule more is only in the new rules."
    assert (effect.gained, effect.invitations.percent) == (1, None)


def test_an_example_names_the_question_that_used_up_the_limit() -> None:
    effect = taken(rules(ASK, policy=LIMIT), rules(MORE, policy=LIMIT), event("b"), event("a", at="2d"))
    lost = next(one for one in effect.examples if one.id == "a@2d")
    assert "The limit is any: 1 per 10d; 1 counted." in lost.why
    assert "The new rules had asked before what the others had not: nps by more" in lost.why


def test_an_example_names_a_changed_limit() -> None:
    shorter = LIMIT.replace("10d", "1d")
    effect = taken(rules(ASK, policy=LIMIT), rules(ASK, policy=shorter), event("a"), event("a", at="2d"))
    assert only(effect).why.endswith("It was changed: limit any: 1 per 10d → 1 per 1d.")
    assert effect.more_often == 1


def test_another_time_is_told_with_what_was_changed() -> None:
    later = ASK.replace("priority: 5", "priority: 5, delay: 3h")
    effect = taken(rules(ASK), rules(later), event("a"), event("other", at="1d"))
    assert only(effect).why == "The rule ask was changed: delay 0s → 3h."
    assert (effect.invitations.difference, effect.otherwise) == (0, 1)
    assert "as many invitations, 1, but not the same ones" in words(effect)[1]


def test_a_withdrawn_invitation_is_an_example_and_counts_no_more() -> None:
    delayed = ASK.replace("priority: 5", "priority: 5, delay: 2d")
    cancelled = delayed.replace("delay: 2d", "delay: 2d, cancel_on: sorry")
    effect = taken(rules(delayed), rules(cancelled), event("a"), event("sorry", at="1d"), event("x", at="9d"))
    assert (effect.invitations.before, effect.invitations.after, effect.lost) == (1, 0, 1)
    assert effect.withdrawn[0].name == "cancelled_by_event"
    assert only(effect).why == "With the new rules, sorry cancels what ask planned."
    assert "is withdrawn" in only(effect).after


REMIND = ASK.replace("priority: 5", "reminder: {after: 2d, max: 2}")


@pytest.mark.parametrize("between", ["1d", "2d", "3d", "9d"])
@pytest.mark.parametrize(("before", "after"), [(REMIND, ASK), (ASK, REMIND), (REMIND, REMIND)])
def test_what_follows_an_invitation_is_neither_asked_nor_lost(before: str, after: str, between: str) -> None:
    events = [event("a"), event("x", at=between), event("x", at="5d", customer="c-2")]
    events.append(preferences("6d", consent={"email": False}))
    effect = taken(rules(before), rules(after), *sorted(events, key=lambda one: one.time))
    assert (effect.invitations.before, effect.invitations.after) == (1, 1)
    assert (effect.lost, effect.gained, effect.otherwise, effect.withdrawn, effect.examples) == (
        0,
        0,
        0,
        (),
        (),
    )


IDLE = """
journey: order
instance: order_id
steps: {placed: {on: placed}}
expires: 10d
"""
ON_IDLE = "rules: [{id: idle, when: {journey: order, step: expired}, send: {survey: ces, channel: email}}]"


def test_what_time_alone_plans_is_counted_beside_what_the_interaction_plans() -> None:
    known = ON_IDLE[:-1] + ", {id: ask, when: {type: a}, send: {survey: nps, channel: email}, delay: 3h}]"
    effect = taken(rules(IDLE, ASK), rules(IDLE, known), event("placed", order_id=1), event("a", at="20d"))
    assert [(entry.name, entry.before, entry.after) for entry in effect.rules] == [
        ("ask", 1, 1),
        ("idle", 0, 1),
    ]
    by_time = next(one for one in effect.examples if "idle" in one.why)
    assert by_time.why == "The rule idle is only in the new rules."
    assert by_time.time == moment("10d")


def test_what_came_before_is_decided_by_the_old_rules_and_not_counted() -> None:
    before, after = rules(ASK, policy=LIMIT), rules(MORE, policy=LIMIT)
    effect = taken(before, after, event("b", at="2d"), event("b", at="20d"), lead_in=[event("a")])
    assert effect.interactions == 2
    assert effect.invitations.before == 0
    assert [(e.name, e.after) for e in effect.rules] == [("more", 1)]
    assert effect.since == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_planned_invitation_from_before_that_is_withdrawn_is_not_counted() -> None:
    delayed = rules(ASK.replace("priority: 5", "priority: 5, delay: 5d, cancel_on: sorry"))
    effect = taken(delayed, delayed, event("sorry", at="1d"), lead_in=[event("a")])
    assert (effect.invitations.before, effect.invitations.after, effect.withdrawn) == (0, 0, ())


def test_interactions_without_a_customer_are_decided_too() -> None:
    effect = taken(rules(ASK), rules(MORE), event("a", customer=""))
    assert (effect.interactions, effect.customers) == (1, 0)
    assert [entry.name for entry in effect.refusals] == ["no_customer"]


def test_examples_are_of_different_kinds_and_at_most_ten() -> None:
    events = [event(kind, at=f"{hour}h", customer=f"c-{kind}{hour}") for hour in range(20) for kind in "ab"]
    effect = taken(rules(ASK), rules(MORE.replace("{type: a}", "{type: z}")), *events)
    assert Counter(example.like_it for example in effect.examples) == {20: 4}
    assert [example.id[0] for example in effect.examples[:2]] in (["a", "b"], ["b", "a"])


def test_nothing_read_is_said() -> None:
    assert words(taken(rules(ASK), rules(MORE)))[0].startswith("There were no interactions")
