"""Whatever differs between two rule sets is told, and told as people write it: never as Python shows it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, StructMeta
from msgspec.structs import replace

from router.authoring.comparison.conditions import normal
from router.authoring.comparison.journeys import journey_changes, journey_words
from router.authoring.comparison.policy import policy_changes
from router.authoring.comparison.rules import rule_changes, rule_words
from router.authoring.comparison.surveys import survey_changes, survey_words
from router.model.journey import JourneyDefinition
from router.model.policy import Hours, NeverAskWhile, Policy, SpecialDay, WeekdayHours
from router.model.rules import All, AnyOf, Not, Position, Rule
from router.model.rules import Test as Comparison
from router.model.spelling import spelled
from router.model.survey import Survey

# Without capitals: a capital before a bracket or an equals sign is then Python's, not the author's. Without b: `b'` is
# then how Python begins bytes, not how a text in quotes ends.
TEXTS = st.text("acz07 .,'_-:{}\"é", max_size=8)
NAMES = st.sampled_from(["a", "b", "case_id", "7", "on", "order.x"])
VALUES = st.one_of(TEXTS, st.integers(-9, 9), st.booleans(), st.sampled_from([0.5, 1.0, -2.25]))
PYTHON = re.compile(r"[A-Z]\w*\(|datetime|timedelta|frozenset|\bTrue\b|\bFalse\b|\bNone\b|\(\)|<class|b'")

TESTS = st.one_of(
    st.builds(Comparison, NAMES, st.sampled_from(["eq", "ne", "gt", "contains"]), VALUES),
    st.builds(
        Comparison,
        NAMES,
        st.sampled_from(["in", "not_in"]),
        st.lists(VALUES, min_size=1, max_size=9).map(tuple),
    ),
    st.builds(Comparison, NAMES, st.just("exists"), st.booleans()),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
SECONDS: dict[Any, Callable[[int], Any]] = {
    timedelta: lambda seconds: timedelta(seconds=seconds),
    datetime: lambda seconds: datetime.fromtimestamp(1_800_000_000 + seconds, UTC),
    time: lambda seconds: datetime.fromtimestamp(seconds, UTC).time(),
}
CONDITION = Comparison | All | AnyOf | Not


def drawn(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of the model."""
    if kind in SECONDS:
        return st.integers(0, 200_000).map(SECONDS[kind])
    if get_origin(kind) is not None:
        return _compound(get_origin(kind), get_args(kind))
    if isinstance(kind, StructMeta):
        return _struct(kind)
    return SIMPLE.get(kind, st.from_type(kind))


SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: NAMES,
    int: st.integers(-3, 3_000),
    float: st.sampled_from([0.0, 0.015, 0.5, 1.0]),
}


def _compound(origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin is dict:
        return st.dictionaries(NAMES, drawn(arguments[1]), max_size=3)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return st.tuples(*map(drawn, arguments))
    if origin is tuple:
        entries = st.lists(drawn(arguments[0]), max_size=3)
        return entries.map(
            lambda found: tuple({getattr(one, "id", repr(one)): one for one in found}.values())
        )
    if origin not in (Union, UnionType):
        return st.from_type(origin[arguments])
    conditions = set(get_args(CONDITION))
    parts = [part for part in arguments if part is not Position and part not in conditions]
    return st.one_of(*map(drawn, parts), *([CONDITIONS] if conditions & set(arguments) else []))


def _struct(kind: StructMeta) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    fields = {name: drawn(hints[name]) for name in kind.__struct_fields__}
    if kind is Hours:
        fields["days"] = st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days)))
    if kind is WeekdayHours:
        fields["weekday"] = st.integers(0, 6)
    if kind is SpecialDay:
        fields["month"], fields["day"] = st.integers(1, 12), st.integers(1, 28)
    if kind is NeverAskWhile:
        # At least one, and each once, as they are read.
        found = st.lists(TESTS, min_size=1, max_size=2, unique_by=lambda one: repr(normal(one)))
        fields["conditions"] = found.map(tuple)
    return st.builds(kind, **fields)


def _named(found: JourneyDefinition) -> JourneyDefinition:
    """Steps and signals under their own names, as they are read."""
    steps = {name: replace(step, name=name) for name, step in found.steps.items()}
    signals = {signal.name: signal for signal in found.effort}
    return replace(found, steps=steps, effort=tuple(signals.values()))


def _well_named(kind: StructMeta, found: Any) -> Any:
    return _named(found) if kind is JourneyDefinition else found


Changes = Callable[[Any, Any], list[str]]
KINDS: list[tuple[StructMeta, Changes, Callable[[Any], list[str]]]] = [
    (Rule, rule_changes, rule_words),
    (Survey, survey_changes, survey_words),
    (JourneyDefinition, journey_changes, journey_words),
    (Policy, policy_changes, lambda _policy: []),
]


@pytest.mark.parametrize(("kind", "changes", "whole"), KINDS)
def test_no_line_is_python(kind: StructMeta, changes: Changes, whole: Callable[[Any], list[str]]) -> None:
    @settings(max_examples=50)
    @given(drawn(kind), drawn(kind))
    def holds(before: Any, after: Any) -> None:
        lines = [*changes(before, after), *whole(before)]
        assert [line for line in lines if PYTHON.search(line)] == []
        sides = [line.split(": ")[-1].split(" → ") for line in lines]
        assert [both for both in sides if len(both) > 1 and len(set(both)) == 1] == []

    holds()


@pytest.mark.parametrize(("kind", "changes", "whole"), KINDS)
def test_every_field_that_differs_is_told(
    kind: StructMeta, changes: Changes, whole: Callable[[Any], list[str]]
) -> None:
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        before = _well_named(kind, data.draw(drawn(kind)))
        field = data.draw(st.sampled_from([name for name in kind.__struct_fields__ if told(kind, name)]))
        after = _well_named(kind, replace(before, **{field: data.draw(drawn(get_type_hints(kind)[field]))}))
        differs = _meaning(kind, field, getattr(before, field)) != _meaning(
            kind, field, getattr(after, field)
        )
        assert bool(changes(before, after)) is differs, (field, changes(before, after))

    holds()


UNTOLD = {"id", "name", "position"}
"""What a thing is told by, and where it stands."""
ORDERLESS = {
    Rule: {"steps", "cancel_on"},
    JourneyDefinition: {"steps", "effort", "on", "types"},
    Survey: {"texts"},
    Policy: {"limits", "quotas", "rate_caps", "suppressed_by", "locales_promised", "channels", "types"}
    | {"consent_given_by", "consent_withdrawn_by", "days", "conditions", "exceptions"},
}


def told(kind: StructMeta, field: str) -> bool:
    """Whether a field is told when it differs. The facts of a survey are those that its texts name."""
    return field not in UNTOLD and (kind, field) != (Survey, "facts")


def _meaning(kind: StructMeta, field: str, value: Any) -> Any:
    """A value that equals another one where they mean the same."""
    if isinstance(value, CONDITION):
        return repr(normal(value))
    if isinstance(value, Struct):
        return [_meaning(kind, name, getattr(value, name)) for name in value.__struct_fields__]
    if isinstance(value, dict):
        return sorted((name, repr(_meaning(kind, name, held))) for name, held in value.items())
    if isinstance(value, tuple):
        found = [repr(_meaning(kind, "", held)) for held in value]
        return sorted(found) if field in ORDERLESS[kind] else found
    return repr(value)


@given(st.lists(VALUES, min_size=1, max_size=4), st.lists(VALUES, min_size=1, max_size=4))
def test_different_values_are_spelled_differently(one: list[Any], other: list[Any]) -> None:
    assert (spelled(one) == spelled(other)) is (repr(one) == repr(other))
