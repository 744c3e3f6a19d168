"""Signals of the customer and `never_ask_while` as authors write them: what is refused, where, and with which hint."""

import pytest

from router.authoring.language.load import check_texts
from router.authoring.ruletest import judged
from tests.unit.core.builders import ALLOW, SURVEYS

SIGNALS = "customer:\n  calls_7d: {count: [call], within: 7d}\n  last_call: {last: [call]}\n"
RULES = "rules:\n  - {id: ask, when: {type: asked%s}, send: {survey: nps, channel: email}}\n"


def told(policy: str, when: str = "", tests: str = "") -> list[tuple[str, int, str, str | None]]:
    files = {
        "policy.yaml": ALLOW + policy,
        "rules.yaml": RULES % when,
        "surveys.yaml": SURVEYS,
        "tests.yaml": tests,
    }
    checked = check_texts({name: text.encode() for name, text in files.items() if text})
    found = [one for one in checked.problems if one.code != "R094"]
    return [(one.code, one.position.column, one.message, one.hint) for one in found]


MISTAKES = [
    ("never_ask_while: {except: [ask]}", "", "R145", "such as `customer.open: [bereavement]`"),
    ("never_ask_while: {event.a: {gt: 8, lt: 6}}", "", "R146", "remove it, or put right what it asks"),
    ("never_ask_while: {any: [{event.a: 1}, {not: {event.a: 1}}]}", "", "R147", "narrow it, or remove it"),
    ("never_ask_while: {event.a: 1, except: [aks]}", "", "R102", "did you mean 'ask'?"),
    (
        "never_ask_while: {event.a: 1}",
        ", event.a: 1",
        "R148",
        "write `except: [ask]` under `never_ask_while`",
    ),
    ("customer: {calls: {count: [call]}}", "", "R149", "add `within: 30d`"),
    ("customer: {last: {last: [call], within: 3d}}", "", "R149", "write `{within: 3d}`"),
    ("customer: {zone: {last: [call]}}", "", "R150", "a name of its own"),
    (SIGNALS + "attributes: {customer: [calls_7d]}", "", "R150", "another name"),
    (SIGNALS, ", customer.calls_7d: '3'", "R151", "write 3 without quotes"),
    (SIGNALS, ", customer.calls_7d: {exists: true}", "R151", "such as `{gte: 3}`"),
    (SIGNALS, ", customer.last_call: {gte: 30}", "R151", "write `{longer_ago_than: 30d}`"),
    (SIGNALS, ", channel: {within: 3d}", "R151", "ask it of a date"),
    (SIGNALS, ", customer.call_7d: {gte: 3}", "R152", "did you mean `customer.calls_7d`?"),
    (SIGNALS + "limits: [{id: a, max: 1, per: 1d, same: customer.calls_7d}]", "", "R066", "leave it out"),
]


@pytest.mark.parametrize(("policy", "when", "code", "hint"), MISTAKES)
def test_one_mistake_has_one_message(policy: str, when: str, code: str, hint: str) -> None:
    (found,) = told(policy + "\n", when)
    assert found[0] == code
    assert hint in str(found[3])


def test_a_list_says_how_to_write_it() -> None:
    (found,) = told("never_ask_while:\n  - customer.open: [a]\n")
    assert (found[0], found[1]) == ("R012", 3)


@pytest.mark.parametrize(
    "policy",
    [
        SIGNALS + "never_ask_while: {customer.calls_7d: {gte: 3}, customer.last_call: {within: 1d}}\n",
        SIGNALS + "attributes: {customer: [segment], event: [a]}\nnever_ask_while: {customer.calls_7d: 3}\n",
    ],
)
def test_what_is_right_is_free_of_problems(policy: str) -> None:
    assert told(policy) == []


GIVEN = """tests:
  - name: given
    given: {customer: {locale: en, %s}, events: [{at: 0h, type: asked}]}
    expect: %s
"""


def test_a_test_gives_signals_and_is_told_where_they_are_none() -> None:
    (count,) = told(SIGNALS, tests=GIVEN % ("calls_7d: many", "[{rule: ask}]"))
    (last,) = told(SIGNALS, tests=GIVEN % ("last_call: 2026-01-01", "[{rule: ask}]"))
    assert (count[0], count[3]) == ("R151", "a whole number from 0 to 256")
    assert (last[0], last[3]) == ("R151", "write how long ago it was, such as `40d`")
    assert told(SIGNALS, tests=GIVEN % ("calls_7d: 3, last_call: 2d", "[{rule: ask}]")) == []


@pytest.mark.parametrize(
    ("week", "month", "asked"), [(3, 5, True), (3, 3, True), (0, 5, True), (3, 4, False)]
)
def test_windows_of_one_type_are_given_together(week: int, month: int, asked: bool) -> None:
    signals = (
        "customer:\n  calls_7d: {count: [call], within: 7d}\n  calls_30d: {count: [call], within: 30d}\n"
    )
    wanted = 3 if week else 0
    when = f", customer.calls_7d: {{gte: {wanted}, lte: {wanted}}}, customer.calls_30d: {{in: [3, 5]}}"
    given = f"{{customer: {{calls_7d: {week}, calls_30d: {month}}}, events: [{{at: 0h, type: asked, channel: email}}]}}"
    story = f"tests:\n  - {{name: t, given: {given}, expect: [{{rule: ask}}]}}\n"
    files = {"p.yaml": ALLOW + signals, "r.yaml": RULES % when, "s.yaml": SURVEYS, "t.yaml": story}
    checked = check_texts({name: text.encode() for name, text in files.items()})
    assert checked.rules is not None, checked.errors
    (judgement,) = judged(checked.tests, checked.rules)
    assert judgement.passed is asked
