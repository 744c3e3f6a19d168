"""The service as processes, started as a user starts it: by its command and its environment."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.running.waiting import eventually, within

COMMAND = Path(sys.executable).with_name("feedback-router")
STOP_SECONDS = 60
TOKEN_SECRET = "of-all-roles-in-a-test"
"""What processes on a database of their own share, unless a test says otherwise."""


class Process:
    """One running command, `role` with its arguments. `log` is where both of its outputs go."""

    def __init__(
        self,
        role: str,
        environment: Mapping[str, str],
        log: Path,
        command: Sequence[str] = (str(COMMAND),),
    ) -> None:
        self.role = role
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, *role.split()],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has come to an end."""
        return self._process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        """Ask it to end; its exit code. One that has ended already gives the code it ended with."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within(STOP_SECONDS))

    def exit_code(self) -> int:
        """Wait for its end."""
        return self._process.wait(within(STOP_SECONDS))

    def told(self) -> str:
        """All it has written so far."""
        return self.log.read_text(errors="replace")

    async def until_told(self, text: str) -> None:
        """Wait until it has written this."""
        await eventually(lambda: text in self.told() or self.ended, f"{self.role} tells {text!r}")
        assert text in self.told(), self.told()[-4000:]


def environment(**settings: str) -> dict[str, str]:
    """The environment of a process: ours without settings of the service, and these, such as `kafka__bootstrap`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROUTER_")}
    if "database__url" in settings:
        settings = {"token_secret": TOKEN_SECRET} | settings
    return kept | {f"ROUTER_{name.upper()}": value for name, value in settings.items()}


@contextmanager
def started(
    role: str, given: Mapping[str, str], log: Path, command: Sequence[str] = (str(COMMAND),)
) -> Iterator[Process]:
    """A process until the end of the block, killed if it is still there then."""
    process = Process(role, given, log, command)
    try:
        yield process
    finally:
        process.kill()


def run_to_end(arguments: list[str], given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [str(COMMAND), *arguments],
        env=dict(given),
        check=False,
        capture_output=True,
        text=True,
        timeout=within(STOP_SECONDS),
    )
