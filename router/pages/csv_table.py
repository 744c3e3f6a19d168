"""Rows as CSV, for spreadsheets and programs."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final, NamedTuple

from router.model.signs import printable

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Table(NamedTuple):
    """Names of columns, and rows of as many values."""

    columns: Sequence[str]
    rows: Iterable[Sequence[object]]

    def text(self) -> str:
        """A line of names and one for each row, after RFC 4180; None is empty, numbers are whole.

        Text that a spreadsheet would run as a formula gets an apostrophe before it.
        """
        lines = StringIO()
        writer = csv.writer(lines)
        writer.writerow(self.columns)
        writer.writerows([csv_cell(value) for value in row] for row in self.rows)
        return lines.getvalue()


def csv_cell(value: object) -> object:
    """A value as it stands in a cell: numbers as they are, all else as text that no spreadsheet runs."""
    if isinstance(value, int | float):
        return value
    text = printable(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
