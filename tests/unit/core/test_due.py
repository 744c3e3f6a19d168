"""At due time gates 7 to 17 and the hours are asked again, on the customer's state as it is then."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from router.decide import Change, recheck
from router.model.customer import Customer, Invitation, Profile
from router.model.interaction import Interaction
from router.model.invitation_states import RESPOND_WITHIN
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, ends, event, invitation, moment, preferences, rules, told

RULE = "id: ask, when: {type: asked}, send: {survey: nps, channel: [email, sms]}, delay: 24h"
COMPLAINT = "journey: complaint\nsteps: {opened: {on: complaint.opened}, closed: {on: complaint.closed, ends: true}}\n"


def known(more: str = "", policy: str = ALLOW) -> RuleSet:
    return rules(COMPLAINT, f"rules:\n  - {{{RULE}{more}}}\n", policy=policy)


def after(
    given: RuleSet, *events: Interaction, customer: Customer | None = None
) -> tuple[Customer, Invitation]:
    """The customer with the invitation of the first event planned, after the other events."""
    state = told(given, [event("asked"), *events], *([customer] if customer else [])).customers["c-1"]
    return state, next(entry for entry in state.invitations if entry.rule == "ask")


def rechecked(
    given: RuleSet, *events: Interaction, at: str = "24h", then: RuleSet | None = None
) -> tuple[Customer, Change]:
    state, planned = after(given, *events)
    return recheck(state, planned, then or given, moment(at), {})


def test_released_at_the_clock_it_was_checked_at() -> None:
    state, change = rechecked(known(), at="25h")
    assert (change.invitation.state, change.invitation.at, change.reason) == ("queued", moment("25h"), None)
    assert change.invitation.respond_by == moment("25h") + RESPOND_WITHIN
    assert change.invitation.due_at == moment("24h")
    assert change.before.interaction is not None
    assert state.invitations == (change.invitation,)
    assert state.seq == 2


ENDED: list[tuple[str, list[Interaction], str]] = [
    (", unless: {customer.open: complaint}", [event("complaint.opened", "1h")], "contrary_condition"),
    ("", [preferences("1h", suppressed=["opted_out"])], "suppressed"),
    ("", [preferences("1h", consent={"email": False, "sms": False})], "no_consent"),
]


@pytest.mark.parametrize(("more", "events", "reason"), ENDED)
def test_what_changed_meanwhile_cancels(more: str, events: list[Interaction], reason: str) -> None:
    state, change = rechecked(known(more), *events)
    assert (change.invitation.state, change.reason) == ("cancelled", reason)
    assert change.verdict is not None
    assert change.verdict.reason == reason
    assert state.invitations == ()


GUARD = ALLOW + "never_ask_while: {customer.open: complaint, event.sensitive: true%s}\n"


def test_what_the_policy_forbids_meanwhile_cancels_unless_the_rule_is_an_exception() -> None:
    opened = event("complaint.opened", "1h")
    _, change = rechecked(known(policy=GUARD % ""), opened)
    assert (change.invitation.state, change.reason) == ("cancelled", "never_ask_while")
    assert rechecked(known(policy=GUARD % ", except: [ask]"), opened)[1].invitation.state == "queued"


def test_a_contrary_condition_that_is_over_does_not() -> None:
    events = event("complaint.opened", "1h"), event("complaint.closed", "2h")
    assert rechecked(known(", unless: {customer.open: complaint}"), *events)[1].invitation.state == "queued"


def test_consent_for_the_next_channel_changes_the_channel() -> None:
    _, change = rechecked(known(), preferences("1h", consent={"email": False}))
    assert (change.before.channel, change.invitation.channel) == ("email", "sms")


def test_a_limit_filled_meanwhile_cancels_and_it_does_not_count_itself() -> None:
    limited = known(policy=ALLOW + "limits: [{id: any, max: 1, per: 30d}]")
    state, planned = after(limited)
    assert recheck(state, planned, limited, moment("24h"), {})[1].invitation.state == "queued"
    crowded = replace(state, invitations=(*state.invitations, invitation("20h")))
    change = recheck(crowded, planned, limited, moment("24h"), {})[1]
    assert (change.invitation.state, change.reason) == ("cancelled", "shared_limit")


def test_another_rule_set_holds_at_due_time() -> None:
    for then in (rules(COMPLAINT), known(", enabled: false")):
        _, change = rechecked(known(), then=then)
        assert (change.invitation.state, change.reason) == ("cancelled", "rule_inactive")


def test_the_active_time_and_the_age_were_settled_when_planned() -> None:
    given = known(", active: {until: 2026-03-03}, max_age: 1h")
    assert rechecked(given, at="30h")[1].invitation.state == "queued"


def test_too_late_expires() -> None:
    given = known(", expires: 48h")
    assert rechecked(given, at="47h")[1].invitation.state == "queued"
    state, change = rechecked(given, at="48h")
    assert (change.invitation.state, change.reason, state.invitations) == ("expired", "expired", ())


NIGHT = ALLOW + 'quiet_hours: {from: "21:00", to: "08:00", zone: customer, otherwise: UTC}'


def test_checked_in_quiet_hours_it_moves() -> None:
    state, change = rechecked(known(policy=NIGHT), at="36h")
    assert (change.invitation.state, change.invitation.at) == ("planned", moment("46h"))
    assert change.invitation.interaction is not None
    assert state.invitations == (change.invitation,)


def test_moved_past_its_expiry_it_expires() -> None:
    _, change = rechecked(known(", expires: 40h", policy=NIGHT), at="36h")
    assert (change.invitation.state, change.reason) == ("expired", "no_allowed_time")


def test_due_invitations_go_before_an_interaction_of_the_same_moment() -> None:
    batch = told(known(), [event("asked"), event("page.viewed", "24h")])
    assert ends(batch) == {"ask": ("queued", None)}


def test_each_is_settled_at_its_own_due_time_in_order() -> None:
    limited = known(policy=ALLOW + "limits: [{id: any, max: 1, per: 30d}]")
    asked = event("asked")
    both = tuple(
        invitation(at, state="planned", id=at, rule="ask", interaction=asked) for at in ("20h", "5h")
    )
    batch = told(
        limited, [event("page.viewed", "3d")], Customer("c-1", profile=Profile(locale="en"), invitations=both)
    )
    found: dict[str, Any] = {
        name: (one.change.invitation.state, one.at, one.seq) for name, one in batch.changed.items()
    }
    # At 5h the other is planned for 20h, within the same window: the earlier one yields, the later one goes out.
    assert found == {"5h": ("cancelled", moment("5h"), 1), "20h": ("queued", moment("20h"), 2)}


def test_a_zone_learned_meanwhile_moves_it_on_the_event_time_clock() -> None:
    batch = told(
        known(policy=NIGHT), [event("asked"), preferences("1h", zone="Asia/Tokyo"), event("x", "30h")]
    )
    # 10:00 UTC is 19:00 in Tokyo: allowed; two hours more would not be.
    assert ends(batch) == {"ask": ("queued", None)}
    later = rules(COMPLAINT, "rules:\n  - {" + RULE.replace("24h", "27h") + "}\n", policy=NIGHT)
    batch = told(later, [event("asked"), preferences("1h", zone="Asia/Tokyo"), event("x", "30h")])
    (waiting,) = batch.customers["c-1"].invitations
    assert (waiting.state, waiting.at) == ("planned", moment("37h"))
    assert waiting.at - moment("27h") == timedelta(hours=10)
