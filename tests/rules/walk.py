"""A page that is followed step by step: its files are written, its commands run, its output compared.

`python -m tests.rules.walk PAGE` writes behind each command block what it says now, where the page shows all of it.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.docs.pages import Block, blocks

LEFT_OUT = "…\n"
"""A line of a page that stands for any number of lines."""


class Step(NamedTuple):
    """A block of commands with what they said, and what the page shows of that, if it does."""

    commands: Block
    said: str
    shown: Block | None


def walked(page: Path, directory: Path) -> Iterator[Step]:
    """Follows the page in a directory. Blocks named after a file are written, `bash` blocks are run."""
    found = blocks(page)
    for block, after in zip(found, [*found[1:], None], strict=True):
        language, _, file = block.info.partition(" ")
        if file:
            path = directory / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif language == "bash":
            shown = after if after is not None and after.info == "text" else None
            yield Step(block, said(block.text, directory), shown)


def said(commands: str, directory: Path) -> str:
    """What commands print in a directory, both outputs together."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROUTER_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}",
        "ROUTER_DATA": str(directory / ".data"),
        "LOGNAME": "ann",
        "USER": "ann",
    }
    done = subprocess.run(
        ["bash", "-c", commands],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=False,
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.rstrip().splitlines())


def agrees(shown: str, said: str) -> bool:
    """Whether what a page shows is what was said."""
    parts = [re.escape(part) for part in shown.split(LEFT_OUT)]
    return re.fullmatch("(?:.*\n)*?".join(parts), said) is not None


def main(name: str) -> None:
    page = Path(name)
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as directory:
        prepare(Path(directory))
        for step in walked(page, Path(directory)):
            if step.shown is not None and LEFT_OUT not in step.shown.text:
                before = f"{step.commands.text}```\n\n```text\n"
                text = text.replace(f"{before}{step.shown.text}```", f"{before}{step.said}```")
    page.write_text(text, encoding="utf-8")


def prepare(directory: Path) -> None:
    """A database as the running service has one."""
    said("feedback-router db upgrade", directory)


if __name__ == "__main__":
    main(sys.argv[1])
