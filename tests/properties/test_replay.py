from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.authoring.language.load import load_directory, load_texts
from router.demo.company import month
from router.insights.replay import replay
from router.insights.rule_book import RuleBook
from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet
from tests.unit.insights.kept import KeptAnswers, interactions_of

RULES = Path(__file__).parents[2] / "rules"
START = datetime(2026, 3, 1, 23, tzinfo=UTC)
PARTS = (
    "outcome",
    "reason",
    "rule",
    "step",
    "instance",
    "due_at",
    "eligible_again_at",
    "invitation_id",
    "gate",
)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_directory(RULES)


async def differing(kept: KeptAnswers, rules: RuleSet) -> list[str]:
    found = []
    for customer_id, customer in kept.states.items():
        entries = await replay(kept, customer_id, RuleBook(rules))
        assert [entry.row.seq for entry in entries] == sorted(entry.row.seq for entry in entries)
        for entry in entries:
            again = entry.explained(rules).folded.decision
            if [getattr(again, field) for field in PARTS] != [
                getattr(entry.decision, field) for field in PARTS
            ]:
                found.append(f"{customer_id} {entry.interaction.id}: {entry.decision} / {again}")
        assert customer.seq >= len(entries)
    return found


async def test_a_month_on_the_event_time_clock_replays_to_the_same_decisions(rules: RuleSet) -> None:
    kept = KeptAnswers(rules)
    kept.take(interactions_of(month(7, START, 250)))

    assert len(kept.rows) > 1000
    assert await differing(kept, rules) == []


async def test_a_month_on_the_wall_clock_with_a_dispatcher_that_comes_late_replays_too(
    rules: RuleSet,
) -> None:
    kept = KeptAnswers(rules, event_time=False)
    for interaction in interactions_of(month(8, START, 250)):
        now = max(interaction.time, START) + timedelta(minutes=3)
        if interaction.id[-1] == "3":
            kept.dispatch(now - timedelta(minutes=1))
        kept.take([interaction], now)

    assert {view.state for view in kept.views.values()} >= {"queued", "cancelled", "planned"}
    assert await differing(kept, rules) == []


async def test_the_customer_before_an_entry_holds_the_invitations_as_they_stood_then(rules: RuleSet) -> None:
    kept = KeptAnswers(rules)
    kept.take(interactions_of(month(7, START, 250)))
    view = next(view for view in kept.views.values() if view.state == "cancelled")

    entries = await replay(kept, view.customer_id, RuleBook(rules))

    planned = next(entry for entry in entries if entry.row.key == view.key)
    after = [entry for entry in entries if entry.row.seq > planned.row.seq]
    stood = {
        entry.row.seq: str(view.id) in {invitation.id for invitation in entry.before.invitations}
        for entry in after
    }
    assert planned.planned == view
    assert stood == {seq: seq <= (view.settled_seq or 0) for seq in stood}


QUOTA = b"""
quotas: [{id: two-a-month, max: 2, per: calendar_month}]
consent: {unknown: allow}
"""
RULE = b"""
rules:
  - id: ask
    when: {type: shop.visited}
    send: {survey: nps, channel: email}
"""


async def test_a_quota_that_refused_refuses_again(rules: RuleSet) -> None:
    survey = (RULES / "surveys" / "nps.yaml").read_bytes()
    own = load_texts({"policy.yaml": QUOTA, "rules.yaml": RULE, "nps.yaml": survey})
    kept = KeptAnswers(own)
    visits = [
        Interaction("/shop", f"v{number}", "shop.visited", START, f"c{number}", locale="en")
        for number in range(3)
    ]
    kept.take(visits)

    entry = (await replay(kept, "c2", RuleBook(own)))[0]

    assert entry.decision.reason == "quota"
    assert entry.explained(own).folded.decision == entry.decision


async def test_there_is_no_history_without_a_customer(rules: RuleSet) -> None:
    assert await replay(KeptAnswers(rules), "", RuleBook(rules)) == []


async def test_a_rule_that_a_quota_kept_from_asking_is_kept_from_it_again(rules: RuleSet) -> None:
    survey = (RULES / "surveys" / "nps.yaml").read_bytes()
    second = (
        RULE
        + b"""
  - {id: then, when: {type: shop.visited}, send: {survey: nps, channel: sms}}
"""
    )
    quota = QUOTA.replace(b"max: 2", b"channel: email, max: 2")
    own = load_texts({"policy.yaml": quota, "rules.yaml": second, "nps.yaml": survey})
    kept = KeptAnswers(own)
    kept.take(
        Interaction("/shop", f"v{number}", "shop.visited", START, f"c{number}", locale="en")
        for number in range(3)
    )

    entry = (await replay(kept, "c2", RuleBook(own)))[0]

    assert (entry.decision.rule, entry.decision.reason) == ("then", "invited")
    assert entry.decision.used_up == (("two-a-month", "", "2026-03", 2),)
    assert entry.explained(own).folded.decision == entry.decision
