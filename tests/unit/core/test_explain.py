"""The trace says of every rule and every gate what the decision only names."""

from router.decide import Explanation, decide, explain
from router.model.customer import Customer
from router.model.decision import GATES, REASONS
from router.model.interaction import Interaction
from tests.unit.core.builders import ALLOW, event, invitation, moment, preferences, rules, told

RULES = rules(
    """
journey: purchase
instance: order_id
steps: {placed: {on: order.placed}, delivered: {on: order.delivered}}
order: [placed, delivered]
""",
    """
rules:
  - {id: best, when: {journey: purchase, step: delivered}, unless: {event.gift: true},
     send: {survey: ces, channel: email}, priority: 9}
  - {id: next, when: {journey: purchase, step: delivered}, send: {survey: nps, channel: email}, priority: 5, delay: 1h}
  - {id: web, when: {journey: purchase, step: delivered, channel: web}, send: {survey: nps, channel: email}}
  - {id: start, when: {journey: purchase, step: placed}, send: {survey: nps, channel: email}}
""",
    policy=ALLOW + "limits: [{id: own, survey: nps, max: 1, per: 90d}]",
)
DELIVERED = event("order.delivered", order_id="O1", channel="app", gift=True)


def trace(interaction: Interaction, customer: Customer | None = None, *, seen: bool = False) -> Explanation:
    return explain(interaction, customer or Customer("c-1"), RULES, interaction.time, seen=seen)


def test_it_explains_the_very_decision() -> None:
    assert trace(DELIVERED).folded == decide(DELIVERED, Customer("c-1"), RULES, moment())


def test_every_rule_says_how_it_fared() -> None:
    found = {rule.rule: rule for rule in trace(DELIVERED).rules}
    assert [(rule.rule, rule.priority, rule.tried, rule.matched) for rule in found.values()] == [
        ("best", 9, True, True),
        ("next", 5, True, True),
        ("start", 0, False, False),
        ("web", 0, True, False),
    ]
    assert found["start"].failed == "journey purchase did not enter placed"
    assert str(found["web"].failed).startswith("channel must be web, but it is app (1.yaml:")


def test_every_gate_of_a_matching_rule_is_recorded() -> None:
    best, following = trace(DELIVERED).rules[:2]
    assert [verdict.gate for verdict in best.verdicts] == [
        gate for gate in GATES if gate not in ("duplicate", "customer", "step", "rule")
    ]
    assert [verdict.gate for verdict in best.verdicts if not verdict.passed] == ["contrary"]
    assert all(verdict.passed for verdict in following.verdicts)


def test_a_lesser_rule_is_outranked_by_the_chosen_one() -> None:
    plain = event("order.delivered", order_id="O1", channel="web")
    best, following, _, web = trace(plain).rules
    assert all(verdict.passed for verdict in best.verdicts)
    for rule in (following, web):
        (outranked,) = [verdict for verdict in rule.verdicts if not verdict.passed]
        assert (outranked.gate, outranked.reason, outranked.actual) == ("priority", "outranked", "best")


def test_a_limit_shows_its_actual_value_and_when_again() -> None:
    asked = Customer("c-1", invitations=(invitation("-10d"),))
    explanation = trace(DELIVERED, asked)
    (refusal,) = [verdict for verdict in explanation.rules[1].verdicts if not verdict.passed]
    assert (refusal.gate, refusal.actual, refusal.limit) == ("own_survey_limit", 1, "own: 1 per 90d")
    assert refusal.eligible_again_at == moment("80d")


def test_the_gates_on_the_interaction() -> None:
    found = trace(DELIVERED).interaction_gates
    assert [(verdict.gate, verdict.passed) for verdict in found] == [
        ("duplicate", True),
        ("customer", True),
        ("step", True),
        ("rule", True),
    ]
    assert found[2].actual == ["purchase: entered delivered"]


def test_an_interaction_that_moves_nothing_says_so() -> None:
    state = told(RULES, [DELIVERED]).customers["c-1"]
    words = {
        "order.delivered": ("step_repeated", "purchase: repeated delivered"),
        "order.placed": ("no_transition", "purchase: no transition, stays at delivered"),
    }
    for kind, (reason, said) in words.items():
        step = trace(event(kind, "1h", order_id="O1"), state).interaction_gates[2]
        assert (step.passed, step.reason, step.actual) == (False, reason, [said])
    late = trace(event("order.placed", "-1h", order_id="O1"), state).interaction_gates[2]
    assert late.actual == ["purchase: came late, stays at delivered"]
    unknown = trace(event("page.viewed", "1h"), state).interaction_gates[2]
    assert (unknown.reason, unknown.actual) == ("step_not_recognised", "no journey knows this type")


def test_duplicates_nobody_and_preferences_try_no_rule() -> None:
    for explanation in (
        trace(DELIVERED, seen=True),
        trace(event("order.delivered", customer="")),
        trace(preferences(consent=["email"])),
    ):
        assert explanation.rules == ()
        assert [verdict.gate for verdict in explanation.interaction_gates] == ["duplicate", "customer"]


def test_reasons_and_gates_are_named_once() -> None:
    assert len(set(REASONS)) == len(REASONS)
    assert len(GATES) == 19
