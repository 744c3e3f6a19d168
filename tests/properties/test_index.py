"""The index and the compiled closures find exactly the rules that a plain reading of their conditions finds."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from router.decide.decide import Situation, matching, moved
from router.model.customer import Customer, Profile
from router.model.journey import JourneyDefinition, StepDefinition
from router.model.policy import Policy
from router.model.rules import All, AnyOf, Condition, Not, Rule
from router.model.rules import Test as Comparison
from router.rules.evaluate import first_failure
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import T0, ask, event

TEXTS = st.sampled_from(["a", "b", "ab", ""])
NUMBERS = st.sampled_from([0, 1, 2, 1.0, 1.5])
PLAIN: st.SearchStrategy[Any] = TEXTS | NUMBERS | st.booleans()
FIELDS = st.sampled_from(
    ["type", "channel", "locale", "journey", "step", "event.x", "event.y.z", "customer.x", "customer.open"]
)
ORDERED: Any = st.tuples(NUMBERS, NUMBERS).map(lambda pair: tuple(sorted(pair)))


def comparisons(operators: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Comparison]:
    return st.builds(Comparison, FIELDS, st.sampled_from(operators), values)  # type: ignore[arg-type]


COMPARISONS = st.one_of(
    comparisons(["eq"], TEXTS | st.sampled_from(["order", "other", "j"])),
    comparisons(["eq", "ne", "contains"], PLAIN),
    comparisons(["in", "not_in"], st.lists(PLAIN, min_size=1, max_size=3).map(tuple)),
    comparisons(["gt", "gte", "lt", "lte"], TEXTS | NUMBERS),
    comparisons(["between"], ORDERED),
    comparisons(["prefix", "suffix"], TEXTS),
    comparisons(["matches"], st.sampled_from(["^a", "b$", "."])),
    comparisons(["exists"], st.booleans()),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)
STEPS = st.sampled_from([(), ("one",), ("one", "two"), ("two",)])


@st.composite
def rule(draw: st.DrawFn, name: str) -> Rule:
    journey = draw(st.sampled_from([None, "j", "k"]))
    steps = draw(STEPS) if journey else ()
    return ask(name, journey=journey, steps=steps, when=draw(CONDITIONS), priority=draw(st.integers(0, 2)))


RULES = st.integers(0, 7).flatmap(lambda count: st.tuples(*(rule(f"r{number}") for number in range(count))))
VALUES = PLAIN | st.none() | st.lists(PLAIN, max_size=3)
MAYBE = st.none() | TEXTS
JOURNEYS = [
    JourneyDefinition(name, {step: StepDefinition(step, (kind,)) for step, kind in steps.items()})
    for name, steps in {"j": {"one": "order", "two": "other"}, "k": {"two": "order"}}.items()
]


@settings(max_examples=150, deadline=None)
@given(RULES, st.sampled_from(["order", "other", "a"]), MAYBE, VALUES, VALUES, VALUES)
def test_index_equals_the_plain_reading(
    given_rules: tuple[Rule, ...], kind: str, channel: str | None, x: Any, z: Any, own: Any
) -> None:
    known = RuleSet(JOURNEYS, list(given_rules), {}, Policy())
    interaction = event(kind, channel=channel, x=x, y={"z": z})
    customer = Customer("c-1", profile=Profile(attributes={"x": own}))
    after, moves, _ = moved(interaction, customer, known, T0)
    situation = Situation(interaction, after, known, T0, moves, {})
    assert [entry.rule.id for entry, _ in matching(situation)] == plain(given_rules, situation)


def plain(given_rules: tuple[Rule, ...], situation: Situation) -> list[str]:
    """Every rule looked at, one by one."""
    found = []
    for rule in sorted(given_rules, key=lambda rule: (-rule.priority, rule.id)):
        if rule.journey is None:
            journeys = [None]
        else:
            journeys = [
                move.journey
                for move in situation.moves
                if move.movement == "entered"
                and move.journey.name == rule.journey
                and (not rule.steps or move.step in rule.steps)
            ]
        found += [rule.id for one in journeys if first_failure(rule.when, situation.facts(one)) is None]
    return found


def test_rules_are_ranked_by_priority_and_then_by_id() -> None:
    known = RuleSet([], [ask("b", priority=1), ask("c", priority=2), ask("a", priority=1)], {}, Policy())
    assert [entry.rule.id for entry in known.index.rules] == ["c", "a", "b"]


def test_a_field_tested_twice_must_pass_both_tests() -> None:
    both = All((Comparison("channel", "in", ("a", "b")), Comparison("channel", "eq", "b")))
    known = RuleSet([], [ask(when=both)], {}, Policy())
    for channel, expected in (("a", 0), ("b", 1)):
        interaction = event("x", channel=channel)
        situation = Situation(interaction, Customer("c-1"), known, T0, (), {})
        assert len(matching(situation)) == expected


def test_more_fields_than_the_index_holds_are_tested_all_the_same() -> None:
    parts = tuple(Comparison(f"event.f{number}", "eq", "x") for number in range(20))
    known = RuleSet([], [ask(when=All(parts))], {}, Policy())
    complete = {f"f{number}": "x" for number in range(20)}
    for facts, expected in ((complete, 1), (complete | {"f19": "y"}, 0), (complete | {"f0": "y"}, 0)):
        assert len(matching(Situation(event("x", **facts), Customer("c-1"), known, T0, (), {}))) == expected


def test_a_type_that_no_rule_can_mean_is_not_recognised() -> None:
    both = All((Comparison("type", "eq", "a"), Comparison("type", "in", ("b", "c"))))
    known = RuleSet([], [ask(when=both)], {}, Policy())
    assert [known.index.for_type(kind) for kind in ("a", "b", "d")] == [0, 0, 0]
