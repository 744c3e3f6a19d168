"""Rows as CSV, for spreadsheets and programs."""

import csv
import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from router.cli.output import printable

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A line of names and one for each row, as UTF-8 after RFC 4180; None is empty, numbers are whole.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    lines = StringIO()
    writer = csv.writer(lines)
    writer.writerow(columns)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    sys.stdout.buffer.write(lines.getvalue().encode())
    sys.stdout.buffer.flush()


def csv_cell(value: object) -> object:
    """A value as it stands in a cell: numbers as they are, all else as text that no spreadsheet runs."""
    if isinstance(value, int | float):
        return value
    text = printable(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
