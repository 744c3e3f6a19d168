"""What `same` of limits and quotas compares: any field of the interaction, its journey and the customer."""

from typing import Any

import pytest

from router.decide import recheck
from router.decide.batch import Batch
from router.decide.quota_values import quota_values
from router.model.customer import Customer, Profile
from router.model.interaction import Interaction
from router.rules.in_force import InForce
from tests.unit.core.builders import T0, event, event_key, moment, problems, rules

CASES = """
journey: complaint
instance: ticket.id
steps: {opened: {on: case.opened}, handled: {on: case.handled}, closed: {on: case.closed, ends: true}}
order: [opened, handled, closed]
effort: {agent: {last: agent.id}, first_agent: {first: event.agent.id}, calls: {count: case.handled}}
"""
RULES = """
rules:
  - {id: closed, when: {journey: complaint, step: closed}, send: {survey: ces, channel: email}, delay: 2h}
  - {id: order, when: {type: order.placed}, send: {survey: nps, channel: email}, delay: 2h}
"""


def policy(same: str, *, quota: bool = False) -> str:
    entry = f"{{id: one, same: {same}, max: 1, per: {'calendar_month' if quota else '30d'}}}"
    return f"consent: {{unknown: allow}}\nlocale: {{otherwise: en}}\n{'quotas' if quota else 'limits'}: [{entry}]\n"


def decided(same: str, *interactions: Interaction, quota: bool = False, **profiles: Any) -> list[str]:
    """The reasons, one for each interaction that could ask."""
    batch = Batch(InForce(rules(CASES, RULES, policy=policy(same, quota=quota))), {}, set())
    for name, attributes in profiles.items():
        batch.customers[name] = Customer(name, profile=Profile(**attributes))
    found = [
        batch.take(one, event_key(number), one.time).decision.reason
        for number, one in enumerate(interactions)
    ]
    return [
        reason
        for one, reason in zip(interactions, found, strict=True)
        if one.type in ("case.closed", "order.placed")
    ]


def order(number: int, **members: Any) -> Interaction:
    customer = members.pop("customer", "c-1")
    return event("order.placed", id=f"o{number}", at=f"{number}h", customer=customer, **members)


HELD = ["invited", "attribute_limit"]
FREE = ["invited", "invited"]
OF_THE_INTERACTION: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("agent_id", {"agent_id": 7}, {"agent_id": "7"}, {"agent_id": 8}),
    ("event.agent_id", {"agent_id": 7}, {"agent_id": "7"}, {"agent_id": 8}),
    ("agent.id", {"agent": {"id": 7}}, {"agent.id": 7.0}, {"agent": {"id": "8"}}),
    (
        "event.agent.team.name",
        {"agent": {"team": {"name": "x"}}},
        {"agent": {"team": {"name": "x "}}},
        {"agent": {}},
    ),
    ("event.channel", {"channel": "phone"}, {"channel": "phone"}, {"channel": "chat"}),
    ("locale", {"locale": "nl"}, {"locale": "nl"}, {"locale": "en"}),
    ("event.step", {"step": "a"}, {"step": "a"}, {"step": "b"}),
]


@pytest.mark.parametrize(("same", "first", "alike", "other"), OF_THE_INTERACTION)
def test_a_limit_holds_by_any_field_of_the_interaction(
    same: str, first: dict[str, Any], alike: dict[str, Any], other: dict[str, Any]
) -> None:
    assert decided(same, order(1, **first), order(2, **alike)) == HELD
    assert decided(same, order(1, **first), order(2, **other)) == FREE
    assert decided(same, order(1, **first), order(2)) == FREE


@pytest.mark.parametrize("same", ["type", "source"])
def test_a_limit_holds_by_what_every_interaction_has(same: str) -> None:
    assert decided(same, order(1), order(2)) == HELD


def closing(number: int, agent: Any, customer: str = "c-1") -> list[Interaction]:
    """A case that an agent handles, and whose closing names nobody."""
    ticket = {"id": number}
    return [
        event("case.opened", id=f"a{number}", at=f"{number}h", customer=customer, ticket=ticket),
        event(
            "case.handled",
            id=f"b{number}",
            at=f"{number}h",
            customer=customer,
            ticket=ticket,
            agent={"id": agent},
        ),
        event("case.closed", id=f"c{number}", at=f"{number}h", customer=customer, ticket=ticket),
    ]


@pytest.mark.parametrize("same", ["journey.agent", "journey.first_agent"])
@pytest.mark.parametrize("quota", [False, True])
def test_an_agent_is_known_from_the_journey_where_the_closing_names_nobody(same: str, quota: bool) -> None:
    refused = ["invited", "quota" if quota else "attribute_limit"]
    other = "c-2" if quota else "c-1"
    assert decided(same, *closing(1, 7), *closing(2, "7", other), quota=quota) == refused
    assert decided(same, *closing(1, 7), *closing(2, 8, other), quota=quota) == FREE


def test_a_limit_holds_by_the_journey_its_step_and_its_instance() -> None:
    assert decided("journey", *closing(1, 7), *closing(2, 8)) == HELD
    assert decided("journey", *closing(1, 7), order(2)) == FREE
    assert decided("step", *closing(1, 7), *closing(2, 8)) == HELD
    assert decided("journey.instance", *closing(1, 7), *closing(2, 7)) == FREE


def test_a_limit_holds_by_what_is_known_of_the_customer() -> None:
    assert (
        decided("customer.segment", order(1), order(2), **{"c-1": {"attributes": {"segment": "gold"}}})
        == HELD
    )
    assert decided("customer.segment", order(1), order(2)) == FREE
    everybody = {"c-1": {"attributes": {"firm": {"id": 7}}}, "c-2": {"attributes": {"firm": {"id": "7"}}}}
    asked = [order(1), order(2, customer="c-2")]
    assert decided("customer.firm.id", *asked, quota=True, **everybody) == ["invited", "quota"]


def test_an_invitation_keeps_the_agent_that_it_was_planned_with() -> None:
    """Whoever handles the case after that takes neither its place nor its limit."""
    known = rules(CASES, RULES, policy=policy("journey.agent", quota=True))
    batch = Batch(InForce(known), {}, set())
    later = event("case.handled", id="x", at="2h", ticket={"id": 1}, agent={"id": 8})
    for number, one in enumerate((*closing(1, 7), later)):
        batch.take(one, event_key(number), one.time)
    customer = batch.customers["c-1"]
    full = {key: 1 for key, count in batch.counts.items() if count}
    assert [key.value for key in full] == ["7"]
    _, change = recheck(customer, customer.invitations[0], known, moment("3h"), full)
    assert change.invitation.state == "queued"


@pytest.mark.parametrize(
    "same",
    ["agent_id", "agent.id", "event.agent.id", "event.channel", "journey", "step", "journey.agent",
     "journey.instance", "customer.segment", "customer.locale", "ticket.id", "type", "source"],
)  # fmt: skip
def test_the_counters_that_a_batch_needs_are_read_before_it(same: str) -> None:
    """Whatever a batch counts must have been asked for, or two batches would each begin at nothing."""
    known = rules(CASES, RULES, policy=policy(same, quota=True))
    profile = Profile(locale="nl", attributes={"segment": "gold"})
    customers = {name: Customer(name, profile=profile) for name in ("c-1", "c-2")}
    first = [*closing(1, 7), order(2, agent_id=5, channel="web")]
    second = [*closing(3, 7.0), order(4, agent_id="5", channel="web"), order(5, customer="c-2")]
    batch = Batch(InForce(known), customers, set())
    for number, one in enumerate(first):
        batch.take(one, event_key(number), one.time)
    for asked in ([*second], []):
        loaded = quota_values(InForce(known), asked, batch.customers, moment("30d"))
        after = Batch(InForce(known), dict(batch.customers), set(), event_time=True)
        for number, one in enumerate(asked):
            after.take(one, event_key(10 + number), one.time)
        after.settle(moment("30d"))
        assert {(key.quota, key.value) for key in after.counts} <= loaded


REFUSED = [
    ("same: channel", "`same: channel` does not say which"),
    ("same: customer_id", "`customer_id` is never there"),
    ("same: event.customer_id", "`event.customer_id` is never there"),
    ("same: recipient.email", "`recipient.email` is never there"),
    ("same: journey.calls", "`journey.calls` is a figure"),
    ("same: customer.open", "`customer.open` is a list"),
    ("same: customer.consent.email", "`customer.consent.email` is never there"),
]


@pytest.mark.parametrize(("entry", "message"), REFUSED)
def test_what_cannot_be_compared_is_refused(entry: str, message: str) -> None:
    (found,) = problems(CASES, RULES, f"limits: [{{id: one, {entry}, max: 1, per: 30d}}]")
    assert found.code == "R066"
    assert found.message.startswith(message)
    assert found.hint


@pytest.mark.parametrize("field", ["event.", "customer.", "journey.", ".a", "a.", "a..b", "event..a"])
def test_a_field_with_a_gap_is_refused(field: str) -> None:
    told = problems(CASES, RULES, f"limits: [{{id: one, same: {field}, max: 1, per: 30d}}]")
    assert [one.code for one in told] == ["R066"]
    if field[0] != ".":
        told = problems(f"journey: a\ninstance: {field}\nsteps: {{one: {{on: x}}}}\norder: [one]\n")
        assert [one.code for one in told] == ["R066"]


def test_one_attribute_has_one_name() -> None:
    known = rules(CASES.replace("ticket.id", "event.ticket.id"), RULES, policy=policy("event.agent_id"))
    assert known.maps["complaint"].definition.instance == "ticket.id"
    assert known.policy.compared == ("agent_id",)
    assert rules(CASES, policy=policy("event.channel")).policy.compared == ("event.channel",)


def test_a_signal_that_no_journey_keeps_is_refused() -> None:
    (found,) = problems(CASES, RULES, "limits: [{id: one, same: journey.agnt, max: 1, per: 30d}]")
    assert (found.code, found.hint) == ("R029", "did you mean 'agent'?")
    assert problems(RULES.replace("- {id: closed", "- {id: c").replace("journey: complaint, step: closed", "type: x"),
                    "limits: [{id: one, same: journey.agent, max: 1, per: 30d}]")  # fmt: skip


@pytest.mark.parametrize(
    "field",
    ["channel", "event.channel", "type", "customer_id", "event.customer_id", "customer.x", "journey.x"],
)
def test_an_instance_that_is_never_there_is_refused(field: str) -> None:
    text = f"journey: a\ninstance: {field}\nsteps: {{one: {{on: x}}}}\norder: [one]\n"
    (found,) = problems(text)
    assert found.code == "R066"


@pytest.mark.parametrize(
    "field", ["event.customer_id", "event.recipient.email", "customer.consent", "customer.suppressed"]
)
def test_a_condition_on_what_is_never_there_is_refused(field: str) -> None:
    text = f"rules:\n  - {{id: a, when: {{type: x, {field}: a}}, send: {{survey: nps, channel: email}}}}\n"
    (found,) = problems(text)
    assert found.code == "R066"


def test_a_condition_reads_the_interactions_channel_as_a_member_of_the_event_too() -> None:
    known = rules(
        "rules:\n  - {id: a, when: {type: x, event.channel: phone}, send: {survey: nps, channel: email}}\n"
    )
    batch = Batch(InForce(known), {}, set())
    found = [
        batch.take(event("x", id=channel, channel=channel), event_key(number), T0).decision.rule
        for number, channel in enumerate(("phone", "chat"))
    ]
    assert found == ["a", None]
