"""Files of responses from an older tool: CSV as spreadsheets write it, or one JSON object a line."""

from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import msgspec

from router.cli.csv_files import opened_table
from router.cli.faults import Refused

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
    if file.suffix.lower() not in (".jsonl", ".ndjson"):
        with opened_table(str(file)) as table:
            empty = dict.fromkeys(table.columns, "")
            for line, cells in table.rows():
                yield line, {**empty, **cells}
        return
    try:
        with file.open("rb") as stream, TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
            yield from _json_rows(file, text)
    except UnicodeDecodeError as error:
        raise Refused(f"{file} is not UTF-8 (byte {error.object[error.start]:#04x}).") from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None


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
