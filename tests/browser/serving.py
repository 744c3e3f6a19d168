"""The demo's month in a data directory, and a console that is served over it as a user would serve it."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from router.settings.settings import shipped_rules
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
    """Plays the demo into a directory, by the rules that are shipped and a source beside them."""
    rules, data = directory / "rules", directory / "data"
    shutil.copytree(shipped_rules(), rules)
    _command("sources", "add", "zendesk", str(rules))
    _command("demo", "--fast", "--customers", CUSTOMERS, "--rules", str(rules), "--data", str(data))
    return data


def _command(*arguments: str) -> None:
    ended = run_to_end(list(arguments), environment(log__level="ERROR"))
    assert ended.returncode == 0, ended.stdout[-2_000:] + ended.stderr[-2_000:]


@contextmanager
def served(month: Path, directory: Path, *, before: Callable[[Path], None] | None = None) -> Iterator[Site]:
    """A console over a copy of the data, in `directory`; `before` it starts, the copy may be changed."""
    data = directory / "data"
    shutil.copytree(month, data)
    if before is not None:
        before(data)
    with started("console --dev --port 0", environment(data=str(data)), directory / "console.log") as process:

        def found() -> re.Match[str] | None:
            assert not process.ended, process.told()
            return _LINK.search(process.told())

        asyncio.run(eventually(found, "the console tells its link"))
        link = found()
        assert link is not None
        yield Site(link[1], link[1] + link[2], data)
