"""Answers in any order, in any batches: the same response."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet
from tests.unit.core.answers import FALLBACK, REMINDER, ROOT, answer, ask, in_batches
from tests.unit.core.builders import rules

SCORES: Any = st.one_of(st.none(), st.integers(-1, 7), st.sampled_from([2.5, "3", True, 10**12]))
ANSWERS = st.lists(
    st.builds(
        lambda hour, score, to, comment: answer(f"{hour}h", score, to=to, comment=comment),
        st.integers(0, 20 * 24),
        SCORES,
        st.sampled_from([ROOT, REMINDER, FALLBACK]),
        st.sampled_from([None, "fine"]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.id,
)
ASKS = (
    ask(at="5h", state="bounced"),
    ask(FALLBACK, "2d", channel="sms"),
    ask(REMINDER, "6d", channel="letter"),
)


@pytest.fixture(scope="module")
def plain() -> RuleSet:
    return rules()


def cut(answers: list[Interaction], places: set[int]) -> list[list[Interaction]]:
    ends = [0, *sorted(place % (len(answers) + 1) for place in places), len(answers)]
    return [answers[begin:end] for begin, end in pairwise(ends)]


@settings(max_examples=200, deadline=None)
@given(answers=ANSWERS, data=st.data(), places=st.sets(st.integers(0, 8), max_size=3))
def test_order_and_batches_change_nothing(
    plain: RuleSet, answers: list[Interaction], data: st.DataObject, places: set[int]
) -> None:
    row = in_batches(plain, [answers], *ASKS)
    other = in_batches(plain, cut(data.draw(st.permutations(answers)), places), *ASKS)
    assert row is not None
    assert other is not None
    assert other == row
    assert row.answers == len(answers)


@settings(max_examples=100, deadline=None)
@given(answers=ANSWERS)
def test_the_one_that_stands_is_the_latest_of_those_that_count(
    plain: RuleSet, answers: list[Interaction]
) -> None:
    """The slow plain reading: each answer judged alone, the latest that counts, else the latest."""
    alone = [row for one in answers if (row := in_batches(plain, [[one]], *ASKS)) is not None]
    counted = [row for row in alone if row.status == "counted"] or alone
    expected = max(counted, key=lambda row: (row.answered_at, row.key))
    assert in_batches(plain, [answers], *ASKS) == replace(expected, answers=len(answers))
