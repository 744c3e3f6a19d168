"""Signals of the customer: counted by the time at which things happened, bounded, and read at the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from router.decide import explain, recheck
from router.model.customer import Customer
from router.model.customer_signals import MOST_REMEMBERED, CustomerSignal, Remembered, noted, remembered
from router.model.encoding import decode_state, encode_state
from router.model.interaction import Interaction
from router.rules.facts import MISSING, seconds_since
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, T0, event, moment, preferences, problems, rules, told

SIGNALS = """customer:
  calls_7d: {count: [call, chat], within: 7d}
  last_call: {last: [call, chat]}
"""
RULE = "id: ask, when: {type: %s}, send: {survey: nps, channel: email}"


def known(more: str, kind: str = "asked", policy: str = "") -> RuleSet:
    return rules(f"rules:\n  - {{{RULE % kind}{more}}}\n", policy=ALLOW + SIGNALS + policy)


def asked(more: str, *events: Interaction, at: str = "10d") -> bool:
    """Whether the rule matches an interaction of its type after the events."""
    decided = told(known(more), [*events, event("asked", at)]).decided[-1].decision
    return decided.outcome == "invite"


COUNTS = [
    ([], "{eq: 0}"),
    (["4d", "9d"], "{eq: 2}"),
    # Exactly seven days ago is counted no more; a microsecond later is.
    (["3d"], "{eq: 0}"),
    (["3d1s"], "{eq: 1}"),
    # Those of one moment are two.
    (["9d", "9d"], "{gte: 2}"),
]


@pytest.mark.parametrize(("times", "wanted"), COUNTS)
def test_a_count_is_of_what_happened_less_than_so_long_ago(times: list[str], wanted: str) -> None:
    calls = [event("call" if number % 2 else "chat", at) for number, at in enumerate(times)]
    assert asked(f", unless: {{not: {{customer.calls_7d: {wanted}}}}}", *calls)


def test_a_late_interaction_is_counted_by_when_it_happened() -> None:
    late = known(", unless: {not: {customer.calls_7d: 1}}")
    batch = told(
        late, [event("other", "10d"), event("call", "9d"), event("call", "1d"), event("asked", "10d")]
    )
    assert batch.decided[-1].decision.outcome == "invite"


MOMENTS = [
    (["1d"], "{longer_ago_than: 9d}", True),
    (["1d"], "{longer_ago_than: 9d1s}", False),
    (["1d"], "{within: 9d}", False),
    (["1d", "2d"], "{within: 9d}", True),
    ([], "{longer_ago_than: 1d}", False),
    ([], "{within: 365d}", False),
    ([], "{exists: false}", True),
]


@pytest.mark.parametrize(("times", "wanted", "holds"), MOMENTS)
def test_a_moment_is_held_against_how_long_ago_it_was(times: list[str], wanted: str, holds: bool) -> None:
    calls = [event("call", at) for at in times]
    assert asked(f", unless: {{not: {{customer.last_call: {wanted}}}}}", *calls) is holds


def test_the_interaction_that_is_decided_counts_and_is_not_the_latest() -> None:
    first = told(known(", unless: {customer.last_call: {exists: true}}", "call"), [event("call", "0h")])
    assert first.decided[0].decision.outcome == "invite"
    again = known(", unless: {not: {customer.last_call: {within: 2d}, customer.calls_7d: 2}}", "call")
    batch = told(again, [event("call", "0h"), event("call", "1d")])
    assert [one.decision.outcome for one in batch.decided] == ["no_survey", "invite"]


def test_a_date_of_the_customer_is_a_moment_too() -> None:
    since = preferences("0h", customer_since="2025-01-01")
    text = ", unless: {not: {customer.customer_since: {longer_ago_than: 365d}}}"
    assert asked(text, since)
    assert not asked(text, preferences("0h", customer_since="2026-01-01"))
    assert not asked(text, preferences("0h", customer_since="long ago"))


def test_signals_are_asked_again_when_the_invitation_is_due() -> None:
    guarded = known(", delay: 24h", policy="never_ask_while: {customer.calls_7d: {gte: 3}}\n")
    events = [event("asked"), *(event("call", f"{hour}h") for hour in (1, 2, 3))]
    state = told(guarded, events).customers["c-1"]
    (planned,) = state.invitations
    _, change = recheck(state, planned, guarded, moment("24h"), {})
    assert (change.reason, change.verdict and change.verdict.actual) == (
        "never_ask_while",
        "customer.calls_7d must be at least 3",
    )


def test_the_trace_tells_the_count_and_how_long_ago() -> None:
    def failed(when: str) -> Any:
        text = f"rules:\n  - {{{RULE % 'asked'}}}\n".replace("type: asked", f"type: asked, {when}")
        given = rules(text, policy=ALLOW + SIGNALS)
        state = told(given, [event("call", "1d")]).customers["c-1"]
        return explain(event("asked", "3d"), state, given, moment("3d")).rules[0].failed

    assert str(failed("customer.calls_7d: {gte: 3}")).startswith(
        "customer.calls_7d must be at least 3, but it is 1"
    )
    assert str(failed("customer.last_call: {longer_ago_than: 30d}")).startswith(
        "customer.last_call must be longer ago than 30d, but it is 2d ago"
    )


def test_what_no_signal_needs_is_forgotten() -> None:
    wanted = remembered([CustomerSignal("count", ("a",), timedelta(days=2)), CustomerSignal("last", ("b",))])
    assert wanted == {"a": Remembered(timedelta(days=2)), "b": Remembered(latest=True)}
    found: dict[str, tuple[int, ...]] = {"gone": (1,)}
    for day in range(5):
        for kind in "ab":
            found = noted(found, kind, T0 + timedelta(days=day), wanted, T0 + timedelta(days=day))
    assert {kind: len(times) for kind, times in found.items()} == {"a": 2, "b": 2}
    assert noted({}, "a", T0, wanted, T0 + timedelta(days=9)) == {}


def test_of_a_type_so_many_are_remembered_at_most() -> None:
    wanted, found = {"a": Remembered(timedelta(days=2))}, {}
    for second in range(MOST_REMEMBERED + 20):
        found = noted(found, "a", T0 + timedelta(seconds=second), wanted, T0 + timedelta(hours=1))
    assert len(found["a"]) == MOST_REMEMBERED
    assert CustomerSignal("count", ("a",), timedelta(days=2)).value(found, T0, None) == MOST_REMEMBERED
    assert len(encode_state(Customer("c-1", occurred=found))) < 10 * MOST_REMEMBERED


def test_signals_are_kept_by_everything_that_changes_a_customer() -> None:
    signals = known("")
    events = [event("call"), preferences("1h", zone="UTC"), event("asked", "2h")]
    batch = told(signals, events)
    report = Interaction(
        "/sender", "d-1", "feedback.delivery", moment("3h"), "c-1",
        attributes={"invitation_id": batch.customers["c-1"].invitations[0].id, "status": "delivered"},
    )  # fmt: skip
    after = told(signals, [*events, report]).customers["c-1"]
    assert list(after.occurred) == ["call"]
    assert decode_state(encode_state(after)) == after


def test_a_set_without_signals_remembers_nothing() -> None:
    plain = rules(
        "rules:\n  - {id: ask, when: {type: call}, send: {survey: nps, channel: email}}\n", policy=ALLOW
    )
    assert told(plain, [event("call")]).customers["c-1"].occurred == {}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-01", 34 * 3600),
        ("2026-03-02T12:00:00+02:00", 0),
        ("2026-03-03", 0),  # today already where the day begins first
        ("2026-03-04", MISSING),
        ("9999-12-31T23:59:59-14:00", MISSING),
        ("0001-01-01T00:00:00+14:00", (T0 - datetime(1, 1, 1, tzinfo=UTC)).total_seconds() + 14 * 3600),
        ("soon", MISSING),
    ],
)
def test_how_long_ago_a_date_was(text: str, seconds: Any) -> None:
    assert seconds_since(text, T0) == seconds


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("customer: {n: {count: [call, customer.preferences.v1], within: 3d}}", "R154"),
        ("customer: {n: {last: feedback.delivery.v1}}", "R154"),
        ("customer: {n: {count: call, within: 3d}}\nnever_ask_while: {customer.n: {gte: 257}}", "R151"),
    ],
)
def test_what_no_signal_ever_comes_to_is_told(policy: str, told: str) -> None:
    route = "rules:\n  - {id: ask, when: {type: call}, send: {survey: nps, channel: email}}\n"
    assert [one.code for one in problems(route, ALLOW + policy)] == [told]


def test_a_signal_is_no_date_that_a_schedule_counts_from() -> None:
    route = "rules:\n  - {id: ask, when: {type: year}, send: {survey: nps, channel: email}}\n"
    schedule = "schedules:\n  - {id: s, type: year, date: customer.last_call, every: year}\n"
    assert [one.code for one in problems(route, ALLOW + SIGNALS, schedule)] == ["R157"]
