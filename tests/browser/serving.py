"""The demo's month in a data directory, and a console that is served over it as a user would serve it."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running.processes import environment, run_to_end, started
from tests.running.waiting import eventually

CUSTOMERS = "200"
PERIOD = {"since": "2026-03-01", "until": "2026-04-05"}
"""The month that the demo plays."""

_LINK = re.compile(r"(http://127\.0\.0\.1:\d+)(/sign-in/link\?token=[\w-]+)")


@dataclass(frozen=True)
class Site:
    """Where a console is, and the link that signs somebody in once, with all roles."""

    url: str
    link: str
    data: Path


def company(directory: Path) -> Path:
    """Plays the demo into a directory."""
    command = ["demo", "--fast", "--customers", CUSTOMERS, "--data", str(directory)]
    played = run_to_end(command, environment(log__level="ERROR"))
    assert played.returncode == 0, played.stdout[-2_000:] + played.stderr[-2_000:]
    return directory


@contextmanager
def served(month: Path, directory: Path) -> Iterator[Site]:
    """A console over a copy of the data, in `directory`."""
    data = directory / "data"
    shutil.copytree(month, data)
    with started("console --dev --port 0", environment(data=str(data)), directory / "console.log") as process:

        def found() -> re.Match[str] | None:
            assert not process.ended, process.told()
            return _LINK.search(process.told())

        asyncio.run(eventually(found, "the console tells its link"))
        link = found()
        assert link is not None
        yield Site(link[1], link[1] + link[2], data)
