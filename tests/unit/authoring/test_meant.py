"""Values that hold for something else than their author means: a warning each, and none where it is meant so."""

import pytest

from router.authoring.language.load import check_texts
from tests.unit.core.builders import SURVEYS


def found(*texts: str) -> list[tuple[str, str]]:
    """The codes among R087, R097 and R099 that these files are told, with their hints."""
    files = {f"{number}.yaml": text.encode() for number, text in enumerate(texts)}
    checked = check_texts({**files, "surveys.yaml": SURVEYS.encode()})
    return [(one.code, one.hint or "") for one in checked.problems if one.code in ("R087", "R097", "R099")]


def codes(condition: str) -> list[str]:
    rule = (
        f"rules:\n  - id: a\n    when: {{type: x, {condition}}}\n    send: {{survey: nps, channel: email}}\n"
    )
    return [code for code, _ in found(rule)]


FIELDS = [
    "event.a: {ne: event.b}",
    "event.a: event.b",
    "event.a: [x, event.b.c]",
    "event.a: {gt: journey.count}",
    "customer.a: {eq: customer.b}",
    "event.a: '{{ event.b }}'",
    "event.a: '${event.b}'",
    "not: {event.a: event.b}",
    "any: [{event.a: event.b}]",
]
TYPES = ["source: /crm*", "event.a: order.*", "event.a: '*'", "event.a: [a, 'b*']", "event.a: '*-late'"]
NUMBERS = [
    "event.a: +31201234567",
    "event.a: [+7]",
    "event.a: {gt: +7}",
    "event.a: 4711001234",
    "event.a: {ne: 4711001234}",
    "event.a: [1, 4711001234]",
    "event.a: 3.10",
    "event.a: {in: [1.00]}",
]
MEANT = [
    "event.a: {ne: solved_by}",
    "event.a: event",
    "event.a: 'the event.b'",
    "event.a: {matches: 'event.b'}",
    "event.a: {exists: true}",
    "event.a: 'Inc.'",
    "event.a: '50%'",
    "event.a: 'a * b'",
    "event.a: {matches: 'order.*'}",
    "event.a: {prefix: order.}",
    "event.a: 471100123",
    "event.a: {gte: 10000000000}",
    "event.a: '4711001234'",
    "event.a: [4711001234, '4711001234']",
    "event.a: 3.5",
    "event.a: -7",
    "event.a: 0",
]


@pytest.mark.parametrize("condition", FIELDS)
def test_a_field_where_a_value_stands(condition: str) -> None:
    assert codes(condition) == ["R097"]


@pytest.mark.parametrize("condition", TYPES)
def test_a_wildcard_in_a_condition(condition: str) -> None:
    assert codes(condition) == ["R087"]


@pytest.mark.parametrize("condition", NUMBERS)
def test_a_number_that_is_meant_as_text(condition: str) -> None:
    assert codes(condition) == ["R099"]


@pytest.mark.parametrize("condition", MEANT)
def test_what_is_meant_so_is_let_be(condition: str) -> None:
    assert codes(condition) == []


@pytest.mark.parametrize(("kind", "hint"), [
    ("order.*", "write `type: {prefix: order.}`"),
    ("order.", "write `type: {prefix: order.}`"),
    ("order%", "write `type: {prefix: order}`"),
    ("'*.placed'", "write `type: {matches: …}`"),
])  # fmt: skip
def test_a_type_that_stands_for_many(kind: str, hint: str) -> None:
    rule = f"rules:\n  - {{id: a, when: {{type: {kind}}}, send: {{survey: nps, channel: email}}}}\n"
    assert found(rule) == [("R087", hint)]


@pytest.mark.parametrize(
    "text",
    [
        "journey: j\nsteps: {one: {on: order.*}}\norder: [one]\n",
        "journey: j\nsteps: {one: {on: [a, 'order.*']}}\norder: [one]\n",
        "journey: j\nsteps: {one: {on: a}}\norder: [one]\neffort: {n: {count: call.*}}\n",
        "consent: {withdrawn_by: consent.*}\n",
        "suppressed_by: {opted_out: [goodbye.*]}\n",
        "rules:\n  - {id: a, when: {type: x}, send: {survey: nps, channel: email}, cancel_on: order.*}\n",
    ],
)
def test_a_wildcard_where_types_are_named(text: str) -> None:
    assert found(text) == [("R087", "list the types one by one")]


def test_types_that_begin_as_fields_do_are_types() -> None:
    rule = "rules:\n  - {id: a, when: {type: [customer.left, journey.expired]}, send: {survey: nps, channel: email}}\n"
    assert found(rule) == []


def test_a_number_with_a_sign_in_a_test_is_told_too() -> None:
    text = (
        "rules:\n  - {id: a, when: {type: x}, send: {survey: nps, channel: email}}\n"
        "tests:\n  - name: one\n    given: {customer: {consent: [email]}, events: [{at: 0h, type: x, phone: +31201234567}]}\n"
        "    expect: [{rule: a}]\n"
    )
    rules, tests = text.split("tests:\n")
    assert [code for code, _ in found(rules, "tests:\n" + tests)] == ["R099"]
