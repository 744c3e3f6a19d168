"""The one simulation: time for everybody, owners, dedupe, and what is taken away from it."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from router.decide import next_moment
from router.decide.simulation import Happened, Simulation
from router.decide.timetable import Timetable
from router.model.customer import Customer, Profile
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE, Interaction
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, event, moment, preferences, rules

ASK = "rules: [{id: ask, when: {type: asked}, send: {survey: nps, channel: email}, delay: 24h, cancel_on: stop}]"
ONE = rules(ASK, policy=f"{ALLOW}quotas: [{{id: q, max: 1, per: calendar_month}}]")
ORDER = """
journey: order
instance: order_id
identifies_customer: true
steps: {placed: {on: placed}, delivered: {on: delivered, ends: true}}
order: [placed, delivered]
expires: 10d
"""
OWNED = rules(
    ORDER,
    """
rules:
  - {id: idle, when: {journey: order, step: expired}, send: {survey: ces, channel: email}, delay: 2h}
  - {id: came, when: {journey: order, step: delivered}, send: {survey: nps, channel: email}}
""",
    policy=f"{ALLOW}quotas: [{{id: q, metric: ces, max: 1, per: calendar_month}}]",
)


def told(simulation: Simulation, *events: Interaction) -> list[str]:
    """The reasons of the decisions, in order."""
    now = datetime.min.replace(tzinfo=UTC)
    found = []
    for one in events:
        now = max(now, one.time)
        found.append(simulation.take(one, now).decision.reason)
    return found


def simulation(given: RuleSet, *customers: Customer) -> Simulation:
    return Simulation(InForce(given), customers)


def test_a_place_freed_at_another_customers_due_time_is_seen() -> None:
    run = simulation(ONE)
    no = preferences("1h", "c-2", consent={"email": False})
    assert told(run, event("asked", customer="c-2"), no, event("asked", "25h")) == [
        "invited",
        "preferences_recorded",
        "invited",
    ]
    assert list(run.counts.values()) == [1]


def test_a_place_is_free_from_the_due_time_on_and_not_before() -> None:
    given = [event("asked", customer="c-2"), preferences("1h", "c-2", consent={"email": False})]
    late = [event("asked", "23h", id="early"), event("asked", "24h", id="on time")]
    assert told(simulation(ONE), *given, *late)[2:] == ["quota", "invited"]


def test_the_ends_of_journeys_of_all_customers_come_in_the_order_of_time() -> None:
    run = simulation(OWNED)
    placed = [event("placed", f"{hour}h", f"c-{hour}", order_id=hour) for hour in (3, 1, 2)]
    for one in sorted(placed, key=lambda one: one.time):
        run.take(one, one.time)
    run.drained()
    run.take(event("other", "30d", "c-9"), moment("30d"))
    ends = run.drained().decided[:-1]
    assert [(one.interaction.customer_id, one.now) for one in ends] == [
        (f"c-{hour}", moment(f"10d{hour}h")) for hour in (1, 2, 3)
    ]
    assert [one.decision.reason for one in ends] == ["invited", "quota", "quota"]


def test_who_owns_an_instance_is_remembered_and_the_first_stays_it() -> None:
    run = simulation(OWNED)
    placed = event("placed", customer="c-1", order_id="O1")
    other = event("placed", "1h", customer="c-2", order_id="O1", id="other")
    unnamed = event("delivered", "2h", customer="", order_id="O1")
    assert told(run, placed, other, unnamed) == ["no_rule_matched", "no_rule_matched", "invited"]
    assert run.customers["c-1"].journeys[0].ended
    assert told(run, event("delivered", "3h", customer="", order_id="O9", id="x")) == ["no_customer"]


@pytest.mark.parametrize("customer", ["", "c-1", "c-9"])
def test_a_report_belongs_to_whom_the_invitation_was_sent_whatever_it_says(customer: str) -> None:
    run = simulation(ONE)
    run.take(event("asked"), moment())
    (planned,) = run.drained().planned
    name = planned.invitation.id
    report = {"customer": customer, "invitation_id": name}
    accepted = event(DELIVERY_TYPE, "25h", status="complained", **report)
    answer = event(RESPONSE_TYPE, "26h", **report)
    assert told(run, accepted, answer) == ["delivery_recorded", "answer_recorded"]
    assert run.customers["c-1"].profile.suppressed == ("complained",)


def test_a_report_on_what_nobody_was_asked_is_unknown() -> None:
    about = {"customer": "c-1", "invitation_id": "00000000-0000-0000-0000-000000000000"}
    assert told(simulation(ONE), event(RESPONSE_TYPE, **about)) == ["unknown_invitation"]


def test_a_repeat_is_a_duplicate_also_after_what_happened_was_taken_away() -> None:
    run = simulation(ONE)
    assert told(run, event("asked"), event("asked")) == ["invited", "duplicate"]
    run.drained()
    assert told(run, event("asked", "0h")) == ["duplicate"]
    assert run.drained() == Happened([], [], [], set())


def test_what_was_taken_away_is_kept_encoded_and_goes_on() -> None:
    whole, drained = simulation(OWNED), simulation(OWNED)
    events = [event("placed", "0h", order_id=1), event("placed", "5d", "c-2", order_id=2), event("x", "40d")]
    happened: list[Happened] = []
    for one in events:
        whole.take(one, one.time)
        drained.take(one, one.time)
        happened.append(drained.drained())
    assert dict(whole.customers) == dict(drained.customers)
    assert [entry for step in happened for entry in step.decided] == whole.drained().decided
    assert happened[0].customers == {"c-1"}


def test_customers_may_be_known_before() -> None:
    no = Customer("c-1", profile=Profile(consent={"email": False}))
    assert told(simulation(ONE, no), event("asked"), event("asked", customer="c-2")) == [
        "no_consent",
        "invited",
    ]


def test_under_other_rules_all_that_is_known_goes_on_and_neither_touches_the_other() -> None:
    one = simulation(ONE)
    one.take(event("asked"), moment())
    other = one.under(InForce(rules(ASK.replace("stop", "go"), policy=ALLOW)))
    for run in (one, other):
        run.take(event("stop", "1h"), moment("1h"))
    assert [list(run.customers["c-1"].invitations) == [] for run in (one, other)] == [True, False]
    assert other.take(event("asked"), moment("2h")).decision.reason == "duplicate"


def states(events: Iterable[Interaction]) -> Customer:
    run = simulation(OWNED)
    for one in events:
        run.take(one, one.time)
    return run.customers["c-1"]


def test_the_next_moment_is_when_an_invitation_is_due_or_a_journey_is_over() -> None:
    placed = event("placed", order_id=1)
    assert next_moment(states([event("x")]), OWNED) is None
    assert next_moment(states([placed]), OWNED) == moment("10d")
    delivered = event("delivered", "1h", order_id=2)
    assert next_moment(states([placed, delivered]), OWNED) == moment("1h")


def test_a_timetable_holds_one_moment_a_name() -> None:
    table = Timetable()
    for name, at in (("b", "2h"), ("a", "2h"), ("c", "1h"), ("d", "3h"), ("e", "1h")):
        table.put(name, moment(at))
    table.put("c", moment("2h"))
    table.put("d", None)
    table.put("e", moment("9h"))
    table.put("e", moment("1h"))
    found = []
    while (entry := table.pop(moment("2h"))) is not None:
        found.append(entry[1])
    assert found == ["e", "a", "b", "c"]
    assert table.pop(moment("99h")) is None
