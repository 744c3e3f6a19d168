"""Tables that are read as well on 80 columns as in a file: nothing is cut, and no word is broken."""

import sys
from collections.abc import Collection, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from router.cli.output import console, print_lines
from router.model.signs import printable

_BETWEEN: Final = 3
"""Blanks between two columns."""
_EDGES: Final = 2
_ANY_WIDTH: Final = 100_000


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, whole: Collection[str] = ()
) -> None:
    """A table; whole numbers stand to the right. Without rows, a line says so.

    On a terminal that is too narrow words are wrapped, but for columns in `whole`; where that does not help, each row is
    a paragraph that begins with its first column. In a file or pipe every row is one line, however long.
    """
    if not rows:
        print_lines([f"{title}: none"])
        return
    cells = [
        [
            f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else printable(value)
            for value in row
        ]
        for row in rows
    ]
    numeric = [all(isinstance(row[place], int) for row in rows) for place in range(len(columns))]
    room = console().width if sys.stdout.isatty() else _ANY_WIDTH
    widths = _widths(columns, cells, room, whole)
    if widths is None:
        _print_paragraphs(title, columns, cells, room)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, width, number in zip(columns, widths, numeric, strict=True):
        table.add_column(Text(name), justify="right" if number else "left", width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    out = console()
    if not sys.stdout.isatty():
        out.width = sum(widths) + _BETWEEN * len(widths)
    out.print(Text(title, "bold"), soft_wrap=True)
    out.print(table)


def _widths(
    columns: Sequence[str], cells: Sequence[Sequence[str]], room: int, whole: Collection[str]
) -> list[int] | None:
    """How wide each column is, so that no word is broken; None where there is no room for that."""
    texts = [[name, *(row[place] for row in cells)] for place, name in enumerate(columns)]
    widths = [max(map(cell_len, column)) for column in texts]
    least = [
        width
        if name in whole
        else max((cell_len(word) for text in column for word in text.split()), default=1)
        for name, column, width in zip(columns, texts, widths, strict=True)
    ]
    room -= _BETWEEN * (len(columns) - 1) + _EDGES
    if sum(least) > room:
        return None
    # The widest column that has words to wrap gives room first, so that narrow ones stay whole.
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda place: (widths[place] > least[place], widths[place]))
        widths[widest] -= 1
    return widths


def _print_paragraphs(title: str, columns: Sequence[str], cells: Sequence[Sequence[str]], room: int) -> None:
    """Every row as its first column, and below it the others with their names, those that are empty left out."""
    out = console()
    out.print(Text(title, "bold"))
    for first, *others in cells:
        out.print(Text(f"\n{first}"), soft_wrap=True)
        named = [f"{name}: {value}" for name, value in zip(columns[1:], others, strict=True) if value.strip()]
        lines: list[str] = []
        # As many on a line as there is room for.
        for part in named:
            if lines and cell_len(lines[-1]) + len("  ·  ") + cell_len(part) <= room - 2:
                lines[-1] += f"  ·  {part}"
            else:
                lines.append(part)
        print_lines([f"  {line}" for line in lines])
    out.print()
