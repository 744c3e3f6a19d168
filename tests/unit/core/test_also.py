"""`also: true`: more than one invitation from one interaction, by priority and within the limits."""

from typing import Any

import pytest

from router.decide import explain
from router.decide.batch import Batch, key_of
from router.decide.coverage_cells import coverage_changes
from router.flow.rows import changes_of
from router.model.cells import STAGES
from router.model.customer import Customer
from router.model.decision import Decision
from router.model.encoding import decode_decision, encode_decision, encode_json
from router.model.ledger import QuotaKey
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, ends, event, invitation, moment, rules, told

NOW = "{id: now, when: {type: solved}, send: {survey: ces, channel: email}, priority: 50}"
MONTH = "{id: month, when: {type: solved}, send: {survey: nps, channel: email}, delay: 30d, priority: 10, also: true}"
PLAIN = "{id: plain, when: {type: solved}, send: {survey: nps, channel: email}, priority: 20}"


def of(*routes: str, policy: str = "") -> RuleSet:
    return rules("rules:\n" + "".join(f"  - {one}\n" for one in routes), policy=ALLOW + policy)


def asked(batch: Batch) -> list[str]:
    return [one.invitation.rule for one in batch.planned]


def decided(given: RuleSet, *customers: Customer) -> tuple[Batch, Decision]:
    batch = told(given, [event("solved", case="C1")], *customers)
    return batch, batch.decided[-1].decision


def test_it_is_asked_besides_the_one_that_is_chosen() -> None:
    batch, found = decided(of(NOW, PLAIN, MONTH))
    [also] = found.also

    assert asked(batch) == ["now", "month"]
    assert (found.outcome, found.rule, found.survey, found.due_at) == ("invite", "now", "ces", moment())
    assert (also.outcome, also.rule, also.survey, also.due_at) == ("invite", "month", "nps", moment("30d"))
    assert [one.invitation_id for one in found.asking] == [one.invitation.id for one in batch.planned]
    assert len(set(batch.invitations)) == 2
    [state] = batch.customers.values()
    assert [one.rule for one in state.invitations] == ["now", "month"]


def test_without_the_key_one_is_chosen() -> None:
    batch, found = decided(of(NOW, MONTH.replace(", also: true", "")))
    assert (asked(batch), found.also) == (["now"], ())


def test_it_ends_the_search_for_none_whatever_its_priority() -> None:
    first = MONTH.replace("priority: 10", "priority: 90")
    batch, found = decided(of(NOW, PLAIN, first))
    assert asked(batch) == ["month", "now"]
    assert (found.rule, [one.rule for one in found.also]) == ("month", ["now"])


def test_it_is_asked_where_the_others_are_refused() -> None:
    off = NOW.replace("priority: 50", "priority: 50, enabled: false")
    batch, found = decided(of(off, MONTH))
    assert (asked(batch), found.outcome, found.rule, found.also) == (["month"], "invite", "month", ())


def test_several_are_all_asked_in_order_of_priority() -> None:
    more = [f"{{id: r{n}, when: {{type: solved}}, send: {{survey: ces, channel: email}}, priority: {n}, also: true}}" for n in (1, 3, 2)]  # fmt: skip
    assert asked(decided(of(NOW, *more))[0]) == ["now", "r3", "r2", "r1"]


@pytest.mark.parametrize(
    ("limits", "rules_asked", "reason"),
    [
        ("{id: any, max: 1, per: 30d}", ["now", "month"], None),
        ("{id: any, max: 1, per: 31d}", ["now"], "shared_limit"),
        ("{id: any, max: 1, per: 31d, on_limit: defer, up_to: 5d}", ["now", "month"], None),
        ("{id: own, survey: nps, max: 1, per: 365d}", ["now", "month"], None),
        ("{id: case, same: case, max: 1, per: 60d}", ["now"], "attribute_limit"),
    ],
)
def test_the_limits_count_what_was_planned_before_it(
    limits: str, rules_asked: list[str], reason: str | None
) -> None:
    given = of(NOW, MONTH, policy=f"limits: [{limits}]\n")
    batch, found = decided(given)
    assert asked(batch) == rules_asked

    told_again = explain(event("solved", case="C1"), Customer("c-1"), given, moment())
    assert told_again.folded.decision == found
    [month] = [trace for trace in told_again.rules if trace.rule == "month"]
    assert [verdict.reason for verdict in month.verdicts if not verdict.passed] == (
        [reason] if reason else []
    )


def test_a_deferred_one_tells_its_limit() -> None:
    _, found = decided(
        of(NOW, MONTH, policy="limits: [{id: any, max: 1, per: 31d, on_limit: defer, up_to: 5d}]\n")
    )
    [also] = found.also
    assert (found.outcome, also.outcome, also.gate, also.due_at) == (
        "invite",
        "defer",
        "shared_limit",
        moment("31d"),
    )


QUOTA = "quotas: [{id: month, max: 2, per: calendar_month}]\n"


@pytest.mark.parametrize(("used", "expected"), [(0, ["now", "month"]), (1, ["now"]), (2, [])])
def test_the_quotas_count_what_was_planned_before_it(used: int, expected: list[str]) -> None:
    given = of(NOW, MONTH.replace("delay: 30d", "delay: 1h"), policy=QUOTA)
    counts = {QuotaKey("month", "", "2026-03"): used} if used else {}
    batch = told(given, [])
    batch.counts |= counts
    interaction = event("solved")
    batch.take(interaction, key_of(interaction), moment())

    assert asked(batch) == expected
    assert batch.counts[QuotaKey("month", "", "2026-03")] == used + len(expected)
    # The journal keeps what is needed to compute it again.
    found = batch.decided[0].decision
    kept: dict[QuotaKey, int] = {QuotaKey(*one[:3]): one[3] for one in found.used_up}
    again = explain(interaction, Customer("c-1"), given, moment(), counts=kept).folded.decision
    assert [one.rule for one in again.asking] == expected


def test_what_was_planned_for_the_interaction_is_not_displaced_by_it() -> None:
    limits = "limits: [{id: any, max: 1, per: 31d}]\n"
    first = MONTH.replace("priority: 10", "priority: 90")
    batch, _ = decided(of(first, NOW, policy=limits))
    assert (asked(batch), ends(batch)) == (["month"], {})


def test_one_planned_earlier_gives_way_to_it_and_its_place_is_counted_once() -> None:
    limits = "limits: [{id: any, max: 2, per: 60d}]\nquotas: [{id: all, max: 2, per: calendar_year}]\n"
    known = invitation("1d", state="planned", rule="old", priority=5)
    batch, found = decided(of(NOW, MONTH, policy=limits), Customer("c-1", invitations=(known,)))
    assert asked(batch) == ["now", "month"]
    assert ends(batch) == {"old": ("displaced", "displaced")}
    assert [one.rule for one in found.asking] == ["now", "month"]
    [state] = batch.customers.values()
    assert [one.rule for one in state.invitations] == ["now", "month"]


def test_the_touchpoint_is_planned_once_and_ends_with_the_first() -> None:
    journeys = "journey: help\ninstance: case\nsteps: {solved: {on: solved}}\n"
    route = "rules:\n" + "".join(f"  - {one}\n" for one in (NOW, MONTH))
    given = rules(journeys, route, policy=ALLOW)
    batch = told(given, [event("solved", case="C1")])
    first, besides = [one.invitation for one in batch.planned]
    assert (first.touchpoint is not None, besides.touchpoint) == (True, None)

    batch.settle(moment("40d"))
    [whole] = [cell for cell in coverage_changes(batch) if cell.attribute == ""]
    counts: dict[str, int] = dict(zip(STAGES, whole.counts, strict=True))
    assert (counts["had_step"], counts["planned"], counts["sent"]) == (1, 1, 1)


def test_each_is_asked_in_the_journey_of_its_own_rule() -> None:
    journeys = [f"journey: {name}\ninstance: case\nsteps: {{{name}-end: {{on: solved}}}}\neffort: {{seen: {{count: [solved]}}}}\n" for name in ("j", "k")]  # fmt: skip
    route = """
rules:
  - {id: of-j, when: {journey: j, step: j-end}, send: {survey: ces, channel: email}, priority: 2}
  - {id: of-k, when: {journey: k, step: k-end}, send: {survey: nps, channel: email}, priority: 1, also: true}
"""
    batch = told(rules(*journeys, route, policy=ALLOW), [event("solved", case="C1")])
    assert [(one.invitation.journey, one.decision and one.decision.journey) for one in batch.planned] == [
        ("j", "j"),
        ("k", "k"),
    ]
    rows = changes_of(batch, {}, {}, {}).planned
    assert [b'"journey":"k"' in (row.context or b"") for row in rows] == [False, True]


def test_rows_are_found_by_the_interaction_and_by_their_own_id() -> None:
    batch, _ = decided(of(NOW, MONTH))
    first, besides = changes_of(batch, {}, {}, {}).planned
    assert first.key == batch.decided[0].key
    assert besides.key == besides.id
    assert besides.root == besides.id


def test_a_verdict_without_others_is_stored_as_it_was_before_there_were_any() -> None:
    _, alone = decided(of(NOW))
    _, both = decided(of(NOW, MONTH))
    assert encode_json(alone).endswith(b",[],[]]")
    assert encode_decision(alone) == encode_json(alone)[: -len(b",[]]")] + b"]"
    assert decode_decision(encode_decision(alone)) == alone
    assert decode_decision(encode_decision(both)) == both


def test_the_trace_tells_that_it_is_tried_besides() -> None:
    given = of(NOW, PLAIN, MONTH)
    traces = {one.rule: one for one in explain(event("solved"), Customer("c-1"), given, moment()).rules}
    priority: dict[str, Any] = {
        name: next(verdict for verdict in trace.verdicts if verdict.gate == "priority")
        for name, trace in traces.items()
    }
    assert [(name, one.passed, one.actual) for name, one in priority.items()] == [
        ("now", True, None),
        ("plain", False, "now"),
        ("month", True, "also"),
    ]


def test_each_is_cancelled_by_its_own_rule() -> None:
    month = MONTH.replace("also: true", "also: true, cancel_on: reopened")
    batch = told(
        of(NOW.replace("priority", "delay: 2d, priority"), month), [event("solved"), event("reopened", "1h")]
    )
    assert ends(batch) == {"month": ("cancelled", "cancelled_by_event")}
