"""What is frozen with an invitation: the question, where it happened, and the effort until then."""

from typing import Any

from msgspec.structs import replace

from router.decide.asked import asked_context
from router.decide.batch import Batch, key_of
from router.flow.rows import changes_of
from router.model.encoding import decode_context
from router.model.interaction import Interaction
from router.model.responses import AskedContext
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, T0, event, preferences, rules

JOURNEY = """
journey: complaint
instance: case_id
steps:
  opened: {on: complaint.opened}
  resolved: {on: complaint.resolved}
order: [opened, resolved]
effort:
  contacts: {count: call.completed}
  agent: {last: agent_id}
"""
RULE = """
rules:
  - id: ask
    when: {journey: complaint, step: resolved}
    send: {survey: ces, channel: email}
"""
POLICY = (
    ALLOW + "scores: {by: [agent_id, journey.agent, customer.segment, branch], drivers: [handle_time, words]}"
)


def frozen(rules_: RuleSet, *events: Interaction) -> list[AskedContext]:
    """The contexts that one batch with these events writes, read again."""
    batch = Batch(InForce(rules_), {}, set())
    for one in events:
        batch.take(one, key_of(one), one.time)
    rows = changes_of(batch, {}, {}, {}).planned
    for planned, row in zip(batch.planned, rows, strict=True):
        assert (row.context is None) == (asked_context(planned, rules_) is None)
    return [decode_context(row.context) for row in rows if row.context]


def story(**members: Any) -> list[Interaction]:
    return [
        preferences(segment="gold"),
        event("complaint.opened", "0h", case_id="C1"),
        event("call.completed", "1h", case_id="C1", agent_id=7),
        event("complaint.resolved", "2h", case_id="C1", channel="phone", locale="nl", **members),
        event("call.completed", "3h", case_id="C1", agent_id=8),
    ]


def test_the_question_the_place_and_the_effort_are_those_of_the_moment_it_was_planned() -> None:
    found = rules(RULE, JOURNEY, policy=POLICY)
    [context] = frozen(found, *story(agent_id="9", handle_time=12.5, words="many"))
    survey = found.surveys["ces"]
    assert context == AskedContext(
        survey="ces",
        metric="ces",
        scale=(1, 5),
        polarity="lower_is_better",
        text_version=survey.version,
        presentation="likert",
        rule="ask",
        revision=found.revision,
        happened_at=T0.replace(hour=12),
        locale="en",
        journey="complaint",
        step="resolved",
        instance="C1",
        channel="phone",
        attributes={"agent_id": "9", "journey.agent": "9", "customer.segment": "gold"},
        effort=context.effort,
    )
    assert context.effort["contacts"] == 1
    assert context.effort["agent"] == "9"
    assert context.effort["handle_time"] == 12.5
    assert "words" not in context.effort


def test_a_rule_without_a_journey_asks_about_the_step_that_was_entered() -> None:
    plain = RULE.replace("{journey: complaint, step: resolved}", "{type: complaint.resolved}")
    [context] = frozen(rules(plain, JOURNEY), *story())
    assert (context.journey, context.step, context.instance) == ("complaint", "resolved", "C1")
    [lonely] = frozen(rules(plain), *story())
    assert (lonely.journey, lonely.step, lonely.instance, lonely.effort) == (None, None, None, {})


def test_what_follows_an_invitation_has_no_context_of_its_own() -> None:
    found = rules(RULE, JOURNEY)
    batch = Batch(InForce(found), {}, set())
    for one in story():
        batch.take(one, key_of(one), one.time)
    [planned] = batch.planned
    assert asked_context(replace(planned, decided=None), found) is None
