"""PostgreSQL from the programs of the pgserver wheel or of the machine, in a data directory of its own."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from sqlalchemy.engine import URL

from tests.services.child import Child, free_port, identity
from tests.services.service import Postgres, Unavailable

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
}
_LOSSY = {"fsync": "off", "full_page_writes": "off"}


class LocalPostgres(Postgres):
    """One server on a free port, with no password. `durable` makes it write through to the disk."""

    kind: ClassVar[str] = "local"
    restartable = True

    def __init__(self, programs: Path, *, durable: bool) -> None:
        self._programs = programs
        user = _unprivileged()
        self._version = _version(programs, user)
        self._home = Path(tempfile.mkdtemp(prefix="feedback-router-postgres-"))
        atexit.register(self.close)
        if user is not None:
            os.chown(self._home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        data = self._home / "data"
        self._initialize(data, user)
        self.url = URL.create(
            "postgresql+asyncpg", "postgres", host="127.0.0.1", port=free_port(), database="postgres"
        )
        settings = {**_SETTINGS, "port": str(self.url.port), **({} if durable else _LOSSY)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._child = Child(
            [programs / "postgres", "-D", data, *options],
            self._home / "postgres.log",
            user=user,
            stop_with=signal.SIGINT,
        )
        self.start()

    def describe(self) -> str:
        return f"{self._version} from {self._programs}"

    def start(self) -> None:
        self._child.start()
        try:
            self.wait_until_it_answers()
        except Unavailable:
            self.close()
            raise

    def stop(self) -> None:
        self._child.stop()

    def check(self) -> None:
        self._child.check()

    def close(self) -> None:
        atexit.unregister(self.close)
        self._child.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def _initialize(self, data: Path, user: str | None) -> None:
        command = [str(self._programs / "initdb"), "--auth=trust", "--username=postgres", "--encoding=UTF8"]
        made = subprocess.run(
            [*command, "--no-locale", "--no-sync", "-D", str(data)],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._home,
            **identity(user),
        )
        if made.returncode:
            shutil.rmtree(self._home, ignore_errors=True)
            raise Unavailable(f"initdb failed: {made.stderr.strip()}")


def local_postgres(*, durable: bool = False) -> LocalPostgres:
    """The first set of PostgreSQL programs that works here. Raises Unavailable."""
    reasons = []
    for programs in _places():
        try:
            return LocalPostgres(programs, durable=durable)
        except Unavailable as reason:
            reasons.append(f"{programs}: {reason}")
    raise Unavailable("; ".join(reasons) or "neither the pgserver wheel nor PostgreSQL is installed")


def _places() -> Iterator[Path]:
    # The package is located but not imported: importing it makes directories and warns.
    wheel = find_spec("pgserver")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    installed = shutil.which("initdb")
    if installed is not None:
        yield Path(installed).resolve().parent


def _unprivileged() -> str | None:
    """The user to run as where we are root, as which PostgreSQL refuses to run."""
    return "nobody" if os.geteuid() == 0 else None


def _version(programs: Path, user: str | None) -> str:
    try:
        asked = subprocess.run(
            [str(programs / "postgres"), "--version"],
            check=True,
            capture_output=True,
            text=True,
            cwd="/",
            **identity(user),
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"cannot be run: {error}") from error
    return str(asked.stdout).strip()
