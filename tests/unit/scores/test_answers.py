"""Which answers count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from router.scores.answers import Answer, Answers, cells, counted, read_score
from tests.unit.scores.questions import CES_2, CSAT, NPS

ASKED = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIRST = Answer("1", "i", ASKED, ASKED + timedelta(days=5), CES_2, 3, ("2026-03-02", "resolved"))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (0, 0),
        (10, 10),
        (7.0, 7),
        (None, "no_score"),
        ("7", "not_a_number"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        ([7], "not_a_number"),
        (Decimal(7), "not_a_number"),
        (6.5, "not_whole"),
        (10.000001, "not_whole"),
        (11, "off_scale"),
        (-1, "off_scale"),
        (10**400, "off_scale"),
        (1e300, "off_scale"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_value_is_a_score_or_there_is_a_reason(value: object, found: object) -> None:
    assert read_score(NPS, value) == found
    assert type(read_score(NPS, value)) is type(found)


def test_nought_is_no_score_where_the_scale_begins_at_one() -> None:
    assert read_score(CSAT, 0) == "off_scale"


def test_counts_that_are_not_of_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="no counts"):
        Answers(CSAT, (1, 2, 3))
    with pytest.raises(ValueError, match="no counts"):
        Answers(CSAT, (1, 2, 3, 4, -1))
    with pytest.raises(ValueError, match="not on the scale"):
        Answers.of(CSAT, [6])


def test_more_than_there_are_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="no counts"):
        Answers.of(CSAT, [1, 2]) - Answers.of(CSAT, [3])


def test_the_latest_answer_in_time_counts() -> None:
    later = replace(FIRST, id="2", answered_at=ASKED + timedelta(days=1), score=6)
    too_late = replace(FIRST, id="3", answered_at=FIRST.respond_by, score=7)
    assert counted([later, too_late, FIRST]) == {"i": later}
    assert counted([too_late]) == {}


def test_of_two_answers_at_one_moment_the_same_counts_always() -> None:
    twin = replace(FIRST, id="2", score=6)
    assert counted([FIRST, twin]) == counted([twin, FIRST]) == {"i": twin}


def test_two_questions_share_no_cell() -> None:
    new_text = replace(CES_2, text_version="2")
    other = replace(FIRST, id="2", invitation="j", question=new_text, score=5)
    found = cells(counted([FIRST, other]))
    assert found == {
        (CES_2, FIRST.cell): Answers.of(CES_2, [3]),
        (new_text, FIRST.cell): Answers.of(new_text, [5]),
    }
