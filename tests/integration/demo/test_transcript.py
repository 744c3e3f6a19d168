"""The transcript in the documentation is what the demo prints: `python -m tests.docs.transcript` writes it again."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.console import Console

from router.demo.findings import Findings, findings
from router.demo.play import WIDTH, play
from router.demo.story import Story
from router.demo.tally import DemoTally
from router.demo.telling import line_of
from router.flow.messages import Released
from router.model.customer import Customer
from router.model.encoding import decode_invitation
from router.service.parts import Parts
from router.settings import load_settings
from tests.docs.transcript import PAGE, parts, shown

AGAIN = "run `python -m tests.docs.transcript`, and look at the README"
PHASES = {
    "Starting the embedded Kafka broker, SQLite and the service ...",
    "The consumers join their group ...",
    "Publishing over the Kafka protocol, deciding, sending what is due ...",
    "All is published; the clock goes to its end, what is due by then is sent ...",
}
SO_FAR = re.compile(r"== \w{3} \d\d \w+: [\d,]+ interactions decided; sent: (none|\d+ [A-Z]+(, \d+ [A-Z]+)*)")


class Listening(DemoTally):
    """Keeps every line that could be told."""

    lines: set[str] = set()  # noqa: RUF012 - one demo is played

    def next_occurrence(self) -> Any:
        self.keep()
        return super().next_occurrence()

    def keep(self) -> None:
        self.lines |= {line_of(entry).plain.rstrip() for entry in self._fresh}


async def read_back(parts: Parts, story: Story, tally: Listening) -> Findings:
    """Adds what was released: that may be withdrawn before it is published, which depends on the pace."""
    tally.keep()
    for view in await parts.store.reading.invitations(limit=100_000):
        if view.settled_at is not None:
            facts = replace(decode_invitation(view.body), at=view.settled_at, channel=view.channel)
            released: Any = Released(Customer(view.customer_id), facts, None, None)  # type: ignore[arg-type]
            tally.lines.add(line_of(released).plain.rstrip())
    return await findings(parts, story, tally)


async def test_the_transcript_is_what_the_demo_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Listening.lines.clear()
    monkeypatch.setattr("router.demo.play.DemoTally", Listening)
    monkeypatch.setattr("router.demo.play.which", lambda _name: "feedback-router")
    monkeypatch.setattr("router.demo.play.findings", read_back)
    out = StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, highlight=False)

    assert await play(load_settings(), console, seconds=0) == 0

    passing, ending = shown(PAGE.read_text(encoding="utf-8"))
    assert parts(out.getvalue())[1] == ending, AGAIN
    invented = [
        line
        for line in passing
        if line
        and line not in Listening.lines | PHASES
        and not SO_FAR.fullmatch(line)
        and "unreadable" not in line
    ]
    assert invented == [], AGAIN
