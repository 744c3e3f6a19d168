import hashlib
from uuid import UUID

from router.decide import explain
from router.decide.batch import Batch, key_of
from router.flow.rows import changes_of
from router.model.customer import Customer
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE
from router.model.ledger import InvitationRow, QuotaKey
from router.rules.in_force import InForce
from tests.unit.core.builders import ALLOW, ends, event, moment, preferences, reasons, rules, told

ROUTES = """
rules:
  - {id: ask, when: {type: asked}, send: {survey: nps, channel: email}, delay: 24h, cancel_on: stop}
"""
ASK = rules(ROUTES, policy=ALLOW + "limits: [{id: any, max: 1, per: 30d}]")
QUOTA = rules(ROUTES, policy=ALLOW + "quotas: [{id: q, same: agent_id, max: 1, per: calendar_month}]")
MARCH = QuotaKey("q", "7", "2026-03")
MARCH_ALL = QuotaKey("q", "", "2026-03")


def test_the_key_is_documented() -> None:
    digest = hashlib.blake2b(b"/test\x001", digest_size=16)
    assert key_of(event("x", id="1")) == UUID(digest.hexdigest())
    assert key_of(event("x", id="1")) != key_of(event("x", id="2"))


def test_what_an_earlier_one_decided_a_later_one_sees() -> None:
    batch = told(ASK, [event("asked"), event("asked", "1h"), event("asked", "1h", customer="c-2")])
    assert reasons(batch) == ["invited", "shared_limit", "invited"]


def test_a_repeat_is_a_duplicate_and_changes_nothing() -> None:
    batch = told(ASK, [event("asked")])
    before = batch.customers["c-1"]
    again = batch.take(event("asked"), key_of(event("asked")), moment("60d"))
    assert again.decision.reason == "duplicate"
    assert batch.customers["c-1"] is before
    assert (len(batch.decided), len(batch.planned), batch.changed) == (1, 1, {})


def test_what_the_journal_knew_is_a_duplicate() -> None:
    one = event("asked")
    batch = Batch(InForce(ASK), {}, {("c-1", key_of(one))})
    assert batch.take(one, key_of(one), moment()).decision.reason == "duplicate"
    assert (batch.decided, batch.touched) == ([], set())


def test_the_same_id_of_another_source_is_another_interaction() -> None:
    assert key_of(event("x", id="1")) != key_of(type(event("x"))("/other", "1", "x", moment(), "c-1"))


def test_an_interaction_without_customer_is_kept_with_its_decision() -> None:
    batch = told(ASK, [event("asked", customer=""), event("asked", "1h", customer="")])
    assert [(decided.decision.reason, decided.seq) for decided in batch.decided] == [("no_customer", 0)] * 2
    assert (batch.customers, batch.touched) == ({}, set())


def test_seq_counts_interactions_and_dispatches() -> None:
    batch = told(ASK, [event("asked"), event("x", "1h"), event("x", "2d"), event("x", "3d")])
    # The release at 24h comes between the second and the third.
    assert [decided.seq for decided in batch.decided] == [1, 2, 4, 5]
    (changed,) = batch.changed.values()
    assert (changed.seq, changed.at) == (3, moment("24h"))


def test_on_the_wall_clock_nothing_is_settled_by_interactions() -> None:
    batch = Batch(InForce(ASK), {}, set())
    for one in (event("asked"), event("x", "5d")):
        batch.take(one, key_of(one), one.time)
    assert [entry.state for entry in batch.customers["c-1"].invitations] == ["planned"]


def test_settle_releases_what_is_due_for_everybody() -> None:
    batch = told(ASK, [event("asked"), event("asked", "1h", customer="c-2")])
    batch.settle(moment("24h"))
    assert [entry.state for one in batch.customers.values() for entry in one.invitations] == [
        "queued",
        "planned",
    ]


def test_an_interaction_may_both_cancel_and_be_decided() -> None:
    batch = told(ASK, [event("asked"), event("stop", "1h")])
    assert ends(batch) == {"ask": ("cancelled", "cancelled_by_event")}
    assert reasons(batch) == ["invited", "step_not_recognised"]


def test_quotas_count_what_is_planned_across_customers() -> None:
    batch = told(
        QUOTA, [event("asked", customer="c-1", agent_id=7), event("asked", "1h", customer="c-2", agent_id=7)]
    )
    assert reasons(batch) == ["invited", "quota"]
    assert batch.counts == {MARCH: 1}
    assert batch.decided[1].decision.eligible_again_at == moment("29d14h")


def test_a_cancelled_one_gives_its_place_in_a_quota_back() -> None:
    batch = told(
        QUOTA,
        [event("asked", agent_id=7), event("stop", "1h"), event("asked", "2h", customer="c-2", agent_id=7)],
    )
    assert reasons(batch) == ["invited", "step_not_recognised", "invited"]
    assert batch.counts == {MARCH: 1}


def test_a_place_that_the_interaction_itself_gives_back_is_seen_by_its_own_decision() -> None:
    both = rules(
        "rules: [{id: ask, when: {type: asked}, send: {survey: nps, channel: email}, delay: 24h, cancel_on: asked}]",
        policy=f"{ALLOW}quotas: [{{id: q, max: 1, per: calendar_month}}]",
    )
    batch = told(both, [event("asked"), event("asked", "1h"), event("asked", "2h", customer="c-2")])
    assert reasons(batch) == ["invited", "invited", "quota"]
    second = batch.decided[1]
    explained = explain(second.interaction, second.before, both, second.now, counts={MARCH_ALL: 1})
    assert explained.folded.decision == second.decision
    assert all(verdict.passed for verdict in explained.rules[0].verdicts)


def test_a_place_that_a_displaced_one_leaves_is_seen() -> None:
    both = rules(
        """
rules:
  - {id: low, when: {type: a}, send: {survey: nps, channel: email}, delay: 24h, priority: 1}
  - {id: high, when: {type: b}, send: {survey: ces, channel: email}, delay: 24h, priority: 9}
""",
        policy=ALLOW
        + "limits: [{id: any, max: 1, per: 30d}]\nquotas: [{id: q, max: 1, per: calendar_month}]\n",
    )
    batch = told(both, [event("a"), event("b", "1h"), event("b", "2h", customer="c-2")])
    assert reasons(batch) == ["invited", "invited", "quota"]
    assert ends(batch) == {"low": ("displaced", "displaced")}
    assert batch.counts == {MARCH_ALL: 1}


def test_a_withdrawn_one_keeps_its_place_as_it_may_have_been_received() -> None:
    both = rules(
        "rules: [{id: ask, when: {type: asked}, send: {survey: nps, channel: email}, cancel_on: asked}]",
        policy=f"{ALLOW}quotas: [{{id: q, max: 1, per: calendar_month}}]",
    )
    batch = told(both, [event("asked"), event("asked", "1h")])
    assert ends(batch) == {"ask": ("withdrawn", "cancelled_by_event")}
    assert reasons(batch) == ["invited", "quota"]


def test_a_released_one_keeps_its_place() -> None:
    batch = told(QUOTA, [event("asked", agent_id=7), event("x", "2d")])
    assert batch.counts == {MARCH: 1}


def test_a_released_one_counts_on_the_channel_it_goes_out_on() -> None:
    known = rules(
        "rules: [{id: r, when: {type: asked}, send: {survey: nps, channel: [email, sms]}, delay: 24h}]",
        policy=f"{ALLOW}quotas: [{{id: mails, channel: email, max: 1, per: calendar_month}}]",
    )
    changed = preferences("1h", consent={"email": False})
    batch = told(known, [event("asked"), changed, event("x", "2d"), event("asked", "3d", customer="c-2")])
    assert batch.customers["c-1"].invitations[0].channel == "sms"
    assert reasons(batch)[-1] == "invited"


def test_a_channel_is_not_changed_to_one_whose_quota_is_used_up() -> None:
    known = rules(
        "rules:\n"
        "  - {id: mail, when: {type: asked}, send: {survey: nps, channel: [email, sms]}, delay: 24h}\n"
        "  - {id: text, when: {type: texted}, send: {survey: nps, channel: sms}}\n",
        policy=f"{ALLOW}quotas: [{{id: texts, channel: sms, max: 2, per: calendar_month}}]",
    )
    asked = [event("asked", id=f"{number}") for number in (1, 2)]
    changed = preferences("1h", consent={"email": False})
    batch = told(known, [event("texted", customer="c-2"), *asked, changed, event("x", "2d")])
    kept = [entry for entry in batch.customers["c-1"].invitations if entry.state == "queued"]
    assert [entry.channel for entry in kept] == ["sms"]
    assert sorted(one.change.reason or "" for one in batch.changed.values()) == ["", "quota"]
    assert batch.counts == {QuotaKey("texts", "", "2026-03"): 2}


def test_a_moved_one_keeps_its_place_in_the_period_that_it_was_planned_in() -> None:
    known = rules(
        "rules: [{id: r, when: {type: asked}, send: {survey: nps, channel: email}, delay: 8h}]",
        policy=f'{ALLOW}quotas: [{{id: q, max: 1, per: calendar_day}}]\nquiet_hours: {{from: "21:00", to: "06:00"}}',
    )
    # Due at 18:00 when planned, which is at night where the customer is then.
    away = preferences("1h", zone="Asia/Kolkata")
    batch = told(known, [event("asked"), away, event("asked", "15h", customer="c-2"), event("x", "2d")])
    (kept,) = batch.customers["c-1"].invitations
    assert (kept.state, kept.at, kept.due_at) == ("queued", moment("14h30m"), moment("8h"))
    assert reasons(batch) == ["invited", "preferences_recorded", "invited", "step_not_recognised"]
    assert batch.counts == {QuotaKey("q", "", "2026-03-02"): 1, QuotaKey("q", "", "2026-03-03"): 1}


def test_loaded_counts_hold() -> None:
    one = event("asked", agent_id=7)
    batch = Batch(InForce(QUOTA), {"c-1": Customer("c-1")}, set(), {MARCH: 1})
    assert batch.take(one, key_of(one), one.time).decision.reason == "quota"


def cancellations(batch: Batch) -> list[InvitationRow]:
    return [row for row in changes_of(batch, {}, {}, {}).planned if row.kind == "cancellation"]


def test_a_withdrawn_one_is_taken_back_from_the_sender_once_whatever_is_told_of_it_then() -> None:
    withdrawing = told(ASK, [event("asked"), event("stop", "26h")])
    assert len(cancellations(withdrawing)) == 1
    (name,) = withdrawing.changed
    for kind, facts in ((DELIVERY_TYPE, {"status": "delivered"}), (RESPONSE_TYPE, {})):
        late = event(kind, "27h", invitation_id=name, **facts)
        assert cancellations(told(ASK, [late], *withdrawing.customers.values())) == []
        same = told(ASK, [event("asked"), event("stop", "26h"), late])
        assert len(cancellations(same)) == 1
        assert (same.changed[name].at, same.changed[name].change.invitation.state) == (
            moment("24h"),
            "withdrawn",
        )
