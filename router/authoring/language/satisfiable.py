"""Whether conditions can hold together: by trying values that stand for all others.

A condition is taken apart into branches of which one must hold, a branch into the tests of each field. For the
tests of one field a few values decide: those they name, their neighbours, a text of the wanted shape, one that
nobody names, and none at all.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any, Final

from router.model.rules import AGO, All, AnyOf, Condition, Not, Test
from router.rules.evaluate import comparison
from router.rules.facts import MISSING

MAX_BRANCHES: Final = 64
"""Branches looked at; conditions with more are not decided."""

OPEN: Final = "customer.open"

_Literal = tuple[Test, bool]
_FRESH: Final = "\uffff"  # no letter: a text that no author names
_SCALARS: Final = (
    "type",
    "source",
    "channel",
    "locale",
    "journey",
    "step",
    "customer.locale",
    "customer.zone",
)
_SHAPES: Final = ("prefix", "suffix", "contains")
_ORDERS: Final = ("gt", "gte", "lt", "lte", "between")


def satisfiable(*conditions: Condition, lists: bool = True) -> bool | None:
    """Whether all conditions can hold for one interaction; None where that is not decided.

    With `lists`, attributes of interactions and customers may be lists, which equal any of their members.
    """
    whole = All(conditions)
    uses = Counter(test.field for test in tests_of(whole))
    repeated = frozenset(field for field, times in uses.items() if times > 1 or field == OPEN)
    needed = _needed(whole, True, repeated)
    if needed is None:
        return True
    branches = _branches(needed, positive=True)
    if branches is None:
        return None
    undecided = False
    for branch in branches:
        answer = _branch_holds(branch, lists)
        if answer:
            return True
        undecided = undecided or answer is None
    return None if undecided else False


def implies(condition: Condition, other: Condition, *, lists: bool = True) -> bool:
    """Whether the other surely holds whenever the condition does."""
    return satisfiable(condition, Not(other), lists=lists) is False


def tests_of(condition: Condition) -> Iterator[Test]:
    """The tests of a condition, at any depth, in order."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    else:
        for part in condition.parts:
            yield from tests_of(part)


def _needed(condition: Condition, positive: bool, repeated: frozenset[str]) -> Condition | None:
    """The condition without what can be met by itself, since nothing else asks about the field; None: nothing left."""
    if isinstance(condition, Test):
        return condition if condition.field in repeated else None
    if isinstance(condition, Not):
        inner = _needed(condition.part, not positive, repeated)
        return Not(inner) if inner is not None else None
    parts = [_needed(part, positive, repeated) for part in condition.parts]
    left = tuple(part for part in parts if part is not None)
    if isinstance(condition, AnyOf) is positive:
        return type(condition)(left) if len(left) == len(parts) else None
    return type(condition)(left) if left else None


def _branches(condition: Condition, positive: bool) -> list[tuple[_Literal, ...]] | None:
    """The disjunctive form; None where it has too many branches."""
    if isinstance(condition, Test):
        return [((condition, positive),)]
    if isinstance(condition, Not):
        return _branches(condition.part, not positive)
    inner = [_branches(part, positive) for part in condition.parts]
    known = [branches for branches in inner if branches is not None]
    if len(known) < len(inner):
        return None
    if isinstance(condition, AnyOf) is positive:
        either = [branch for branches in known for branch in branches]
        return either if len(either) <= MAX_BRANCHES else None
    size = 1
    for branches in known:
        size *= len(branches)
        if size > MAX_BRANCHES:
            return None
    return [tuple(literal for branch in chosen for literal in branch) for chosen in product(*known)]


def _branch_holds(branch: tuple[_Literal, ...], lists: bool) -> bool | None:
    fields: dict[str, list[_Literal]] = {}
    for literal in branch:
        fields.setdefault(literal[0].field, []).append(literal)
    undecided = False
    for field, literals in fields.items():
        if len(literals) == 1 and field != OPEN:
            continue
        answer = _field_holds(field, literals, lists)
        if answer is False:
            return False
        undecided = undecided or answer is None
    return None if undecided else True


def _field_holds(field: str, literals: list[_Literal], lists: bool) -> bool | None:
    """Whether one value, or none, passes all tests of a field."""
    tests = [(comparison(test), positive) for test, positive in literals]
    may_list = field == OPEN or (lists and field not in _SCALARS and not field.startswith("journey."))
    for value in _values(field, literals, may_list):
        if all(holds(value) is positive for holds, positive in tests):
            return True
    return False if _decided(literals, may_list) else None


def _values(field: str, literals: list[_Literal], may_list: bool) -> Iterator[Any]:
    named = list(_named(literals))
    plain = [*named, *_neighbours(named), *_shaped(literals), _FRESH, True, False, 0]
    if field != OPEN:
        yield MISSING
        yield from plain
    if may_list:
        excluding = [
            (test, positive)
            for test, positive in literals
            if test.operator in (("ne", "not_in") if positive else ("eq", "in"))
        ]
        excluded = list(_named(excluding))
        allowed = [value for value in plain if not any(_same(value, other) for other in excluded)]
        yield []
        yield allowed
        yield from ([value] for value in plain)


def _named(literals: Sequence[_Literal]) -> Iterator[Any]:
    for test, _ in literals:
        if test.operator in ("exists", "matches"):
            continue
        if isinstance(test.value, tuple | list):
            yield from test.value
        else:
            yield test.value


def _neighbours(named: list[Any]) -> Iterator[Any]:
    """Values below, between and above those named."""
    numbers = sorted(
        {value for value in named if isinstance(value, int | float) and not isinstance(value, bool)}
    )
    if numbers:
        yield from (numbers[0] - 1, numbers[-1] + 1)
        yield from ((low + high) / 2 for low, high in pairwise(numbers))
    yield ""
    # The text right behind it: nothing lies between the two.
    yield from (value + "\0" for value in named if isinstance(value, str))


def _shaped(literals: list[_Literal]) -> Iterator[str]:
    """Texts with every wanted beginning, part and end."""
    wanted: dict[str, list[str]] = {shape: [""] for shape in _SHAPES}
    for test, positive in literals:
        if positive and test.operator in _SHAPES and isinstance(test.value, str):
            wanted[test.operator].append(test.value)
    start, end = max(wanted["prefix"], key=len), max(wanted["suffix"], key=len)
    middle = "".join(wanted["contains"])
    yield start + middle + end
    yield start + _FRESH + middle + end


def _decided(literals: list[_Literal], may_list: bool) -> bool:
    """Whether the values tried stand for all there are."""
    if any(_one_of_few(test, positive, may_list) for test, positive in literals):
        return True
    operators = {test.operator for test, _ in literals}
    # Ages, which are tried as numbers, are of the same moments that other operators compare as texts.
    if "matches" in operators or (operators.intersection(AGO) and operators - {*AGO, "exists"}):
        return False
    if not operators.intersection(_SHAPES):
        return True
    ordered_texts = any(
        test.operator in _ORDERS and isinstance(value, str) for test, _ in literals for value in _each(test)
    )
    negative = any(not positive and test.operator in _SHAPES for test, positive in literals)
    return not ordered_texts and not negative


def _one_of_few(test: Test, positive: bool, may_list: bool) -> bool:
    """Whether the test alone leaves only values that are tried."""
    if test.operator == "exists":
        return positive is not test.value
    return positive and not may_list and test.operator in ("eq", "in")


def _each(test: Test) -> Sequence[Any]:
    return test.value if isinstance(test.value, tuple | list) else (test.value,)


def _same(value: Any, other: Any) -> bool:
    """Equality as conditions have it: true is not 1."""
    return bool(value == other) and isinstance(value, bool) is isinstance(other, bool)
