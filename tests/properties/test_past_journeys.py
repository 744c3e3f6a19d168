"""Ended passes that are laid by are found again, move, are forgotten and cut short as if they had stayed decoded."""

import sys
from typing import Any
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st

from router.model.customer import Customer
from router.model.encoding import decode_state, encode_state
from router.model.interaction import Interaction
from tests.unit.core.builders import event, told
from tests.unit.core.builders import rules as rule_set

RULES = rule_set(
    """
journey: complaint
instance: case_id
steps:
  opened:   {on: complaint.opened}
  reopened: {on: complaint.reopened, counts: reopens, reopens: true}
  closed:   {on: [complaint.closed, both.closed], ends: true}
order: [opened, closed]
expires: 20d
effort:
  contacts: {count: [call.completed, complaint.closed]}
""",
    """
journey: order
instance: case_id
steps: {placed: {on: order.placed}, done: {on: [order.done, both.closed], ends: true}}
order: [placed, done]
expires: 5d
""",
    """
rules:
  - {id: closed, when: {journey: complaint, step: [closed, reopened]}, send: {survey: ces, channel: email}, delay: 2d}
  - id: done
    when: {journey: order, step: done}
    unless: {customer.open: complaint}
    send: {survey: nps, channel: email}
    delay: 1d
    cancel_on: [complaint.reopened]
  - {id: left, when: {journey: complaint, step: expired}, send: {survey: ces, channel: email}}
""",
)
KINDS = [
    "complaint.opened",
    "complaint.reopened",
    "complaint.closed",
    "order.placed",
    "order.done",
    "both.closed",
    "call.completed",
]
CASES = ("A", "B", "C", " A", "7", "7.0", 7, None)
STEPS = st.tuples(
    st.sampled_from(KINDS), st.integers(-30, 90), st.sampled_from(CASES), st.sampled_from(("c-1", "c-2"))
)


def happened(steps: list[tuple[str, int, Any, str]]) -> list[Interaction]:
    """The interactions: each some hours after the one before, or earlier."""
    found, hours = [], 0
    for number, (kind, later, case, customer) in enumerate(steps):
        hours = max(hours + later, 0)
        found.append(event(kind, f"{hours}h", customer, id=str(number), case_id=case))
    return found


def outcome(events: list[Interaction], before: Customer, most: int) -> tuple[object, ...]:
    """What is decided, planned and changed, and all passes afterwards, whichever way they are kept."""
    with mock.patch.object(sys.modules["router.decide.decide"], "MAX_JOURNEYS", most):
        batch = told(RULES, events, before)
    states = [decode_state(encode_state(one)) for one in batch.customers.values()]
    return (
        [(one.decision, one.seq) for one in batch.decided],
        [one.invitation for one in batch.planned],
        [one.change for one in batch.changed.values()],
        {one.id: (one.seq, one.invitations, sorted(map(repr, one.journeys))) for one in states},
    )


@given(
    steps=st.lists(STEPS, max_size=40), most=st.sampled_from((2, 1_000)), more=st.lists(STEPS, max_size=10)
)
@example(steps=[("both.closed", 1, "A", "c-1")] * 2, most=1_000, more=[("complaint.reopened", 1, "A", "c-1")])
@example(steps=[("complaint.closed", 90, "A", "c-1")] * 9, most=1_000, more=[])
@settings(deadline=None)
def test_the_way_they_are_kept_changes_nothing(
    steps: list[tuple[str, int, Any, str]], most: int, more: list[tuple[str, int, Any, str]]
) -> None:
    events = happened([*steps, *more])
    # What earlier versions stored has its ended passes among the others.
    with mock.patch.object(sys.modules["router.decide.decide"], "laid_by", return_value=False):
        kept = told(RULES, events[: len(steps)]).customers.get("c-1", Customer("c-1"))
        plain = outcome(events, Customer("c-1"), most)
        resumed = outcome(events[len(steps) :], kept, most)
    assert outcome(events, Customer("c-1"), most) == plain
    assert outcome(events[len(steps) :], kept, most) == resumed


def test_ended_ones_are_laid_by_and_taken_out_to_move() -> None:
    closed = [event("complaint.closed", f"{at}h", case_id=case) for at, case in enumerate("ABC")]
    (customer,) = told(RULES, closed).customers.values()
    assert (customer.live, [len(group.entries) for group in customer.past]) == ((), [3])
    reopened = event("complaint.reopened", "9h", case_id="B")
    (customer,) = told(RULES, [reopened], customer).customers.values()
    assert [(one.instance, one.step) for one in customer.live] == [("B", "reopened")]
    assert [one.instance for one in customer.past[0].passes()] == ["A", "C"]
