"""A server program as a child process that never outlives us."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.services.service import Unavailable

_STOP_SECONDS = 30
_LOG_TAIL = 2_000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """One program, its output in a log file, in a session of its own so that Ctrl-C reaches only us."""

    def __init__(
        self, command: Sequence[str | Path], log: Path, *, user: str | None = None, stop_with: signal.Signals
    ) -> None:
        self._command = [str(part) for part in command]
        self._log = log
        self._user = user
        self._stop_with = stop_with
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program and return at once."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._log.parent,
                start_new_session=True,
                preexec_fn=self._die_with_parent,  # noqa: PLW1509 (one system call that takes no lock)
                **identity(self._user),
            )

    def check(self) -> None:
        """Raise Unavailable, with the end of its log, when the program has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            tail = self._log.read_text(errors="replace")[-_LOG_TAIL:]
            raise Unavailable(f"{self._command[0]} ended with code {self._process.returncode}:\n{tail}")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; harmless when it is not running."""
        if self._process is not None:
            self._process.send_signal(number)

    def stop(self) -> None:
        """Ask the program to end, and kill it when it does not; harmless when it is not running."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(self._stop_with)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _die_with_parent(self) -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(self._stop_with))


def identity(user: str | None) -> dict[str, Any]:
    """The arguments that make subprocess run a program as another user; none for ourselves."""
    return {} if user is None else {"user": user, "extra_groups": [], "env": {**os.environ, "HOME": "/"}}


def free_port() -> int:
    """A TCP port of 127.0.0.1 on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
