"""Doing something again whenever a file of a rule set changes."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import Final

from router.cli.faults import explained
from router.cli.output import told
from router.service.rule_watch import FileStates, file_states

PAUSE: Final = 0.3
"""Seconds between two looks at the files."""


def watched(directory: Path, act: Callable[[], object], wait: Callable[[float], None] = sleep) -> None:
    """Acts now and after each change below the directory, until interrupted. What is expected to go wrong is told."""
    before: FileStates | None = None
    while True:
        now = file_states(directory)
        if now != before:
            before = now
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
        wait(PAUSE)
