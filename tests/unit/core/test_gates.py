"""The 19 gates, each alone: what passes, what is refused, the actual value, the limit, and when it would pass."""

from datetime import time, timedelta
from typing import Any

import pytest

from router.model.customer import Profile
from router.model.decision import GATES, Verdict
from router.model.ledger import QuotaKey
from router.model.policy import Limit, NeverAskWhile, Policy, QuietHours, Quota
from router.model.rules import Test as Comparison
from router.policy import gates
from router.policy.draw import draw
from router.words.gates import gate_sentence
from tests.unit.core.builders import T0, ask, candidate, event, invitation, moment, rules, told

DAY = timedelta(days=1)


def refusal(verdict: Verdict) -> tuple[str | None, Any, Any, Any]:
    assert not verdict.passed
    return verdict.reason, verdict.actual, verdict.limit, verdict.eligible_again_at


def test_the_order_of_the_gates() -> None:
    spoken = [gate(candidate()).gate for gate in gates.CANDIDATE_GATES]
    assert spoken == [gate for gate in GATES if gate not in ("duplicate", "customer", "step", "rule")]
    again = [gate(candidate()).gate for gate in gates.DUE_GATES]
    assert again == [gate for gate in spoken if gate not in ("age", "active", "priority")]


def test_every_gate_lets_a_plain_candidate_pass() -> None:
    assert [gate(candidate()).passed for gate in gates.CANDIDATE_GATES] == [True] * 15


def test_1_duplicate() -> None:
    assert gates.duplicate(False) == Verdict("duplicate", True)
    assert gates.duplicate(True) == Verdict("duplicate", False, "duplicate")


def test_2_customer() -> None:
    assert gates.customer(event("x")).passed
    assert gates.customer(event("x", customer="")) == Verdict("customer", False, "no_customer")


def test_3_age() -> None:
    rule = ask(max_age=DAY)
    assert gates.age(candidate(rule=rule, now=moment("1d"))) == Verdict("age", True, None, "1d", "1d")
    late = gates.age(candidate(rule=rule, now=moment("1d2h")))
    assert refusal(late) == ("too_old", "1d2h", "1d", None)
    assert gates.age(candidate(now=moment("300d"))) == Verdict("age", True, None, "300d")
    assert gates.age(candidate(rule=rule, now=moment("-3h"))).actual == "0s"
    assert refusal(gates.age(candidate(rule=ask(max_age=timedelta()), now=moment("1s")))) == (
        "too_old",
        "1s",
        "0s",
        None,
    )


ROUTES = (
    """
journey: purchase
instance: order_id
steps: {placed: {on: order.placed}, delivered: {on: order.delivered}}
order: [placed, delivered]
""",
    """
rules:
  - {id: r, when: {journey: purchase, step: delivered, channel: web}, send: {survey: nps, channel: email}}
  - {id: chat, when: {type: chat.completed, channel: web}, send: {survey: ces, channel: email}}
""",
)


def reason_of_last(*kinds: tuple[str, str]) -> str:
    batch = told(rules(*ROUTES), [event(kind, at, order_id="O1", channel="phone") for kind, at in kinds])
    return batch.decided[-1].decision.reason


def test_4_step() -> None:
    assert reason_of_last(("page.viewed", "0h")) == "step_not_recognised"
    assert reason_of_last(("order.delivered", "0h"), ("order.delivered", "1h")) == "step_repeated"
    assert reason_of_last(("order.delivered", "2h"), ("order.placed", "1h")) == "late"
    assert reason_of_last(("order.delivered", "0h"), ("order.placed", "1h")) == "no_transition"


def test_5_rule() -> None:
    assert reason_of_last(("order.delivered", "0h")) == "no_rule_matched"
    assert reason_of_last(("chat.completed", "0h")) == "no_rule_matched"


def test_6_active() -> None:
    assert gates.active(candidate(rule=ask(active_from=T0, active_until=moment("1h")))).passed
    off = gates.active(candidate(rule=ask(enabled=False)))
    early = gates.active(candidate(rule=ask(active_from=moment("1h"))))
    over = gates.active(candidate(rule=ask(active_until=T0)))
    assert refusal(off) == ("rule_inactive", "switched off", None, None)
    assert refusal(early) == ("rule_inactive", "before its active time", None, moment("1h"))
    assert refusal(over) == ("rule_inactive", "after its active time", None, None)


def test_7_contrary() -> None:
    found = gates.contrary(candidate(contrary="customer.open must be complaint"))
    assert refusal(found) == ("contrary_condition", "customer.open must be complaint", None, None)


def test_7_the_policy_s_word_goes_first_and_passes_exceptions() -> None:
    words = "customer.open must be bereavement"
    guard = Policy(
        never_ask_while=NeverAskWhile((Comparison("customer.open", "eq", "bereavement"),), ("ask",))
    )
    both = candidate(contrary="event.gift must be true", forbidden=words, policy=guard, rule=ask("other"))
    assert refusal(gates.contrary(both)) == ("never_ask_while", words, None, None)
    found = gates.contrary(candidate(forbidden=words, policy=guard))
    assert (found.passed, found.actual) == (True, words)
    assert gate_sentence(found) == (
        "The policy forbids to ask (`never_ask_while`): customer.open is bereavement. This rule is named as an exception."
    )
    neither = gates.contrary(candidate(policy=guard))
    assert gate_sentence(neither) == (
        "No exclusion applies, neither in the rule (`unless`) nor in the policy (`never_ask_while`)."
    )


def test_8_suppression() -> None:
    profile = Profile(consent={"email": True}, suppressed=("bounced", "opted_out"))
    found = gates.suppression(candidate(profile=profile))
    assert refusal(found) == ("suppressed", "bounced, opted_out", None, None)


CONSENT: list[tuple[dict[str, bool], str, bool]] = [
    ({"email": True}, "refuse", True),
    ({"email": False, "sms": True}, "refuse", True),
    ({}, "refuse", False),
    ({"phone": True}, "refuse", False),
    ({"email": False}, "refuse", False),
    ({"email": False}, "allow", True),
    ({"email": False, "sms": False}, "allow", False),
    ({}, "allow", True),
]


@pytest.mark.parametrize(("consent", "unknown", "passed"), CONSENT)
def test_9_consent(consent: dict[str, bool], unknown: Any, passed: bool) -> None:
    policy = Policy(unknown_consent=unknown)
    given = candidate(rule=ask(channels=("email", "sms")), profile=Profile(consent=consent), policy=policy)
    found = gates.consent(given)
    assert (found.passed, found.reason) == (passed, None if passed else "no_consent")
    words = {True: "yes", False: "no", None: "unknown"}
    assert found.actual == {name: words[consent.get(name)] for name in ("email", "sms")}
    assert unknown in found.limit


def test_10_channel() -> None:
    rule = ask(channels=("email", "sms"))
    profile = Profile(consent={"email": True, "sms": True})
    strict = Policy(recipient_required=True)
    reached = event("x", recipient={"sms": "+31600000000"})
    found = gates.channel(candidate(rule=rule, profile=profile, policy=strict, interaction=reached))
    assert found == Verdict("channel", True, None, "sms", "an address for an agreed channel")
    alone = gates.channel(candidate(rule=rule, profile=profile, policy=strict))
    assert refusal(alone) == ("no_reachable_channel", "none", "an address for an agreed channel", None)
    assert gates.channel(candidate(rule=rule, profile=profile)).actual == "email"


LOCALES = [
    ("en", None, None, "en"),
    ("en-GB", "nl", None, "en"),
    ("en_GB", None, None, "en"),
    (None, "en", None, "en"),
    ("nl", None, "en", "en"),
    (None, None, "en", "en"),
    ("nl", "en", None, None),
    (None, None, None, None),
    ("nl", None, "de", None),
]


@pytest.mark.parametrize(("own", "of_event", "otherwise", "expected"), LOCALES)
def test_11_text(own: str | None, of_event: str | None, otherwise: str | None, expected: str | None) -> None:
    given = candidate(
        profile=Profile(locale=own, consent={"email": True}),
        interaction=event("x", locale=of_event),
        policy=Policy(locale_otherwise=otherwise),
    )
    assert given.locale == expected
    shown = (own or of_event or "").replace("_", "-")
    found = gates.text(given)
    assert found == Verdict(
        "text", bool(expected), None if expected else "missing_text", shown or "unknown", ["en"]
    )


def test_12_hold_out() -> None:
    number = draw("", "hold_out", "", "c-1")
    assert gates.hold_out(candidate(policy=Policy(hold_out=number))).passed
    found = gates.hold_out(candidate(policy=Policy(hold_out=0.02)))
    assert refusal(found) == ("hold_out", round(number, 6), 0.02, None)
    assert gates.hold_out(candidate(policy=Policy(hold_out=0.02, salt="other"))).passed


def test_13_sample() -> None:
    number = draw("", "sample:ask", "2026-03", "c-1")
    assert gates.sample(candidate(rule=ask(sample=number + 0.000001))).passed
    found = gates.sample(candidate(rule=ask(sample=number)))
    assert refusal(found) == ("not_sampled", round(number, 6), number, None)
    assert not gates.sample(candidate(rule=ask(sample=0.0))).passed
    same_month = gates.sample(candidate(rule=ask(sample=0.0), interaction=event("x", "28d")))
    next_month = gates.sample(candidate(rule=ask(sample=0.0), interaction=event("x", "30d")))
    assert same_month.actual == found.actual != next_month.actual


def limited(*limits: Limit) -> Policy:
    return Policy(limits=limits)


def test_14_own_survey_limit() -> None:
    policy = limited(Limit("own", 1, 90 * DAY, survey="nps"))
    given = candidate(invitation("-30d"), policy=policy)
    assert refusal(gates.own_survey_limit(given)) == ("own_survey_limit", 1, "own: 1 per 90d", moment("60d"))
    assert gates.shared_limit(given) == Verdict("shared_limit", True)
    assert gates.own_survey_limit(candidate(invitation("-90d"), policy=policy)) == Verdict(
        "own_survey_limit", True, None, 0, "own: 1 per 90d"
    )
    assert gates.own_survey_limit(candidate(invitation("-1d", "ces"), policy=policy)).passed


def test_15_shared_limit() -> None:
    policy = limited(Limit("any", 2, 30 * DAY))
    given = candidate(invitation("-20d", "ces"), invitation("-10d"), policy=policy)
    assert refusal(gates.shared_limit(given)) == ("shared_limit", 2, "any: 2 per 30d", moment("10d"))
    assert gates.shared_limit(candidate(invitation("-20d", "ces"), policy=policy)).actual == 1
    by_metric = limited(Limit("metric", 1, "calendar_month", metric="nps"))
    refused = gates.shared_limit(candidate(invitation("-1h"), policy=by_metric))
    assert refusal(refused) == ("shared_limit", 1, "metric: 1 per calendar month", moment("29d14h"))


def test_16_attribute_limit() -> None:
    policy = limited(Limit("agent", 1, 7 * DAY, same="agent_id"))
    known = invitation("-2d", attributes={"agent_id": "7"})
    same, other, none = (
        candidate(known, policy=policy, interaction=event("x", **facts))
        for facts in ({"agent_id": 7}, {"agent_id": 8}, {})
    )
    assert refusal(gates.attribute_limit(same)) == ("attribute_limit", 1, "agent: 1 per 7d", moment("5d"))
    assert gates.attribute_limit(other) == Verdict("attribute_limit", True, None, 0, "agent: 1 per 7d")
    assert gates.attribute_limit(none) == Verdict("attribute_limit", True)


def test_17_quota() -> None:
    policy = Policy(quotas=(Quota("agent", 2, "calendar_month", survey="nps", same="agent_id"),))
    interaction = event("x", agent_id="7")
    used = {QuotaKey("agent", "7", "2026-03"): 2, QuotaKey("agent", "8", "2026-03"): 9}
    given = candidate(policy=policy, interaction=interaction, counts=used)
    assert refusal(gates.quota(given)) == ("quota", 2, "agent: 2 per calendar_month", moment("29d14h"))
    next_month = candidate(policy=policy, interaction=interaction, counts=used, due=moment("30d"))
    assert gates.quota(next_month) == Verdict("quota", True, None, 0, "agent: 2 per calendar_month")
    assert gates.quota(candidate(policy=policy, counts=used)).passed


@pytest.mark.parametrize(
    ("planned", "passed"),
    [
        ({"channel": "email"}, True),
        ({"channel": "sms"}, False),
        ({"channel": "sms", "kind": "reminder"}, True),
    ],
)
def test_17_quota_at_due_time_asks_for_a_place_only_where_there_is_none(
    planned: dict[str, Any], passed: bool
) -> None:
    policy = Policy(quotas=(Quota("mails", 2, "calendar_month", channel="email"),))
    counts = {QuotaKey("mails", "", "2026-03"): 2}
    one = invitation(state="planned", **planned)
    given = candidate(one, policy=policy, counts=counts, itself=one.id)
    assert given.channel == "email"
    assert gates.quota(given).passed is passed


def test_18_priority() -> None:
    found = gates.priority(candidate(rule=ask(priority=40), outranked_by="better"))
    assert refusal(found) == ("outranked", "better", 40, None)


def test_19_hours() -> None:
    rule = ask(expires=2 * DAY)
    assert gates.hours(candidate(rule=rule, due=moment("47h"))).passed
    over = gates.hours(candidate(rule=rule, due=moment("2d")))
    assert refusal(over) == ("no_allowed_time", moment("2d"), moment("2d"), None)
    assert refusal(gates.hours(candidate(due=None))) == ("no_allowed_time", None, None, None)


def test_19_hours_are_the_customers() -> None:
    policy = Policy(quiet_hours=QuietHours(time(21), time(8)), zone="Europe/Amsterdam")
    for zone, expected in ((None, "0h"), ("America/New_York", "3h"), ("Australia/Lord_Howe", "11h")):
        given = candidate(policy=policy, profile=Profile(zone=zone))
        assert given.allowed_from(T0) == moment(expected)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0s"),
        (timedelta(days=1, hours=2, minutes=3), "1d2h"),
        (timedelta(minutes=90), "1h30m"),
        (-DAY, "0s"),
    ],
)
def test_durations_in_words(span: timedelta, words: str) -> None:
    assert gates.in_words(span) == words
