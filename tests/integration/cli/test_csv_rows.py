"""Rows as CSV."""

import csv
from io import StringIO

import pytest

from router.cli.csv_rows import print_csv


def test_rows_are_read_back_and_no_cell_is_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    print_csv(["step", "n", "share"], [['a,"b"\nc', 1200, None], ["=1+1", -3, 0.25], ["-x", 0, True]])
    shown = capsys.readouterr().out
    rows = list(csv.reader(StringIO(shown)))
    assert rows[0] == ["step", "n", "share"]
    assert rows[2] == ["'=1+1", "-3", "0.25"]
    assert rows[3][0] == "'-x"
    assert rows[1][1:] == ["1200", ""]
    assert "\x1b" not in shown
