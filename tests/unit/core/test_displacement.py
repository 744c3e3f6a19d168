"""Semantics 7: one of higher priority takes the place of planned ones of lower priority."""

import pytest

from router.decide.batch import Batch
from router.model.customer import Customer
from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, ends, event, invitation, reasons, rules, told

ROUTES = """
rules:
  - {id: nps-low, when: {type: low}, send: {survey: nps, channel: email}, priority: 10, delay: 24h}
  - {id: nps-mid, when: {type: mid}, send: {survey: nps, channel: email}, priority: 20, delay: 24h}
  - {id: ces-high, when: {type: high}, send: {survey: ces, channel: email}, priority: 80, delay: 2h}
"""


def known(limits: str, more: str = "") -> RuleSet:
    return rules(ROUTES, policy=f"{ALLOW}limits: [{limits}]\n{more}")


def play(limits: str, *events: Interaction, more: str = "", customer: Customer | None = None) -> Batch:
    return told(known(limits, more), events, *([customer] if customer else []))


def planned_rules(batch: Batch) -> list[str]:
    return [entry.rule for entry in batch.customers["c-1"].invitations if entry.state == "planned"]


MONTHLY = "{id: any, max: 1, per: 30d}"


def test_a_planned_one_of_lower_priority_makes_room() -> None:
    batch = play(MONTHLY, event("low"), event("high", "1h"))
    assert reasons(batch) == ["invited", "invited"]
    assert ends(batch) == {"nps-low": ("displaced", "displaced")}
    assert planned_rules(batch) == ["ces-high"]


def test_equal_or_higher_priority_stays() -> None:
    for first, second in (("high", "low"), ("mid", "mid")):
        batch = play(MONTHLY, event(first), event(second, "1h"))
        assert reasons(batch) == ["invited", "shared_limit"]
        assert ends(batch) == {}


def test_a_sent_one_stays() -> None:
    batch = play(MONTHLY, event("low"), event("high", "25h"))
    assert reasons(batch) == ["invited", "shared_limit"]
    assert ends(batch) == {"nps-low": ("queued", None)}


def test_the_fewest_and_the_least_go() -> None:
    batch = play("{id: any, max: 2, per: 30d}", event("mid"), event("low", "1h"), event("high", "2h"))
    assert ends(batch) == {"nps-low": ("displaced", "displaced")}
    assert planned_rules(batch) == ["nps-mid", "ces-high"]


def test_as_many_go_as_it_takes() -> None:
    waiting = invitation("20h", state="planned", rule="a"), invitation("50h", state="planned", rule="b")
    batch = play(MONTHLY, event("high"), customer=Customer("c-1", invitations=waiting))
    assert reasons(batch) == ["invited"]
    assert ends(batch) == {"a": ("displaced", "displaced"), "b": ("displaced", "displaced")}


def test_nobody_goes_where_it_would_not_help() -> None:
    sent = invitation("-1d", "ces", rule="ces-high")
    batch = play(
        "{id: any, max: 1, per: 30d}",
        event("high"),
        customer=Customer("c-1", invitations=(sent, invitation("20h", state="planned"))),
    )
    assert reasons(batch) == ["shared_limit"]
    assert ends(batch) == {}


ALSO = [
    ("{id: own, survey: ces, max: 1, per: 90d}", "own_survey_limit"),
    ("{id: agent, max: 1, per: 90d, same: agent_id}", "shared_limit"),
]


@pytest.mark.parametrize(("other", "reason"), ALSO)
def test_nobody_goes_where_another_limit_refuses_too(other: str, reason: str) -> None:
    before = invitation("-40d", "ces", attributes={"agent_id": "7"})
    batch = play(
        f"{MONTHLY}, {other}",
        event("low"),
        event("high", "1h", agent_id=7),
        customer=Customer("c-1", invitations=(before,)),
    )
    assert reasons(batch) == ["invited", reason]
    assert ends(batch) == {}


def test_nobody_goes_where_a_quota_refuses_too() -> None:
    quota = "quotas: [{id: q, survey: ces, max: 1, per: calendar_month}]"
    batch = play(MONTHLY, event("high", customer="c-2"), event("low"), event("high", "1h"), more=quota)
    assert reasons(batch) == ["invited", "invited", "shared_limit"]
    assert ends(batch) == {}


def test_displacing_comes_before_deferring() -> None:
    batch = play("{id: any, max: 1, per: 2d, on_limit: defer, up_to: 5d}", event("low"), event("high", "1h"))
    assert [decided.decision.outcome for decided in batch.decided] == ["invite", "invite"]
    assert ends(batch) == {"nps-low": ("displaced", "displaced")}


def test_a_displaced_one_gives_its_place_in_a_quota_back() -> None:
    quota = "quotas: [{id: q, survey: nps, max: 1, per: calendar_month}]"
    batch = play(MONTHLY, event("low"), event("high", "1h"), event("low", "2h", customer="c-2"), more=quota)
    assert reasons(batch) == ["invited", "invited", "invited"]
    assert list(batch.counts.values()) == [1]
