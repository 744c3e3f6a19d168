"""Rows as CSV."""

import csv
from io import StringIO

import pytest

from router.cli.output import print_csv
from router.pages.csv_table import Table


def test_rows_are_read_back_and_no_cell_is_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [['a,"b"\nc', 1200, None], ["=1+1", -3, 0.25], ["-x", 0, True]]
    print_csv(Table(["step", "n", "share"], rows))
    shown = capsys.readouterr().out
    read = list(csv.reader(StringIO(shown)))
    assert read[0] == ["step", "n", "share"]
    assert read[2] == ["'=1+1", "-3", "0.25"]
    assert read[3][0] == "'-x"
    assert read[1][1:] == ["1200", ""]
    assert "\x1b" not in shown
