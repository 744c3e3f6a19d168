"""What looks right and never works: a warning or an error each with the text to write, and none where it is meant so."""

from datetime import UTC, datetime

import pytest

from router.authoring.checks.never import check_past
from router.authoring.language.load import check_texts
from tests.unit.core.builders import SURVEYS

JOURNEY = """journey: order
instance: order_id
steps: {placed: {on: order.placed}, arrived: {on: order.arrived, counts: parcels, ends: true}}
order: [placed, arrived]
effort:
  contacts: {count: call.completed}
  paid: {sum: amount}
  took: {duration: {from: placed, to: arrived}}
  agent: {last: agent_id}
"""
RULE = """rules:
  - id: a
    when: {%s}
    send: {survey: nps, channel: %s}
"""
POLICY = "locale: {otherwise: en}\n"
SOURCES = {"journey.yaml": JOURNEY, "surveys.yaml": SURVEYS}


def told(*parts: str, policy: str = POLICY, **files: str) -> list[str]:
    """The codes and hints from R125 to R140 that these files get. Each part is a file of rules or tests."""
    texts = SOURCES | {"policy.yaml": policy} | {f"{number}.yaml": part for number, part in enumerate(parts)}
    texts |= {f"{name}.yaml": text for name, text in files.items()}
    checked = check_texts({name: text.encode() for name, text in texts.items()})
    return [f"{one.code} {one.hint}" for one in checked.problems if "R125" <= one.code <= "R140"]


def rule(conditions: str = "type: x", channel: str = "email", more: str = "") -> str:
    return RULE % (conditions, channel) + more


def when(field: str, value: str) -> str:
    """A rule with one condition in block style, where a comma is no end."""
    conditions = f"\n      type: x\n      {field}: {value}"
    return f"rules:\n  - id: a\n    when:{conditions}\n    send: {{survey: nps, channel: email}}\n"


@pytest.mark.parametrize(("field", "value", "hint"), [
    ("customer.segment", "consumer, business", "[consumer, business]"),
    ("customer.segment", "consumer or business", "[consumer, business]"),
    ("customer.segment", "consument of zakelijk", "[consument, zakelijk]"),
    ("customer.segment", "gold | silver", "[gold, silver]"),
    ("customer.segment", "gold; silver", "[gold, silver]"),
    ("event.plan", "{ne: 'a'}", ""),
    ("event.plan", "{in: [a, 'b, c']}", ""),
    ("channel", '"phone, chat"', "[phone, chat]"),
    ("channel", "phone,chat", "[phone, chat]"),
    ("customer.segment", '"[consumer, business]"', ""),
    ("event.city", '"Bergen, NH"', ""),
    ("event.note", "rock and roll music", ""),
    ("event.plan", "{matches: 'a|b'}", ""),
])  # fmt: skip
def test_a_list_in_one_text(field: str, value: str, hint: str) -> None:
    assert told(when(field, value)) == ([f"R125 write {hint}"] if hint else [])


def test_a_list_of_types_in_one_text() -> None:
    text = rule() + "    cancel_on: order.placed, order.arrived\n"
    assert told(text) == ["R125 write [order.placed, order.arrived]"]
    journey = "journey: j\nsteps:\n  one:\n    on: a.b, c.d\norder: [one]\n"
    assert told(journey) == ["R125 write [a.b, c.d]"]


@pytest.mark.parametrize(("channel", "problem"), [
    ('"email, sms"', ["R126 write [email, sms]"]),
    ('"email or sms"', ["R126 write [email, sms]"]),
    ("email/research", ["R127 write email here, and `purpose: research` in the survey"]),
    ("e-mail", ["R127 write email; if it is right, list it in the policy under `channels`"]),
    ("Email", ["R127 write email; if it is right, list it in the policy under `channels`"]),
    ("emial", ["R127 write email; if it is right, list it in the policy under `channels`"]),
    ("whatsap", ["R127 write whatsapp; if it is right, list it in the policy under `channels`"]),
    ("[email, SMS]", ["R127 write sms; if it is right, list it in the policy under `channels`"]),
    ("push/app", []), ("in_store_tablet", []), ("post", []), ("webchat", []), ("qr", []),
])  # fmt: skip
def test_a_channel_that_nobody_agrees_to(channel: str, problem: list[str]) -> None:
    assert told(rule(channel=channel)) == problem


def test_a_listed_channel_may_be_called_anything() -> None:
    assert told(rule(channel="E-Mail"), policy=POLICY + "channels: [E-Mail]\n") == []


@pytest.mark.parametrize(("condition", "problem"), [
    ('journey.contacts: {gte: "1"}', ["R128 write 1 without quotes"]),
    ("journey.contacts: one", ["R128 compare with a number, such as {gte: 2}"]),
    ("journey.contacts: 1-5", ["R128 write {between: [1, 5]}"]),
    ("journey.parcels: true", ["R128 write {gte: 1}"]),
    ("journey.parcels: false", ["R128 write {exists: false}"]),
    ("journey.paid: {gt: '9.5'}", ["R128 write 9.5 without quotes"]),
    ("journey.took: {gt: 2d}", ["R128 it is kept in seconds: write 172800"]),
    ("journey.took: {gt: 2}", ["R129 for hours write 7200, for days 172800"]),
    ("event.amount: {gt: '100'}", ["R129 write 100 without quotes"]),
    ("event.amount: 10-50", ["R129 write {between: [10, 50]}; in quotes it is a text"]),
    ("event.amount: {between: ['1', '5']}", ["R129 write 1 without quotes", "R129 write 5 without quotes"]),
    ("journey.contacts: {gte: 1}", []), ("journey.contacts: {exists: true}", []), ("journey.agent: A7", []),
    ("journey.agent: '7'", []), ("journey.took: {gt: 86400}", []), ("event.amount: '100'", []),
    ("event.range: '10-50'", []), ("event.on: {gte: '2026-01-01'}", []), ("event.version: {lt: 'b'}", []),
])  # fmt: skip
def test_a_number_against_a_text(condition: str, problem: list[str]) -> None:
    assert told(rule(f"journey: order, step: arrived, {condition}")) == problem


def test_in_a_group_a_signal_is_a_number_where_it_is_one_everywhere() -> None:
    other = JOURNEY.replace("journey: order", "journey: other").replace(
        "{count: call.completed}", "{last: a}"
    )
    group = "groups: {g: {journey.contacts: '2'}}\n"
    assert told(group) == ["R128 write 2 without quotes"]
    assert told(group, other) == []


@pytest.mark.parametrize(("more", "policy", "codes"), [
    ("", "hold_out: 100%", ["R130"]), ("", "hold_out: 99%", []),
    ("    sample: 0%\n", "", ["R130"]), ("    sample: 1%\n", "", []),
    ("", "suppressed_by: {opted_out: [x, y]}", ["R130"]), ("", "suppressed_by: {opted_out: y}", []),
    ("    expires: 7d\n    reminder: {after: 3d, max: 5}\n", "", ["R135"]),
    ("    expires: 7d\n    reminder: {after: 3d, max: 2}\n", "", []),
    ("    expires: 6d\n    reminder: {after: 3d, max: 2}\n", "", ["R135"]),
    ("    delay: 1d\n    expires: 7d\n    reminder: {after: 3d, max: 2}\n", "", ["R135"]),
    ("    reminder: {after: 3d, max: 5}\n", "", []),
])  # fmt: skip
def test_a_rule_or_reminder_that_asks_nobody(more: str, policy: str, codes: list[str]) -> None:
    assert [line[:4] for line in told(rule(more=more), policy=POLICY + policy)] == codes


@pytest.mark.parametrize(
    ("until", "told_"), [("2026-02-28", True), ("2026-03-01", True), ("2026-03-02", False)]
)
def test_a_rule_whose_time_is_over(until: str, told_: bool) -> None:
    text = rule(more=f"    active: {{until: {until}}}\n")
    files = SOURCES | {"policy.yaml": POLICY, "rules.yaml": text}
    encoded = {name: body.encode() for name, body in files.items()}
    assert [one.code for one in check_texts(encoded).problems if one.code == "R130"] == []
    found = check_texts(encoded, [check_past(datetime(2026, 3, 1, tzinfo=UTC))]).problems
    assert [f"{one.position.line} {one.message}" for one in found if one.code == "R130"] == (
        [f"5 the time of this rule ended on {until}: it asks nobody any more"] if told_ else []
    )


@pytest.mark.parametrize(("policy", "codes"), [
    ('quiet_hours: {from: "08:00", to: "21:00"}', ["R131"]), ('quiet_hours: {from: "21:00", to: "08:00"}', []),
    ('quiet_hours: {from: "12:00", to: "13:00"}', []), ('quiet_hours: {from: "00:00", to: "08:00"}', []),
    ("limits: [{id: a, channel: sms, max: 1, per: 30d}]", ["R132"]),
    ("limits: [{id: a, journey: order, max: 1, per: 30d}]", ["R132"]),
    ("rate_caps: [{id: a, channel: sms, max: 1, per: 1h}]", ["R132"]),
    ("limits: [{id: a, channel: email, max: 1, per: 30d}]", []),
    ("limits: [{id: a, clock: answered, max: 1, per: 30d}]", ["R133"]),
    ("limits: [{id: a, clock: [delivered, answered], max: 1, per: 30d}]", ["R133"]),
    ("limits: [{id: a, clock: [invited, answered], max: 1, per: 30d}]", []),
    ("limits: [{id: a, max: 1, per: 3m}]", ["R138"]), ("limits: [{id: a, max: 1, per: 90m}]", []),
    ("rate_caps: [{id: a, max: 1, per: 1m}]", []), ("scores: {outcomes_within: 1m}", ["R138"]),
])  # fmt: skip
def test_a_policy_that_works_otherwise(policy: str, codes: list[str]) -> None:
    assert [line[:4] for line in told(rule(), policy=POLICY + policy)] == codes


@pytest.mark.parametrize(("more", "codes"), [
    ("    expires: 6m\n", ["R138"]), ("    max_age: 1m\n", ["R138"]), ("    delay: 5m\n", []),
    ("    max_age: 45m\n", []), ("    expires: 7d\n    reminder: {after: 2m}\n", ["R138"]),
])  # fmt: skip
def test_minutes_where_months_are_meant(more: str, codes: list[str]) -> None:
    assert [line[:4] for line in told(rule(more=more))] == codes


def test_the_hint_for_months_can_be_typed_in() -> None:
    assert told(rule(), policy=POLICY + "limits: [{id: a, max: 1, per: 1m}]") == [
        "R138 for months write 30d or calendar_month"
    ]


TEST = "tests: [{name: t, given: {events: [{at: 0h, type: order.refunded}]}, expect: [], because: no_rule_matched}]"


@pytest.mark.parametrize(("kind", "parts", "policy", "codes"), [
    ("order.refunded", [], "", ["R134"]), ("order.refunded", [TEST], "", []), ("call.completed", [], "", []),
    ("order.refunded", [], "types: [order.refunded, x]", []), ("x", [], "", []), ("order.arived", [], "", []),
    ("order.refunded", [], "consent: {given_by: order.refunded}", []),
])  # fmt: skip
def test_a_cancelling_type_that_nothing_names(
    kind: str, parts: list[str], policy: str, codes: list[str]
) -> None:
    text = rule(more=f"    cancel_on: {kind}\n")
    assert [line[:4] for line in told(text, *parts, policy=POLICY + policy)] == codes


SURVEY = """surveys:
  effort:
    metric: ces
    scale: [1, 5]
    polarity: lower_is_better
    texts:
      en:
        question: %s
        low: little
        high: much
"""
SENT = "rules: [{id: a, when: {type: x}, send: {survey: effort, channel: email}}]"


@pytest.mark.parametrize(("text", "hint"), [
    ("How was order #1 to you?", 'put quotes around it: "How was order #1 to you?"'),
    ("How was it # to you?", 'put quotes around it: "How was it # to you?"'),
    ('How was "it" #2?', 'put quotes around it: "How was \\"it\\" #2?"'),
    ("How was it? # asked since May", ""), ('"How was order #1?"', ""), ("How was order#1?", ""),
    ("How was it? # asked since May.", ""), ("How was it", ""),
])  # fmt: skip
def test_a_text_that_a_comment_cuts_short(text: str, hint: str) -> None:
    assert told(SENT, SURVEY % text) == ([f"R136 {hint}"] if hint else [])


@pytest.mark.parametrize(("policy", "hints"), [
    ("zone: UTC", ["R137 say in the policy `locale: {otherwise: en}`"]),
    ("locale: {otherwise: en}", []),
    ("locale: {otherwise: nl}", ["R137 add a text in nl, or let `otherwise` be en"]),
])  # fmt: skip
def test_customers_whom_no_text_is_for(policy: str, hints: list[str]) -> None:
    assert told(SENT, SURVEY % "How?", policy=policy) == hints


def test_a_survey_in_several_languages_may_refuse_all_others() -> None:
    assert told(rule(), policy="zone: UTC") == []


@pytest.mark.parametrize(("conditions", "hints"), [
    ("any: [{event.a: 1, event.b: 2}]",
     ["R139 begin each condition with `- ` on a line of its own, where one of them is enough"]),
    ("any: [{event.a: 1}]", ["R139 add another, or leave `any:` out"]),
    ("any: {event.a: 1}", ["R139 add another, or leave `any:` out"]),
    ("not: {all: [{any: [{event.a: 1}]}]}", ["R139 add another, or leave `any:` out"]),
    ("any: [{event.a: 1}, {event.b: 2}]", []), ("any: {event.a: 1, event.b: 2}", []),
])  # fmt: skip
def test_an_any_with_one_entry(conditions: str, hints: list[str]) -> None:
    assert told(rule(f"type: x, {conditions}")) == hints


ALERT = "alerts: [{id: a, when: {survey: nps, comment: {exists: true}}, send: {team: t}}]"


def test_an_alert_on_comments_that_are_dropped() -> None:
    assert told(ALERT, policy=POLICY + "scores: {comments: drop}") == [
        "R140 keep them there, or ask for the score here"
    ]
    assert told(ALERT) == []


MOVES = "journey: case\nsteps: {opened: {on: o}, solved: {on: s}, closed: {on: c, ends: true}}\norder: [opened, solved, closed]\n"


@pytest.mark.parametrize(
    ("step", "told_"), [("solved", True), ("closed", False), ("[solved, closed]", False)]
)
def test_a_rule_that_is_not_asked_while_its_own_journey_is_open(step: str, told_: bool) -> None:
    text = rule(f"journey: case, step: {step}") + "    unless: {customer.open: case}\n"
    files = SOURCES | {"policy.yaml": POLICY, "case.yaml": MOVES, "rules.yaml": text}
    found = check_texts({name: body.encode() for name, body in files.items()}).problems
    assert [one.code for one in found if one.code == "R082"] == (["R082"] if told_ else [])


@pytest.mark.parametrize(("conditions", "codes"), [
    ("type: customer.preferences.v1", ["R130"]), ("type: [customer.preferences.v1, x]", []),
    ("type: x, event.a: {gt: 1.000}", ["R129"]), ("type: x, event.a: {gt: 1.005}", []),
    ("type: x, event.a: {gt: 0.000}", []),
])  # fmt: skip
def test_more_that_is_not_what_it_looks(conditions: str, codes: list[str]) -> None:
    assert [line[:4] for line in told(rule(conditions))] == codes


def test_a_rule_whose_time_begins_in_another_age() -> None:
    text = rule(more="    active: {from: 2062-01-01}\n")
    encoded = {
        name: body.encode() for name, body in (SOURCES | {"policy.yaml": POLICY, "r.yaml": text}).items()
    }
    found = check_texts(encoded, [check_past(datetime(2026, 3, 1, tzinfo=UTC))]).problems
    assert "begins only on 2062-01-01" in next(one.message for one in found if one.code == "R130")


@pytest.mark.parametrize(("span", "hints"), [
    ("{from: solved, to: opened}", ["R132 write {from: opened, to: solved}"]),
    ("{from: opened, to: opened}", ["R132 name two steps"]), ("{from: opened, to: closed}", []),
])  # fmt: skip
def test_a_duration_that_goes_backwards(span: str, hints: list[str]) -> None:
    assert told(MOVES + f"effort: {{took: {{duration: {span}}}}}\n") == hints
    again = MOVES.replace("opened: {on: o}", "opened: {on: o, reopens: true}")
    assert told(again + f"effort: {{took: {{duration: {span}}}}}\n") == []


def test_a_limit_whose_parts_no_rule_has_together() -> None:
    other = "rules:\n  - {id: b, when: {type: y}, send: {survey: ces, channel: sms}}\n"
    quota = "quotas: [{id: q, survey: %s, channel: sms, max: 1, per: calendar_day}]"
    assert told(rule(), other, policy=POLICY + quota % "nps") == [
        "R132 leave one of them out, or name what a rule has"
    ]
    assert told(rule(), other, policy=POLICY + quota % "ces") == []
