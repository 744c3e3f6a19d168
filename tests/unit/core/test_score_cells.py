"""What responses change in the scores: exactly their cells."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from router.decide.score_cells import BASES, score_changes
from router.model.cells import ALL
from router.model.responses import AskedContext, ResponseRow

ZONE = ZoneInfo("Europe/Amsterdam")
ASKED = AskedContext(
    survey="ces",
    metric="ces",
    scale=(1, 5),
    polarity="lower_is_better",
    text_version="2",
    presentation="likert",
    rule="ask",
    revision=3,
    happened_at=datetime(2026, 11, 1, 23, 30, tzinfo=UTC),
    journey="complaint",
    step="resolved",
    channel=" phone ",
    attributes={"agent_id": "7"},
)
ANSWERED = datetime(2026, 11, 3, 12, tzinfo=UTC)
NAME = UUID(int=1)
ANSWER = ResponseRow("ann", NAME, NAME, ASKED, "counted", ANSWERED, ANSWERED, asked_on="email", score=2)


def test_a_response_counts_by_both_days_and_by_each_attribute() -> None:
    cells = score_changes(None, ANSWER, ZONE)
    assert {(cell.basis, cell.day) for cell in cells} == {
        ("happened", date(2026, 11, 2)),
        ("answered", date(2026, 11, 3)),
    }
    values = {ALL: "", "agent_id": "7", "asked_on": "email", "hour": "00"}
    assert sorted((cell.basis, cell.attribute, cell.value) for cell in cells) == sorted(
        (basis, attribute, value) for basis in BASES for attribute, value in values.items()
    )
    assert {cell.counts for cell in cells} == {(0, 1, 0, 0, 0)}
    assert {(cell.journey, cell.step, cell.channel, cell.rule, cell.revision) for cell in cells} == {
        ("complaint", "resolved", "phone", "ask", 3)
    }


def test_a_later_answer_takes_the_place_of_the_one_before() -> None:
    corrected = replace(ANSWER, score=5)
    assert {cell.counts for cell in score_changes(ANSWER, corrected, ZONE)} == {(0, -1, 0, 0, 1)}
    assert score_changes(ANSWER, replace(ANSWER, answers=2), ZONE) == []


def test_one_that_does_not_count_changes_nothing_and_an_exclusion_takes_away() -> None:
    assert score_changes(None, replace(ANSWER, status="too_late"), ZONE) == []
    excluded = replace(ANSWER, status="excluded")
    taken = score_changes(ANSWER, excluded, ZONE)
    added = score_changes(excluded, ANSWER, ZONE)
    assert {cell.counts for cell in taken} == {(0, -1, 0, 0, 0)}
    assert [replace(cell, counts=()) for cell in taken] == [replace(cell, counts=()) for cell in added]
