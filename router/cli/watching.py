"""Doing something again whenever a file of a rule set changes."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import Final

from router.cli.faults import explained
from router.cli.output import told

PAUSE: Final = 0.3
"""Seconds between two looks at the files."""

_State = dict[str, tuple[int, int]]


def watched(directory: Path, act: Callable[[], object], wait: Callable[[float], None] = sleep) -> None:
    """Acts now and after each change below the directory, until interrupted. What is expected to go wrong is told."""
    before: _State | None = None
    while True:
        now = state(directory)
        if now != before:
            before = now
            _once(act)
        wait(PAUSE)


def state(directory: Path) -> _State:
    """Time of change and size of every rule file by path. What vanishes meanwhile is left out."""
    found: _State = {}
    for path in directory.rglob("*"):
        if path.suffix in (".yaml", ".yml"):
            try:
                facts = path.stat()
            except OSError:
                continue
            found[str(path)] = facts.st_mtime_ns, facts.st_size
    return found


def _once(act: Callable[[], object]) -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\033[2J\033[H")
    sys.stdout.write(f"{datetime.now().astimezone():%H:%M:%S}\n")
    try:
        act()
    except Exception as error:
        expected = explained(error)
        if expected is None:
            raise
        for line in expected[0]:
            told(line)
    sys.stdout.flush()
