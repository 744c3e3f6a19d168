"""Rows of an older tool: each is a response, or has its line, its column and a reason."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from router.authoring.language.load import load_directory
from router.insights.imported import Importing, Plan, Trouble, WrongMapping, checked
from router.model.responses import ResponseRow
from router.settings.settings import shipped_rules

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = load_directory(shipped_rules())
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
COLUMNS = {"score": "Rating", "answered_at": "Date", "step": "Step", "customer": "Who"}
VALUES = {"survey": "ces-2.0", "journey": "complaint"}


def read(*rows: dict[str, Any], dates: Any = None, **more: str) -> list[ResponseRow | Trouble]:
    importing = Importing(Plan("old", COLUMNS | more, VALUES, AMSTERDAM, dates), RULES, NOW)
    given = [{"Rating": "6", "Date": "2026-01-02", "Step": "resolved", "Who": "c-1"} | row for row in rows]
    return [importing.read(line, row) for line, row in enumerate(given, start=2)]


@pytest.mark.parametrize("text", ["6", " 6 ", "6.0", "6,0", 6, 6.0])
def test_a_whole_score_is_read_as_people_write_it(text: Any) -> None:
    (row,) = read({"Rating": text})
    assert isinstance(row, ResponseRow)
    assert (row.score, row.status, row.imported) == (6, "counted", "old")
    assert (row.context.survey, row.context.journey, row.context.step) == ("ces-2.0", "complaint", "resolved")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Rating", "6,5", "6,5 is not whole, and ces-2.0 has whole answers from 1 to 7."),
        ("Rating", "8", "8 is not on the scale of ces-2.0, which is 1 to 7."),
        ("Rating", "0", "0 is not on the scale of ces-2.0, which is 1 to 7."),
        ("Rating", "seven", "'seven' is no number."),
        ("Rating", "NaN", "'NaN' is no number."),
        ("Rating", "1e9", "'1e9' is no number."),
        ("Rating", "", "It has no score."),
        ("Rating", None, "It has no score."),
        ("Rating", True, "'True' is no number."),
        ("Rating", float("nan"), "nan is no number."),
        ("Rating", [6], "It is neither text nor a number."),
        ("Date", "", "It has no time of the answer."),
        ("Date", "yesterday", "'yesterday' is no date: write 2026-03-31 or 2026-03-31T14:05:00+02:00."),
        (
            "Date",
            "03/04/2025",
            "'03/04/2025' may be read in two ways: say with --dates dmy or --dates mdy which comes first.",
        ),
        ("Date", "2026-03-02", "'2026-03-02' is in the future."),
        ("Who", "x" * 513, "It has 513 characters, and may have 512."),
    ],
)
def test_what_is_no_response_has_a_column_and_a_reason(column: str, value: Any, reason: str) -> None:
    assert read({column: value}) == [Trouble(2, column, reason)]


def test_a_name_that_the_rules_do_not_have_is_refused_with_the_one_that_was_meant() -> None:
    (trouble,) = read({"Step": "resolvd"})
    assert isinstance(trouble, Trouble)
    assert trouble.column == "Step"
    assert "did you mean resolved?" in trouble.reason


@pytest.mark.parametrize(
    ("text", "dates", "at"),
    [
        ("2025-12-31", None, "2025-12-30T23:00:00+00:00"),
        ("2025-07-31T14:05", None, "2025-07-31T12:05:00+00:00"),
        ("2025-07-31T14:05:00-05:00", None, "2025-07-31T19:05:00+00:00"),
        ("2025-07-31 14:05:00Z", None, "2025-07-31T14:05:00+00:00"),
        ("31/12/2025", "dmy", "2025-12-30T23:00:00+00:00"),
        ("12/31/25 08:00", "mdy", "2025-12-31T07:00:00+00:00"),
        ("31-12-2025, 8:05:09", "dmy", "2025-12-31T07:05:09+00:00"),
    ],
)
def test_times_without_a_zone_are_those_of_the_policy(text: str, dates: Any, at: str) -> None:
    (row,) = read({"Date": text}, dates=dates)
    assert isinstance(row, ResponseRow), row
    assert row.answered_at.isoformat() == at


def test_a_date_in_the_wrong_order_is_told() -> None:
    (trouble,) = read({"Date": "12/31/2025"}, dates="dmy")
    assert trouble == Trouble(2, "Date", "'12/31/2025' is no day that is written as dmy: check --dates.")


def test_a_row_that_is_there_twice_is_one_response() -> None:
    first, again, other = read({}, {}, {"Who": "c-2"})
    assert isinstance(first, ResponseRow)
    assert isinstance(other, ResponseRow)
    assert isinstance(again, Trouble)
    assert again.reason.startswith("It repeats line 2: where both are real")


def test_an_id_tells_rows_apart_and_is_known_again_in_another_file() -> None:
    first, second, again = read({"Key": "a"}, {"Key": "b"}, {"Key": "a", "Rating": "1"}, id="Key")
    assert again == Trouble(4, "Key", "It has the id of line 2.")
    assert isinstance(first, ResponseRow)
    assert isinstance(second, ResponseRow)
    (elsewhere,) = read({"Key": "a", "Rating": "1"}, id="Key")
    assert isinstance(elsewhere, ResponseRow)
    assert elsewhere.invitation_id == first.invitation_id != second.invitation_id


def test_a_response_of_nobody_is_anonymous() -> None:
    (row,) = read({"Who": ""})
    assert isinstance(row, ResponseRow)
    assert row.customer_id == str(row.invitation_id)


def test_attributes_and_what_happened_before_are_taken() -> None:
    row, wrong = read(
        {"Agent": "7", "Since": "2026-01-01"}, {"Agent": "7", "Since": "2026-01-03", "Who": "c-9"},
        happened_at="Since", **{"attribute.agent_id": "Agent"},
    )  # fmt: skip
    assert isinstance(row, ResponseRow)
    assert row.context.attributes == {"agent_id": "7"}
    assert row.context.happened_at < row.answered_at
    assert wrong == Trouble(
        3, "Since", "It was answered before it happened: check which day and month are meant."
    )


@pytest.mark.parametrize(
    ("columns", "values", "words"),
    [
        ({"scoer": "Rating"}, VALUES, "did you mean score?"),
        ({"score": "Ratng"}, VALUES, "did you mean Rating?"),
        ({"score": "Rating"}, VALUES, "Which column is answered_at?"),
        (COLUMNS, {"survey": "ces-2"}, "did you mean ces-2.0?"),
        (COLUMNS, VALUES | {"journey": "complain"}, "did you mean complaint?"),
        (COLUMNS, VALUES | {"attribute.": "x"}, "is no field"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_before_any_row(
    columns: dict[str, str], values: dict[str, str], words: str
) -> None:
    with pytest.raises(WrongMapping, match=words.replace("?", r"\?")):
        checked(Plan("old", columns, values, AMSTERDAM), ["Rating", "Date", "Step", "Who"], RULES)
