"""The page on concepts says what the core does."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from router.model.decision import GATES, REASONS
from router.model.preferences import SUPPRESSIONS
from router.policy.gates import CANDIDATE_GATES, DUE_GATES
from router.policy.windows import first_allowed, fullest
from tests.docs.pages import DOCS, code_spans, table_rows

PAGE = DOCS / "concepts.md"
TEXT = PAGE.read_text(encoding="utf-8")
GATE_ROWS = table_rows(PAGE, "No")
WIDTH = timedelta(days=30)
START = datetime(2026, 1, 1, tzinfo=UTC)
COUNTED = [START, START + timedelta(days=40)]


def test_every_gate_is_explained_in_its_order() -> None:
    assert [(int(row[0]), code_spans(row[1])[0]) for row in GATE_ROWS] == list(enumerate(GATES, start=1))


def test_every_reason_is_named() -> None:
    assert [reason for reason in REASONS if f"`{reason}`" not in TEXT] == []


def test_the_gates_asked_again_are_those_named() -> None:
    assert "Gates 7 to 17 and 19 are asked again" in TEXT
    names = [gate.__name__ for gate in DUE_GATES]
    assert names == [*GATES[6:17], GATES[18]]
    assert [gate.__name__ for gate in CANDIDATE_GATES] == [GATES[2], *GATES[5:]]


def test_every_suppression_is_named() -> None:
    assert all(f"`{word}`" in TEXT for word in SUPPRESSIONS)


@pytest.mark.parametrize(("day", "answer"), re.findall(r"^asked for day (\d+): (\w+)", TEXT, re.MULTILINE))
def test_the_drawn_timeline_is_true(day: str, answer: str) -> None:
    at = START + timedelta(days=int(day))
    assert (fullest(COUNTED, at, WIDTH) <= 1) is (answer == "allowed")
    assert first_allowed(COUNTED, at, WIDTH, 1) == START + timedelta(days=70)
