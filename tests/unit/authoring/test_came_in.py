"""A set held against what came in: what nothing brings is told with the nearest that came and how often."""

from typing import Any

import pytest

from router.authoring.came_in import MOST_VALUES, CameIn
from router.authoring.checks.came_in import check_came_in
from router.authoring.language.load import check_texts
from tests.unit.core.builders import SURVEYS, event, preferences

JOURNEY = """journey: claim
instance: claim_id
steps:
  reported: {on: claim.reported}
  paid: {on: claim.paid, ends: true}
order: [reported, paid]
effort:
  agent: {last: agent_id}
"""


def company() -> CameIn:
    """A month of claims: the payment names neither agent nor claim on its second channel."""
    found = CameIn()
    for number in range(20):
        claim = {"claim_id": f"C{number}"}
        sensitive: dict[str, Any] = {"sensitive": True} if number < 3 else {}
        found.take(event("claim.reported", channel="phone", agent_id="A7", **claim, **sensitive))
        found.take(event("claim.paid", f"{number + 1}h", channel="web", amount=number, cause="fire", **claim))
        found.take(event("call.ended", channel="phone", agent={"id": "A7", "team": "north"}, minutes=4))
        found.take(event("consent.given", channel="web"))
        found.take(preferences(segment="consumer", since="2020-01-01"))
    return found


def told(*files: str, found: CameIn | None = None, policy: str = "zone: UTC") -> list[str]:
    texts = {f"{number}.yaml": text for number, text in enumerate(files)}
    texts |= {"surveys.yaml": SURVEYS, "policy.yaml": policy}
    checks = [check_came_in(found or company())]
    problems = check_texts({name: text.encode() for name, text in texts.items()}, checks).problems
    return [f"{one.code} {one.message} = {one.hint}" for one in problems if one.code in ("R143", "R144")]


def rule(conditions: str, channel: str = "email") -> str:
    return f"rules: [{{id: a, when: {{{conditions}}}, send: {{survey: nps, channel: {channel}}}}}]"


@pytest.mark.parametrize("conditions", [
    "type: claim.paid, event.amount: {gt: 5}", "type: claim.reported, event.sensitive: true", "channel: [phone, web]",
    "event.agent.id: A7", "event.agent.team: north", "event.cause: fire", "customer.segment: consumer", "event.amount: 99",
    "customer.open: []", "customer.locale: nl", "event.channel: web", "type: {prefix: order.}", "event.minutes: 4.0",
])  # fmt: skip
def test_what_came_in_is_let_be(conditions: str) -> None:
    assert told(rule(conditions)) == []


@pytest.mark.parametrize(("conditions", "problem"), [
    ("type: claim.payed", "R143 no interaction of type 'claim.payed' came in = did you mean claim.paid (20)?"),
    ("type: invoice", "R143 no interaction of type 'invoice' came in = ask those who send it what it is called"),
    ("channel: phne", "R143 nothing came in on the channel 'phne' = did you mean phone (40)?"),
    ("event.sensitve: true", "R143 no interaction had `sensitve` = did you mean sensitive (3)?"),
    ("event.sensitive: ja", "R143 `event.sensitive` never was 'ja' = it was true (3)"),
    ("event.cause: [fire, watr]", "R143 `event.cause` never was 'watr' = it was 'fire' (20)"),
    ("event.minutes: '4'", "R143 `event.minutes` never was '4' = it was 4 (20)"),
    ("customer.segmnt: consumer", "R143 no customer's preferences had `customer.segmnt` = did you mean customer.segment (20)?"),
    ("customer.segment: consumers", "R143 `customer.segment` never was 'consumers' = it was 'consumer' (20)"),
    ("type: claim.paid, event.agent_id: A7", ("R144 no claim.paid (20) had `agent_id` = claim.reported (20) has it:"
     " let the journey keep it, `effort: {kept: {last: agent_id}}`, and ask `journey.kept`")),
])  # fmt: skip
def test_what_nothing_brings(conditions: str, problem: str) -> None:
    assert told(rule(conditions)) == [problem]


def test_of_many_values_nobody_can_say_that_one_is_missing() -> None:
    found = CameIn()
    for number in range(MOST_VALUES + 1):
        found.take(event("x", amount=number, tags=["a", number]))
    assert told(rule("type: x, event.amount: 7000, event.tags: b"), found=found) == []


def test_where_no_preferences_came_nothing_is_said_of_customers() -> None:
    found = CameIn()
    found.take(event("x"))
    assert told(rule("type: x, customer.segment: consumer"), found=found) == []


def test_without_anything_that_came_in_nothing_is_said() -> None:
    assert told(rule("type: x, event.y: 1"), JOURNEY, found=CameIn()) == []


@pytest.mark.parametrize(("policy", "problem"), [
    ("quotas: [{id: q, same: agent_id, max: 20, per: calendar_month}]",
     ("R144 no claim.paid (20) had `agent_id`: what 'a' asks is not counted here = claim.reported (20) has it:"
     " let the journey keep it, `effort: {kept: {last: agent_id}}`, and write `same: journey.kept`")),
    ("limits: [{id: q, same: agnt_id, max: 20, per: 30d}]",
     "R143 no interaction had `agnt_id` = did you mean agent_id (20)?"),
    ("limits: [{id: q, same: agent_id, survey: ces, max: 20, per: 30d}]", ""),
    ("limits: [{id: q, same: journey.agent, max: 20, per: 30d}]", ""),
    ("customer: {calls: {count: call.ended, within: 30d}}\nnever_ask_while: {customer.calls: {gte: 3}}", ""),
    ("customer: {calls: {count: call.endd, within: 30d}}",
     "R143 no interaction of type 'call.endd' came in = did you mean call.ended (20)?"),
    ("never_ask_while: {event.sensitve: true}",
     "R143 no interaction had `sensitve` = did you mean sensitive (3)?"),
    ("scores: {by: [agnt_id]}", "R143 no interaction had `agnt_id` = did you mean agent_id (20)?"),
    ("suppressed_by: {opted_out: consent.givn}",
     "R143 no interaction of type 'consent.givn' came in = did you mean consent.given (20)?"),
    ("consent: {given_by: consent.given}",
     ("R143 'consent.given' came in on web (20): it gives consent to no channel that a rule asks by"
     " = let it come with its channel, one of email")),
])  # fmt: skip
def test_the_policy_too(policy: str, problem: str) -> None:
    found = told(rule("journey: claim, step: paid"), JOURNEY, policy=policy)
    assert found == ([problem] if problem else [])


def test_steps_that_nothing_enters_or_that_belong_to_no_pass() -> None:
    journey = JOURNEY.replace("claim.paid,", "[claim.paid, call.ended, claim.closed],").replace(
        "agent_id", "agnt"
    )
    assert told(journey) == [
        (
            "R144 no call.ended (20) had `claim_id`: it enters the step of no certain pass"
            " = claim.reported (20), claim.paid (20) has it; ask those who send call.ended to add it"
        ),
        "R143 no interaction of type 'claim.closed' came in = ask those who send it what it is called",
        "R143 no interaction had `agnt` = did you mean agent (20)?",
    ]


SCHEDULE = "schedules: [{id: s, type: policy.anniversary, date: customer.%s, every: year, hours: {from: '09:00', to: '12:00'}}]"


def test_what_schedules_make_comes_in_by_itself_and_their_date_does_not() -> None:
    asked = rule("type: policy.anniversary, event.number: {gte: 2}")
    assert told(asked, SCHEDULE % "since") == []
    assert told(asked, SCHEDULE % "sinc") == [
        "R143 no customer's preferences had `customer.sinc` = did you mean customer.since (20)?"
    ]


def test_a_type_that_is_missing_is_told_once() -> None:
    text = rule("type: claim.payed") + "\ngroups: {g: {type: [claim.payed, claim.paid]}}"
    assert len(told(text)) == 1


def test_what_came_in_is_counted_in_bounded_memory() -> None:
    found = CameIn()
    for number in range(6_000):
        found.take(event(f"t{number}", **{f"a{number}": "x" * 300}))
    assert (found.interactions, len(found.types), len(found.attributes)) == (6_000, 5_000, 5_000)
    assert all(values.few is None for values in found.values.values())


def test_a_channel_that_these_interactions_do_not_happen_on() -> None:
    assert told(rule("type: claim.paid, channel: phone")) == [
        "R144 no claim.paid (20) happened on 'phone' = they happened on web (20); where to ask stands under `send`"
    ]


def test_a_sum_of_what_is_no_number() -> None:
    assert told(JOURNEY.replace("{last: agent_id}", "{sum: cause}")) == [
        "R143 `cause` never was a number: the sum stays empty = it was 'fire'; to count different values write `distinct`"
    ]


def test_addresses_that_nothing_brings() -> None:
    found = company()
    policy = "recipient: required"
    assert told(rule("type: claim.paid"), found=found, policy=policy) == [
        (
            "R143 no interaction brought an address for email: nobody is asked"
            " = they brought none at all; write `recipient: optional` where the sender looks addresses up"
        )
    ]
    found.take(event("claim.paid", claim_id="C", recipient={"email": "a"}))
    assert told(rule("type: claim.paid"), found=found, policy=policy) == []
