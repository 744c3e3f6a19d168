"""How every command begins: from the first moment on, one that is told to end says so and ends in order."""

import signal
import sys
from typing import Final

TERMINATED: Final = 143
INTERRUPTED: Final = 130


class Terminated(BaseException):
    """SIGTERM came while nothing else waited for it."""


def main() -> int:
    """Runs the command; its exit code, 143 after SIGTERM and 130 after Ctrl-C where the command knew no better."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        # The imports take a moment, and that is when impatient people and supervisors press stop.
        from router.cli.main import main as run

        code = run()
    except Terminated:
        return _told("it was told to end (SIGTERM).", TERMINATED)
    except KeyboardInterrupt:
        return _told("it was interrupted.", INTERRUPTED)
    # Nothing is left to be ended in order.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return code


def _terminated(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated


def _told(why: str, code: int) -> int:
    sys.stderr.write(f"Stopped: {why}\n")
    return code
