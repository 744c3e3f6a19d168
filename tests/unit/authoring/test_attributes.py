"""Attributes that the policy declares: any other is a mistake, wherever it stands, and so is a value they never have."""

import pytest

from router.authoring.comparison.policy import policy_changes
from router.authoring.language.load import check_texts, load_texts
from router.authoring.packing import pack, unpack
from tests.unit.core.builders import SURVEYS, rules

POLICY = """attributes:
  event: {case_id: text, amount: number, sensitive: [true, false], seen_on: date, agent: any, transfers: }
  customer: {segment: [consumer, business], since: date}
"""
JOURNEY = "journey: case\ninstance: case_id\nsteps: {opened: {on: case.opened}}\norder: [opened]\n"


def told(text: str, policy: str = POLICY) -> list[str]:
    """What the set is told about attributes, with the way out."""
    files = {"policy.yaml": policy, "surveys.yaml": SURVEYS, "set.yaml": text}
    found = check_texts({name: body.encode() for name, body in files.items()}).problems
    return [f"{one.code} {one.message} = {one.hint}" for one in found if one.code in ("R141", "R142")]


def rule(conditions: str, block: str = "unless") -> str:
    return f"rules: [{{id: a, when: {{type: x}}, {block}: {{{conditions}}}, send: {{survey: nps, channel: email}}}}]"


@pytest.mark.parametrize("conditions", [
    "event.case_id: A-1", "event.amount: {gte: 7.5}", "event.sensitive: true", "event.sensitive: {ne: false}",
    "event.seen_on: {lt: '2026-01-01'}", "event.agent: 7", "event.agent.id: {exists: true}", "event.transfers: 1",
    "event.channel: web", "event.locale: nl", "customer.segment: [consumer, business]", "customer.since: 2020-02-29",
    "customer.open: []", "customer.locale: nl", "customer.zone: Europe/Amsterdam", "event.case_id: {prefix: A}",
    "event.amount: {exists: false}", "event.sensitive: {exists: true}",
])  # fmt: skip
def test_what_is_declared_is_let_be(conditions: str) -> None:
    assert told(rule(conditions)) == []


@pytest.mark.parametrize(("conditions", "problem"), [
    ("event.sensitve: true", "R141 unknown attribute of interactions: 'sensitve' = did you mean 'sensitive'?"),
    ("not: {any: [{customer.segmnt: x}]}", "R141 unknown attribute of customers: 'segmnt' = did you mean 'segment'?"),
    ("event.case_id: 7", "R142 `event.case_id` is a text, not 7 = write \"7\""),
    ("event.amount: {gt: '50'}", "R142 `event.amount` is a number, not '50' = write 50 without quotes"),
    ("event.amount: many", "R142 `event.amount` is a number, not 'many' = such as 7"),
    ("event.sensitive: ja", "R142 unknown value of `event.sensitive`: 'ja' = known: false, true"),
    ("event.seen_on: {lt: monday}", "R142 `event.seen_on` is a date, not 'monday' = such as 2026-11-01"),
    ("customer.segment: [consumers]", "R142 unknown value of `customer.segment`: 'consumers' = did you mean 'consumer'?"),
])  # fmt: skip
def test_a_condition_on_what_is_not_declared(conditions: str, problem: str) -> None:
    assert told(rule(conditions)) == [problem]


TEST = "tests: [{name: t, given: {%s}, expect: [], because: no_consent}]"


@pytest.mark.parametrize(("text", "code"), [
    (JOURNEY, ""),
    (JOURNEY.replace("case_id", "caseid"), "R141"),
    (JOURNEY + "effort: {n: {sum: transfers}, m: {distinct: channel}}", ""),
    (JOURNEY + "effort: {n: {sum: transfer}}", "R141"),
    (TEST % "customer: {segment: consumer}, events: [{at: 0h, type: x, case_id: A, amount: 7}]", ""),
    (TEST % "events: [{at: 0h, type: x, caseid: A}]", "R141"),
    (TEST % "customer: {segmet: consumer}, events: [{at: 0h, type: x}]", "R141"),
    (TEST % "customer: {segment: staff}, events: [{at: 0h, type: x}]", "R142"),
    (TEST % "events: [{at: 0h, preferences: {segment: staff}}]", "R142"),
    (TEST % "history: [{invited: nps, at: -1d, agnt: A}], events: [{at: 0h, type: x}]", "R141"),
    ("alerts: [{id: a, when: {survey: nps, customer.segmnt: x}, send: {team: t}}]", "R141"),
    ("alert_tests: [{name: t, given: {responses: [{at: 0h, survey: nps, score: 1, event.agent: A}]}, expect: []}]", ""),
])  # fmt: skip
def test_they_are_held_against_every_place_that_names_one(text: str, code: str) -> None:
    assert [line[:4] for line in told(text)] == ([code] if code else [])


@pytest.mark.parametrize("part", [
    "limits: [{id: a, same: agnt, max: 1, per: 30d}]", "limits: [{id: a, same: customer.segmen, max: 1, per: 30d}]",
    "quotas: [{id: a, same: agnt, max: 1, per: calendar_month}]", "scores: {by: [agnt]}", "scores: {drivers: amout}",
])  # fmt: skip
def test_limits_and_scores_too(part: str) -> None:
    assert [line[:4] for line in told(rule("channel: web"), POLICY + part)] == ["R141"]


def test_where_only_one_side_is_declared_anything_goes_in_the_other() -> None:
    assert told(rule("customer.anything: 1, event.case_id: a"), "attributes: {event: [case_id]}") == []
    assert told(rule("event.anything: 1, customer.segment: a"), "attributes: {customer: segment}") == []
    assert told(rule("event.anything: 1"), "zone: UTC") == []


@pytest.mark.parametrize(
    "written", ["7", "[7]", "{amount: numbers}", "{amount: []}", "{amount: [[1]]}", "{amount: {a: 1}}"]
)
def test_a_declaration_that_is_none(written: str) -> None:
    found = check_texts({"policy.yaml": f"attributes: {{event: {written}}}".encode()}).problems
    assert [(one.code, bool(one.hint)) for one in found] in ([("R012", True)], [("R013", True)])


def test_they_are_kept_with_a_revision_and_a_change_is_told() -> None:
    before, after = (rules(policy=text) for text in ("zone: UTC", POLICY))
    again = unpack(pack({}, after), 7)[1]
    assert again.policy == after.policy
    assert again.policy.attributes["event.sensitive"] == (True, False)
    lines = policy_changes(before.policy, after.policy)
    assert "new attribute customer.segment: one of consumer, business" in lines
    assert "new attribute event.amount: number" in lines


def test_the_service_takes_a_set_with_attributes() -> None:
    files = {"policy.yaml": POLICY, "surveys.yaml": SURVEYS, "case.yaml": JOURNEY}
    assert (
        load_texts({name: text.encode() for name, text in files.items()}).policy.attributes["event.agent"]
        == "any"
    )
