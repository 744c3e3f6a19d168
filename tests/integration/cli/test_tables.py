"""Tables on terminals of any width, and in a pipe."""

import re
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.cli.tables import print_table

Said = pytest.CaptureFixture[str]
ID = UUID("5a24d062-7511-5896-81a4-d32632baab6b")
COLUMNS = ["id", "customer", "survey", "rule", "state", "due", "meaning"]
AT = datetime(2026, 11, 22, 7, 21, 4, tzinfo=UTC)
ROWS = [
    [ID, "C-1001", "ces-2.0", "ces-after-store-visit", "sent", AT, "Something with several words."],
    [ID, "C-1002", "nps", "nps-after-purchase", "planned", AT, None],
]
WORD = st.text("abcé界-_./", min_size=1, max_size=40)


def printed(
    capsys: Said, patch: pytest.MonkeyPatch, width: int | None, columns: list[str], rows: list[list[object]]
) -> list[str]:
    """The lines on a terminal of a width, or in a pipe."""
    capsys.readouterr()
    patch.setenv("NO_COLOR", "1")
    patch.setenv("TERM", "xterm")
    patch.setenv("COLUMNS", str(width or 40))
    patch.setattr(sys.stdout, "isatty", lambda: width is not None)
    print_table("Things", columns, rows)
    return re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()


@pytest.mark.parametrize("width", [80, 100, 120, 200, 40])
def test_no_id_is_broken_on_a_terminal(width: int, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(capsys, monkeypatch, width, COLUMNS, ROWS)
    assert sum(str(ID) in line for line in lines) == len(ROWS)
    assert sum("ces-after-store-visit" in line for line in lines) == 1
    assert max(map(len, lines)) <= width


def test_a_pipe_has_one_whole_line_for_a_row(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "word " * 100
    lines = printed(capsys, monkeypatch, None, ["id", "meaning"], [[ID, long], [ID, "short"]])
    assert [line.split()[0] for line in lines if str(ID) in line] == [str(ID)] * 2
    assert any(long.strip() in line for line in lines)


def test_what_is_empty_is_left_out_of_a_paragraph(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(capsys, monkeypatch, 60, COLUMNS, ROWS)
    first, second = (number for number, line in enumerate(lines) if line == str(ID))
    assert any("meaning: Something" in line for line in lines[first:second])
    assert not any("meaning" in line for line in lines[second:])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.lists(WORD, min_size=3, max_size=3), min_size=1, max_size=4), st.integers(44, 160))
def test_no_word_is_broken_or_lost(
    capsys: Said, monkeypatch: pytest.MonkeyPatch, rows: list[list[object]], width: int
) -> None:
    with monkeypatch.context() as patch:
        lines = printed(capsys, patch, width, ["one", "two", "three"], rows)
        piped = printed(capsys, patch, None, ["one", "two", "three"], rows)
    for row in rows:
        for word in row:
            assert any(str(word) in line for line in lines)
        assert any(all(str(word) in line for word in row) for line in piped)
