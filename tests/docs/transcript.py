"""The transcript of the demo: `python -m tests.docs.transcript` plays it and writes docs/demo-transcript.md again.

So it does with what the README shows of it. The first part is a sample of what passed by, and another one at each run; the second part is the same at each.
"""

import re
import subprocess
from pathlib import Path
from typing import Final

from tests.docs.pages import DOCS, ROOT
from tests.running.processes import COMMAND, environment

PAGE: Final = DOCS / "demo-transcript.md"
SECOND_PART: Final = "What came in"
README: Final = ROOT / "README.md"
_SHOWN: Final = re.compile(r"(?<=```text\n).*?(?=```\n)", re.DOTALL)
_TELLING: Final = tuple(
    map(
        re.compile,
        (
            "asks CES by email, [^l]",
            "CES sent",
            "not asked: was asked too recently",
            "asks NPS by email, [^l]",
            "while customer.open is complaint",
            "(cancelled|displaced): ",
            "not asked: no customer is named",
            "asks CSAT",
            ", later, ",
        ),
    )
)
"""Kinds of lines of which the README shows the first."""


def shown(page: str) -> tuple[list[str], list[str]]:
    """The two parts of the transcript on the page."""
    return parts(_SHOWN.findall(page)[0])


def parts(output: str) -> tuple[list[str], list[str]]:
    """What passes by, and what is told at the end; without blanks at the ends of lines, and with the program's plain name."""
    lines = [
        re.sub(r"^\S*/feedback-router ", "feedback-router ", line.rstrip()) for line in output.splitlines()
    ]
    at = lines.index(SECOND_PART)
    return lines[:at], lines[at:]


def excerpt(passing: list[str], told: list[str]) -> list[str]:
    """What the README shows: one line of each kind, the sums, the scores, what hurts, and one reason why not."""
    first = {next((line for line in passing if kind.search(line)), "") for kind in _TELLING}
    came_in = told[: told.index("") - 1]
    heard = _between(
        told, "Answers: scores with the interval that they lie in", "Alerts: customers to call back"
    )
    table = _between(
        told, "Invitations: CES and NPS side by side", "Answers: scores with the interval that they lie in"
    )
    why_not = told[told.index("Why was this customer not asked?") :]
    second = next(number for number, line in enumerate(why_not[2:], start=2) if line.startswith("- "))
    lines = [line for line in passing if line and line in first]
    return [*lines, "", *came_in[:3], "", *table[: table.index("") + 1], *heard, *why_not[:second]]


def _between(told: list[str], first: str, after: str) -> list[str]:
    """The lines from one heading to right before another."""
    return told[told.index(first) : told.index(after)]


def play(*arguments: str, directory: Path | None = None) -> str:
    """What the demo prints where there is no terminal."""
    played = subprocess.run(
        [str(COMMAND), "demo", *arguments],
        env=environment(),
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return played.stdout


def main() -> None:
    passing, told = parts(play())
    page = PAGE.read_text(encoding="utf-8")
    text = "\n".join([*passing, *told, ""])
    PAGE.write_text(_SHOWN.sub(lambda _: text, page), encoding="utf-8")
    readme, shorter = README.read_text(encoding="utf-8"), "\n".join([*excerpt(passing, told), ""])
    README.write_text(_SHOWN.sub(lambda _: shorter, readme, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
