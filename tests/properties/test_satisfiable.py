"""Whether conditions can hold together: what is said is never wrong, and the plain cases are decided."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.authoring.language.conditions import read_condition
from router.authoring.language.nodes import read
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import implies, satisfiable
from router.model.customer import Customer, Profile
from router.model.interaction import Interaction
from router.model.rules import All, AnyOf, Condition, Not
from router.model.rules import Test as Comparison
from router.rules.evaluate import compiled
from router.rules.facts import Facts
from tests.unit.core.builders import T0, Opened


def condition(text: str) -> Condition:
    problems = Problems()
    node = read("when.yaml", text.encode(), problems)
    assert node is not None
    found = read_condition(node, problems)
    problems.raise_if_any()
    return found


DECIDED: list[tuple[str, bool | None]] = [
    ("channel: web", True),
    ("all: [{channel: web}, {channel: app}]", False),
    ("all: [{channel: [web, app]}, {channel: [app, chat]}]", True),
    ("all: [{channel: [web, app]}, {channel: {not_in: [web, app]}}]", False),
    ("all: [{channel: web}, {not: {channel: web}}]", False),
    ("all: [{channel: web}, {channel: {exists: false}}]", False),
    ("channel: {ne: web, exists: true}", True),
    ("all: [{event.tier: gold}, {event.tier: silver}]", True),  # a list may hold both
    ("all: [{customer.open: complaint}, {customer.open: purchase}]", True),
    ("all: [{customer.open: complaint}, {customer.open: {ne: complaint}}]", False),
    ("customer.open: {exists: false}", False),
    ("event.amount: {gt: 100, lt: 50}", False),
    ("event.amount: {gt: 1, lt: 2}", True),
    ("event.amount: {gt: 2, lte: 2}", False),
    ("event.amount: {gte: 2, lte: 2}", True),
    ("event.amount: {between: [1, 5], gt: 5}", False),
    ("event.amount: {gt: 5, prefix: A}", False),
    ("event.name: {gt: a, lt: b}", True),
    ("event.name: {gt: b, lt: a}", False),
    ("event.code: {prefix: AB, suffix: YZ, contains: MN}", True),
    ("event.code: {prefix: AB, ne: AB}", True),
    ("event.code: {prefix: AB, eq: ABC}", True),
    ("channel: {prefix: we, eq: app}", False),
    ("event.code: {prefix: A, contains: B, matches: '^C'}", None),
    ("all: [{event.code: {matches: '^A'}}, {not: {event.code: {matches: '^A'}}}]", None),
    ("any: [{channel: web}, {event.amount: {gt: 2, lt: 1}}]", True),
]


@pytest.mark.parametrize(("text", "expected"), DECIDED)
def test_decided(text: str, expected: bool | None) -> None:
    assert satisfiable(condition(text)) is expected


def test_without_lists_an_attribute_has_one_value() -> None:
    both = condition("all: [{event.tier: gold}, {event.tier: silver}]")
    assert satisfiable(both, lists=False) is False


def test_conditions_with_too_many_branches_are_not_decided() -> None:
    wide = ", ".join(f"{{event.x: {n}}}" for n in range(65))
    assert satisfiable(condition(f"{{event.x: {{exists: true}}, any: [{wide}]}}")) is None
    deep = ", ".join(f"{{any: [{{event.a: {n}}}, {{event.b: {n}}}]}}" for n in range(7))
    assert satisfiable(condition(f"all: [{deep}]")) is None


def test_what_nothing_else_asks_about_is_met_by_itself() -> None:
    wide = ", ".join(f"{{event.f{n}: {n}}}" for n in range(200))
    assert satisfiable(condition(f"any: [{wide}]")) is True
    assert satisfiable(condition(f"all: [{{any: [{wide}]}}, {{channel: web}}, {{channel: app}}]")) is False
    assert satisfiable(AnyOf(())) is False
    assert satisfiable(Not(All(()))) is False


def test_implied() -> None:
    assert implies(condition("channel: web"), condition("channel: [web, app]"))
    assert not implies(condition("channel: [web, app]"), condition("channel: web"))
    assert implies(condition("event.amount: {gt: 10}"), condition("event.amount: {gte: 5}"))
    assert implies(condition("{channel: web, locale: nl}"), condition("locale: nl"))


VALUES = st.sampled_from([0, 1, 2, 3.5, "a", "ab", "b", True, False])
ORDERED = st.sampled_from([0, 1, 2, "a", "b"])
TESTS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Comparison, st.just("event.x"), st.sampled_from(["eq", "ne", "contains"]), VALUES),
    st.builds(Comparison, st.just("event.x"), st.sampled_from(["gt", "gte", "lt", "lte"]), ORDERED),
    st.builds(
        Comparison,
        st.just("event.x"),
        st.sampled_from(["in", "not_in"]),
        st.lists(VALUES, max_size=3).map(tuple),
    ),
    st.builds(
        Comparison,
        st.just("event.x"),
        st.sampled_from(["prefix", "suffix"]),
        st.sampled_from(["a", "b", "ab"]),
    ),
    st.builds(Comparison, st.just("event.x"), st.just("exists"), st.booleans()),
    st.builds(Comparison, st.just("channel"), st.sampled_from(["eq", "ne"]), st.sampled_from(["web", "app"])),
    st.builds(
        Comparison, st.just("customer.open"), st.sampled_from(["eq", "ne"]), st.sampled_from(["j", "k"])
    ),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
ACTUAL = st.one_of(
    st.none(), VALUES, st.lists(VALUES, max_size=3), st.text("abz", max_size=3), st.integers(-2, 5)
)
CHANNELS = st.sampled_from([None, "web", "app", "chat"])
OPEN = st.sampled_from([(), ("j",), ("k",), ("j", "k"), ("z",)])


def facts(value: Any, channel: str | None, open_journeys: tuple[str, ...]) -> Facts:
    one = Interaction("/test", "1", "x", T0, "c-1", channel=channel, attributes={"x": value})
    return Facts(one, Customer("c-1", profile=Profile()), None, Opened(open_journeys), T0)


@settings(max_examples=500)
@given(CONDITIONS, ACTUAL, CHANNELS, OPEN)
def test_what_cannot_hold_never_does(
    what: Condition, value: Any, channel: str | None, open_journeys: tuple[str, ...]
) -> None:
    if compiled(what)(facts(value, channel, open_journeys)):
        assert satisfiable(what) is not False
    else:
        assert satisfiable(Not(what)) is not False
