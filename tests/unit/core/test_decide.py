"""Semantics 3, 4, 6, 9 and 10 through the one decision function."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from msgspec.structs import replace

from router.decide import decide
from router.decide.choose import INVITATION_NAMESPACE
from router.decide.decide import MAX_JOURNEYS
from router.model.customer import Customer, Invitation, Profile
from router.model.decision import Decision
from router.model.journey import Journey
from tests.unit.core.builders import ALLOW, ends, event, moment, preferences, reasons, rules, told

PURCHASE = """
journey: purchase
instance: order_id
steps:
  placed:    {on: order.placed}
  delivered: {on: order.delivered}
  returned:  {on: order.returned, reopens: true}
order: [placed, delivered]
"""


def order(kind: str, at: str = "0h", order_id: str = "O1", **facts: Any) -> Any:
    return event(f"order.{kind}", at, order_id=order_id, **facts)


def routes(*lines: str) -> str:
    return "rules:\n" + "".join(f"  - {{{line}, send: {{survey: nps, channel: email}}}}\n" for line in lines)


ASK = rules(PURCHASE, routes("id: ask, when: {journey: purchase, step: delivered}, delay: 24h, expires: 7d"))


def test_the_whole_decision() -> None:
    batch = told(ASK, [order("placed"), order("delivered", "1h")])
    identity = str(uuid5(INVITATION_NAMESPACE, "/test\norder.delivered@1h\nask"))
    assert [decided.decision for decided in batch.decided] == [
        Decision("no_survey", "no_rule_matched", "purchase", "O1", "placed"),
        Decision(
            "invite",
            "invited",
            "purchase",
            "O1",
            "delivered",
            rule="ask",
            survey="nps",
            metric="nps",
            channel="email",
            locale="en",
            due_at=moment("25h"),
            invitation_id=identity,
        ),
    ]
    (invitation,) = batch.customers["c-1"].invitations
    assert (invitation.id, invitation.at, invitation.expires_at) == (identity, moment("25h"), moment("169h"))
    assert (invitation.state, invitation.journey, invitation.instance, invitation.step) == (
        "planned",
        "purchase",
        "O1",
        "delivered",
    )


def test_the_invitation_id_names_source_interaction_and_rule() -> None:
    namespace = UUID("5b2f7a3e-6f0d-5c52-9d0b-6b1f2f3f9c11")
    (planned,) = told(ASK, [order("delivered", id="i-1")]).planned
    assert planned.invitation.id == str(uuid5(namespace, "/test\ni-1\nask"))


def test_a_rule_with_a_journey_waits_for_the_transition() -> None:
    events = [
        order("delivered", "2h"),
        order("delivered", "3h"),
        order("placed", "4h"),
        order("delivered", "1h"),
    ]
    assert reasons(told(ASK, events)) == ["invited", "step_repeated", "no_transition", "late"]


def test_a_rule_for_a_journey_without_step_waits_for_any_transition() -> None:
    known = rules(PURCHASE, routes("id: ask, when: {journey: purchase}"))
    assert reasons(told(known, [order("placed"), order("delivered", "1h"), order("delivered", "2h")])) == [
        "invited",
        "invited",
        "step_repeated",
    ]


def test_a_rule_without_journey_is_tried_on_whatever_its_conditions_name() -> None:
    known = rules(PURCHASE, routes("id: ask, when: {type: order.delivered}"))
    assert reasons(
        told(known, [order("delivered"), order("delivered", "1h"), event("page.viewed", "2h")])
    ) == [
        "invited",
        "invited",
        "step_not_recognised",
    ]


def test_a_type_that_only_a_condition_names_was_tried() -> None:
    known = rules(routes("id: ask, when: {type: chat, channel: web}"))
    assert reasons(told(known, [event("chat", channel="app"), event("call", "1h")])) == [
        "no_rule_matched",
        "step_not_recognised",
    ]


def test_a_reopened_step_is_entered_and_asked_about_again() -> None:
    batch = told(ASK, [order("delivered"), order("returned", "1d"), order("delivered", "2d")])
    assert reasons(batch) == ["invited", "no_rule_matched", "invited"]


def tried(*lines: str, policy: str = ALLOW, **facts: Any) -> Decision:
    return (
        told(rules(PURCHASE, routes(*lines), policy=policy), [order("delivered", **facts)])
        .decided[0]
        .decision
    )


def test_the_highest_priority_is_invited() -> None:
    when = "when: {journey: purchase, step: delivered}"
    assert tried(f"id: low, {when}, priority: 1", f"id: high, {when}, priority: 2").rule == "high"


def test_equal_priorities_go_by_rule_id() -> None:
    when = "when: {journey: purchase, step: delivered}, priority: 5"
    assert tried(f"id: b, {when}", f"id: a, {when}").rule == "a"


def test_a_refused_candidate_lets_the_next_try() -> None:
    when = "when: {journey: purchase, step: delivered}"
    found = tried(
        f"id: high, {when}, priority: 2, unless: {{event.gift: true}}", f"id: low, {when}", gift=True
    )
    assert (found.outcome, found.rule) == ("invite", "low")


def test_where_all_are_refused_the_first_refusal_of_the_best_stands() -> None:
    when = "when: {journey: purchase, step: delivered}"
    found = tried(
        f"id: high, {when}, priority: 2, unless: {{event.gift: true}}, enabled: false",
        f"id: low, {when}, sample: 0%",
        gift=True,
    )
    assert (found.outcome, found.reason, found.rule, found.gate) == (
        "no_survey",
        "rule_inactive",
        "high",
        "active",
    )


GATES = [
    ("max_age: 1h", ALLOW, "too_old"),
    ("enabled: false", ALLOW, "rule_inactive"),
    ("unless: {channel: web}", ALLOW, "contrary_condition"),
    ("priority: 1", ALLOW + "never_ask_while: {channel: web}", "never_ask_while"),
    ("priority: 1", ALLOW + "never_ask_while: {channel: web, event.never: true}", "never_ask_while"),
    ("priority: 1", "locale: {otherwise: en}", "no_consent"),
    (
        "priority: 1",
        "consent: {unknown: allow}\nrecipient: required\nlocale: {otherwise: en}",
        "no_reachable_channel",
    ),
    ("priority: 1", "consent: {unknown: allow}", "missing_text"),
    ("priority: 1", ALLOW + "hold_out: 2%", "hold_out"),
    ("sample: 0%", ALLOW, "not_sampled"),
    ("expires: 1h", ALLOW, "no_allowed_time"),
]


@pytest.mark.parametrize(("more", "policy", "reason"), GATES)
def test_each_refusal_has_its_reason(more: str, policy: str, reason: str) -> None:
    known = rules(
        PURCHASE, routes(f"id: ask, when: {{journey: purchase, step: delivered}}, {more}"), policy=policy
    )
    # Another customer's interaction two hours later: this one is read late.
    batch = told(known, [event("x", "2h", customer="c-2"), order("delivered", channel="web")])
    assert batch.decided[1].decision.reason == reason
    assert batch.planned == []


def test_due_is_the_time_and_the_delay_but_never_before_now() -> None:
    batch = told(ASK, [event("x", "5d", customer="c-2"), order("delivered"), order("delivered", "5d", "O2")])
    assert [decided.decision.due_at for decided in batch.decided] == [None, moment("5d"), moment("6d")]


def test_due_moves_into_the_allowed_hours_of_the_customers_zone() -> None:
    policy = ALLOW + 'quiet_hours: {from: "21:00", to: "08:00", zone: customer, otherwise: Europe/Amsterdam}'
    known = rules(
        PURCHASE, routes("id: ask, when: {journey: purchase, step: delivered}, delay: 12h"), policy=policy
    )
    for zone, due in ((None, "21h"), ("America/New_York", "12h")):
        batch = told(known, [order("delivered")], Customer("c-1", profile=Profile(zone=zone)))
        assert batch.decided[0].decision.due_at == moment(due)


def test_no_customer() -> None:
    batch = told(ASK, [order("delivered", customer="")])
    assert reasons(batch) == ["no_customer"]
    assert batch.customers == {}


def test_preferences_are_recorded_and_used() -> None:
    known = rules(
        PURCHASE, routes("id: ask, when: {journey: purchase, step: delivered}"), policy="hold_out: 0%"
    )
    given = preferences(consent={"email": True}, locale="nl-BE")
    batch = told(known, [order("delivered", "0h", "O1"), given, order("delivered", "1h", "O2")])
    assert reasons(batch) == ["no_consent", "preferences_recorded", "invited"]
    assert batch.decided[2].decision.locale == "nl"


def test_no_survey_refused_by_time_says_when_again() -> None:
    policy = ALLOW + "limits: [{id: any, max: 1, per: 30d}]"
    known = rules(PURCHASE, routes("id: ask, when: {journey: purchase, step: delivered}"), policy=policy)
    found = told(known, [order("delivered", "0h", "O1"), order("delivered", "1d", "O2")]).decided[1].decision
    assert (found.outcome, found.reason, found.gate) == ("no_survey", "shared_limit", "shared_limit")
    assert (found.actual, found.limit, found.eligible_again_at) == (1, "any: 1 per 30d", moment("30d"))


def test_decide_is_pure_and_says_duplicate_for_what_was_seen() -> None:
    customer = Customer("c-1")
    first = decide(order("delivered"), customer, ASK, moment())
    assert decide(order("delivered"), customer, ASK, moment()) == first
    assert customer == Customer("c-1")
    again = decide(order("delivered"), first.customer, ASK, moment("1h"), seen=True)
    assert (again.customer, again.decision.reason, again.planned) == (first.customer, "duplicate", ())


CANCEL = rules(
    PURCHASE,
    routes(
        "id: ask, when: {journey: purchase, step: delivered}, delay: 24h, cancel_on: [order.returned, complaint.opened]"
    ),
)


@pytest.mark.parametrize(
    ("cancelling", "cancelled"),
    [
        (order("returned", "1h"), True),
        (order("returned", "1h", "O2"), False),
        (event("order.returned", "1h"), True),
        (event("complaint.opened", "1h"), True),
        (event("call.completed", "1h"), False),
        (order("returned", "24h"), False),
        (event("complaint.opened", "0h"), True),
        (event("complaint.opened", "-1s"), False),
        (event("order.returned", "-3d"), False),
    ],
)
def test_cancel_on(cancelling: Any, cancelled: bool) -> None:
    """What is due at the very moment of an interaction goes before it, and is withdrawn then."""
    batch = told(CANCEL, [order("delivered"), cancelling])
    known = batch.customers["c-1"].invitations
    assert [entry.state for entry in known] == (
        [] if cancelled else ["withdrawn" if cancelling.time == moment("1d") else "planned"]
    )
    if cancelled:
        assert ends(batch) == {"ask": ("cancelled", "cancelled_by_event")}


def test_what_happened_before_withdraws_nothing_from_the_sender_either() -> None:
    known = rules(routes("id: ask, when: {type: bought}, cancel_on: returned, reminder: {after: 3d}"))
    sent = [event("bought"), event("x", "1h")]
    batch = told(known, [*sent, event("returned", "-1h")])
    assert [one.state for one in batch.customers["c-1"].invitations] == ["queued", "planned"]
    batch = told(known, [*sent, event("returned", "1h")])
    assert [one.state for one in batch.customers["c-1"].invitations] == ["withdrawn"]


def test_an_invitation_stored_without_that_time_goes_by_what_it_is_about() -> None:
    batch = told(CANCEL, [order("delivered")])
    (planned,) = batch.customers["c-1"].invitations
    before = Customer("c-1", invitations=(replace(planned, happened_at=None),))
    late = told(CANCEL, [event("complaint.opened", "-1h")], before)
    assert [one.state for one in late.customers["c-1"].invitations] == ["planned"]


def test_a_cancelled_invitation_counts_no_more() -> None:
    known = rules(
        PURCHASE,
        routes("id: ask, when: {journey: purchase, step: delivered}, delay: 24h, cancel_on: order.returned"),
        policy=ALLOW + "limits: [{id: any, max: 1, per: 30d}]",
    )
    batch = told(known, [order("delivered"), order("returned", "1h"), order("delivered", "2h", "O2")])
    assert reasons(batch) == ["invited", "no_rule_matched", "invited"]


def test_old_invitations_and_abandoned_journeys_are_forgotten() -> None:
    batch = told(ASK, [order("delivered"), order("delivered", "400d", "O2")])
    customer = batch.customers["c-1"]
    assert [entry.instance for entry in customer.invitations] == ["O2"]
    assert [entry.instance for entry in customer.journeys] == ["O2"]


def _past(*days: float) -> tuple[Invitation, ...]:
    return tuple(
        Invitation(f"past-{at}", "ask", "nps", "nps", "email", 0, moment() - timedelta(days=at), "answered")
        for at in days
    )


def test_of_what_no_limit_counts_any_more_the_latest_fifty_are_remembered() -> None:
    limited = rules(PURCHASE, policy=ALLOW + "limits: [{id: any, max: 99, per: 30d}]")
    counting = [days / 10 for days in range(460)]
    older = list(range(47, 360))
    customer = Customer("c-1", invitations=_past(*counting, *older))
    kept = told(limited, [event("page.viewed")], customer).customers["c-1"].invitations
    assert kept == _past(*counting, *older[:50])


def test_an_answer_counts_however_long_after_the_release_it_came() -> None:
    limited = rules(
        PURCHASE,
        routes("id: ask, when: {journey: purchase, step: delivered}"),
        policy=ALLOW + "limits: [{id: any, max: 1, per: 365d, clock: answered}]",
    )
    (asked,) = _past(370)
    answered = replace(asked, answered_at=moment("-360d"))
    batch = told(limited, [order("delivered")], Customer("c-1", invitations=(answered,)))
    assert reasons(batch) == ["shared_limit"]


def test_a_shared_customer_id_does_not_fill_its_state_without_end() -> None:
    def journey(number: int, *, ended: bool = False) -> Journey:
        at = moment(f"{number}s")
        return Journey("purchase", f"O{number}", "placed", at, at, at, ended)

    many = tuple(journey(number, ended=number == 2) for number in range(MAX_JOURNEYS + 2))
    batch = told(ASK, [event("page.viewed", "1h")], Customer("c-1", live=many))
    kept = [entry.instance for entry in batch.customers["c-1"].journeys]
    assert (len(kept), kept[:2]) == (MAX_JOURNEYS, ["O1", "O3"])
