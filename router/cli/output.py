"""How commands print: sentences for people, JSON for programs, progress on standard error."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO, cast

import msgspec
from rich.console import Console
from rich.file_proxy import FileProxy
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from router.model.signs import escaped_json, printable
from router.pages.csv_table import Table

_WIDTH_OF_A_PIPE: Final = 200


def console() -> Console:
    """Standard output; wide where it is no terminal, so that nothing is cut."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE, highlight=False)


def beside(screen: Console) -> TextIO:
    """Where to log while something is drawn on the screen: above it, or on standard error if it is none."""
    return cast("TextIO", FileProxy(screen, sys.stderr)) if screen.is_terminal else sys.stderr


_through: list[Callable[[str, bool], None]] = []


def told_through(say: Callable[[str, bool], None]) -> None:
    """From now on `say` tells what `told` would have written, and whether it is a fault.

    A service with JSON logs says everything in them.
    """
    _through[:] = [say]


def told(message: str, *, fault: bool = False) -> None:
    """One line on standard error, or a line of the log of a service."""
    if _through:
        _through[0](printable(message), fault)
        return
    sys.stderr.write(f"{printable(message)}\n")


def print_json(value: Any) -> None:
    """One JSON value, indented."""
    sys.stdout.buffer.write(escaped_json(msgspec.json.format(msgspec.json.encode(value), indent=2)) + b"\n")
    sys.stdout.buffer.flush()


def print_json_line(value: Any) -> None:
    """One JSON value on one line, at once."""
    sys.stdout.buffer.write(escaped_json(msgspec.json.encode(value)) + b"\n")
    sys.stdout.buffer.flush()


def print_csv(table: Table) -> None:
    """A table as CSV, in UTF-8."""
    sys.stdout.buffer.write(table.text().encode())
    sys.stdout.buffer.flush()


def print_lines(lines: Sequence[str]) -> None:
    """Sentences, wrapped to the terminal; leading blanks indent the whole paragraph."""
    out = console()
    for line in lines:
        text = printable(line)
        indent = len(text) - len(text.lstrip())
        wrapped = Text(text.lstrip()).wrap(out, max(out.width - indent, 20))
        for part in wrapped or [Text("")]:
            out.print(Text(" " * indent) + part, soft_wrap=True)


@contextmanager
def progress(what: str, total: int | None) -> Iterator["Bar"]:
    """A progress bar on standard error, only where that is a terminal. `total` in any unit; None: unknown."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        yield Bar(bar, what, total)


class Bar:
    """The bar of `progress`."""

    def __init__(self, bar: Progress, what: str, total: int | None) -> None:
        self._bar = bar
        self._task = bar.add_task(what, total=total)

    def at(self, done: int) -> None:
        """How much is done, in the unit of the total."""
        self._bar.update(self._task, completed=done)
