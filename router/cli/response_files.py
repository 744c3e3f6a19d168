"""Files of responses from an older tool: CSV as spreadsheets write it, or one JSON object a line."""

import csv
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import msgspec

from router.cli.faults import Refused

_DELIMITERS: Final = ",;\t|"
_LONGEST_CELL: Final = 1_000_000
_LONGEST_LINE: Final = 2_000_000

Row = tuple[int, Mapping[str, Any]]


def columns_of(file: Path) -> list[str]:
    """The columns of a CSV file, or the members of the first JSON object. Raises `Refused`."""
    first = next(rows_of(file), None)
    if first is None:
        raise Refused(f"{file} has no rows.")
    return list(first[1])


def rows_of(file: Path) -> Iterator[Row]:
    """The rows with the line each begins on. Raises `Refused` where the file cannot be read further."""
    try:
        with file.open("rb") as stream, TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
            yield from (
                _json_rows(file, text)
                if file.suffix.lower() in (".jsonl", ".ndjson")
                else _csv_rows(file, text)
            )
    except UnicodeDecodeError as error:
        raise Refused(
            f"{file} is not UTF-8 (byte {error.object[error.start]:#04x}): save it as `CSV UTF-8`, which spreadsheets offer."
        ) from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None


def _csv_rows(file: Path, text: TextIOWrapper) -> Iterator[Row]:
    head = text.readline(_LONGEST_LINE)
    delimiter = max(_DELIMITERS, key=head.count)
    columns = next(csv.reader([head], delimiter=delimiter), [])
    if twice := {name for name in columns if columns.count(name) > 1}:
        raise Refused(f"{file} has more than one column {min(twice)!r}: rename one.")
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    begins = 2
    try:
        for cells in reader:
            if len(cells) > len(columns):
                raise Refused(
                    f"{file}, line {begins}: it has {len(cells)} cells and the heading {len(columns)}: a cell with"
                    f" {delimiter!r} in it must stand in quotes."
                )
            if cells:
                yield begins, dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True))
            begins = reader.line_num + 2
    except csv.Error as error:
        raise Refused(f"{file}, line {begins}: it is no CSV ({error}).") from None


def _json_rows(file: Path, text: TextIOWrapper) -> Iterator[Row]:
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise Refused(f"{file}, line {number}: it is no JSON object.")
        yield number, row
