"""One value, one key: the table of spellings, and what holds for any value."""

import random
from typing import Any

import msgspec
import pytest

from router.decide.batch import Batch
from router.decide.owners import resolved
from router.model.customer import Customer
from router.model.keys import MAX_KEY, as_key
from router.model.ledger import InstanceKey
from router.rules.in_force import InForce
from tests.unit.core.builders import T0, event, event_key, rules

SPELLINGS: list[tuple[str, list[Any]]] = [
    ("7", [7, 7.0, 7e0, "7", " 7", "7 ", "\t7\n", "\u00a07", "7.0"]),
    ("0", [0, 0.0, -0.0, "0", "-0.0"]),
    ("-7", [-7, -7.0, "-7", "-7.0"]),
    ("7.5", [7.5, "7.5", 75e-1]),
    ("7.50", ["7.50"]),
    ("007", ["007", " 007"]),
    ("7e0", ["7e0"]),
    ("A-1", ["A-1", "A-1 "]),
    ("a-1", ["a-1"]),
    ("9007199254740993", [9007199254740993, "9007199254740993"]),
    ("9223372036854775807", [2**63 - 1, "9223372036854775807"]),
    ("10000000000000000", [10**16, 1e16, "1e+16"]),
    ("1e+21", [1e21, "1e+21"]),
    ("Zo\u00eb", ["Zo\u00eb", "Zoe\u0308", " Zo\u00eb", "\ufeffZo\u00eb", "Zoe\u200b\u0308"]),
    ("C-1", ["C-1", "\ufeffC-1", "C-\u200b1", "\u202aC-1\u202c", "C\u00ad-1\u00a0"]),
    ("\uff17", ["\uff17"]),
    ("true", [True, "true", "True"]),
    ("false", [False, "false", "False"]),
    ("nan", ["nan"]),
]
NOTHING: list[Any] = [None, "", " ", "\u3000", [], ["7"], {}, {"id": 7}, float("nan"), float("inf"), 1e400]


@pytest.mark.parametrize(("key", "values"), SPELLINGS)
def test_a_value_has_one_key_however_it_was_sent(key: str, values: list[Any]) -> None:
    assert [as_key(value) for value in values] == [key] * len(values)


@pytest.mark.parametrize("value", NOTHING)
def test_what_names_nothing_has_no_key(value: Any) -> None:
    assert as_key(value) is None


def test_different_things_have_different_keys() -> None:
    keys = [key for key, _ in SPELLINGS]
    assert len(set(keys)) == len(keys)


def made_up(chance: random.Random) -> Any:
    """Numbers of every size, and texts of what such ids are made of."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randint(-(2**63), 2**63 - 1) >> chance.randrange(64)
    if kind == 1:
        return chance.choice([1, -1]) * chance.random() * 10.0 ** chance.randint(-30, 300)
    if kind == 2:
        return float(chance.randint(-(10**6), 10**6))
    signs = "0123456789.e+- \u00e9\u0301\u200baZ\uff17" if kind == 3 else "01.-"
    return "".join(chance.choice(signs) for _ in range(chance.choice([1, 2, 5, 9, 199, 200, 201, 400])))


def test_a_key_is_its_own_key_and_that_of_the_text_python_makes_of_the_value() -> None:
    """So what was stored before keys were made is found again, and what goes through JSON stays what it is."""
    chance = random.Random(10)
    for _ in range(20_000):
        value = made_up(chance)
        key = as_key(value)
        assert as_key(str(value)) == key
        assert as_key(msgspec.json.decode(msgspec.json.encode(value))) == key
        assert key is None or (as_key(key) == key and 0 < len(key) <= MAX_KEY)


def test_long_texts_stay_apart_where_only_their_ends_differ() -> None:
    assert as_key("x" * 999 + "a") != as_key("x" * 999 + "b")
    assert as_key("x" * MAX_KEY) == "x" * MAX_KEY


CASES = """
journey: complaint
instance: case_id
identifies_customer: true
steps: {opened: {on: case.opened}, closed: {on: case.closed, ends: true}}
order: [opened, closed]
effort: {cases: {distinct: case_id}, agents: {distinct: agents}, agent: {last: agent_id}}
"""
LIMITED = """
consent: {unknown: allow}
locale: {otherwise: en}
limits: [{id: same-agent, same: agent_id, max: 1, per: 30d}]
quotas: [{id: agent-month, same: agent_id, max: 2, per: calendar_month}]
"""
CLOSED = """
rules:
  - id: closed
    when: {journey: complaint, step: closed}
    send: {survey: ces, channel: email}
    delay: 1d
    cancel_on: [case.opened]
"""
SEVEN = [7, "7", 7.0, " 7", "7.0"]


def test_one_case_however_it_was_sent() -> None:
    known = rules(CASES)
    batch = Batch(InForce(known), {}, set())
    for number, case in enumerate(SEVEN):
        batch.take(event("case.opened", id=str(number), case_id=case), event_key(number), T0)
    (journey,) = batch.customers["c-1"].journeys
    assert (journey.instance, journey.signals["cases"]) == ("7", 1)


def test_one_owner_however_the_case_was_sent() -> None:
    known = rules(CASES)
    given = [
        event("case.opened", customer="c-1" if not n else "", case_id=case) for n, case in enumerate(SEVEN)
    ]
    found, brought = resolved(given, known, {}, {})
    assert {one.customer_id for one in found} == {"c-1"}
    assert brought == {InstanceKey("case_id", "7"): "c-1"}


@pytest.mark.parametrize("agent", SEVEN)
def test_one_agent_however_it_was_sent(agent: Any) -> None:
    known = rules(CASES, CLOSED, policy=LIMITED)
    batch = Batch(InForce(known), {}, set())
    first = event("case.closed", id="a", case_id="1", agent_id=7)
    second = event("case.closed", id="b", at="1h", case_id="2", agent_id=agent)
    other = event("case.closed", id="c", at="1h", customer="c-2", case_id="3", agent_id=agent)
    last = event("case.closed", id="d", at="1h", customer="c-3", case_id="4", agent_id=agent)
    reasons = [
        batch.take(one, event_key(number), T0).decision.reason
        for number, one in enumerate((first, second, other, last))
    ]
    assert reasons == ["invited", "attribute_limit", "invited", "quota"]


@pytest.mark.parametrize("case", SEVEN)
def test_what_cancels_names_the_case_in_any_spelling(case: Any) -> None:
    known = rules(CASES, CLOSED)
    batch = Batch(InForce(known), {}, set())
    batch.take(event("case.closed", id="a", case_id=7), event_key(1), T0)
    batch.take(event("case.opened", id="b", at="1h", case_id=8), event_key(2), T0)
    assert not batch.changed
    batch.take(event("case.opened", id="c", at="2h", case_id=case), event_key(3), T0)
    assert [entry.change.reason for entry in batch.changed.values()] == ["cancelled_by_event"]


def test_the_members_of_a_list_are_told_apart_one_by_one() -> None:
    known = rules(CASES)
    batch = Batch(InForce(known), {}, set())
    batch.take(event("case.opened", case_id=1, agents=["a", 7, "7", 7.0, None, {}]), event_key(1), T0)
    batch.take(event("case.opened", id="b", case_id=1, agents="a"), event_key(2), T0)
    assert batch.customers["c-1"].journeys[0].signals["agents"] == 2


def test_a_state_stored_as_it_was_sent_is_recognised() -> None:
    """A pass, an invitation and a signal of before keys were made: numbers as Python writes them."""
    known = rules(CASES, CLOSED, policy=LIMITED)
    batch = Batch(InForce(known), {}, set())
    batch.take(event("case.closed", id="a", case_id=7, agent_id=7), event_key(1), T0)
    customer = batch.customers["c-1"]
    journey = msgspec.structs.replace(customer.journeys[0], instance="7.0", seen={"cases": ("7.0",)})
    asked = msgspec.structs.replace(customer.invitations[0], instance="7.0", attributes={"agent_id": "7.0"})
    stored = Customer("c-1", 1, customer.profile, (journey,), (asked,))
    batch = Batch(InForce(known), {"c-1": stored}, set())
    again = batch.take(event("case.closed", id="b", at="1h", case_id=7, agent_id=7), event_key(2), T0)
    assert again.decision.reason == "step_repeated"
    other = batch.take(event("case.closed", id="c", at="2h", case_id=8, agent_id=7), event_key(3), T0)
    assert other.decision.reason == "attribute_limit"
    assert len(batch.customers["c-1"].journeys) == 2
    batch.take(event("case.opened", id="d", at="3h", case_id=7), event_key(4), T0)
    assert [entry.change.reason for entry in batch.changed.values()] == ["cancelled_by_event"]


def test_a_rule_finds_an_instance_by_its_number() -> None:
    known = rules(
        CASES,
        "rules:\n  - id: seven\n    when: {journey: complaint, step: opened, journey.instance: 7}\n"
        "    send: {survey: ces, channel: email}\n",
    )
    batch = Batch(InForce(known), {}, set())
    found = [
        batch.take(event("case.opened", id=str(number), case_id=case), event_key(number), T0).decision.rule
        for number, case in enumerate((7.0, 8))
    ]
    assert found == ["seven", None]
