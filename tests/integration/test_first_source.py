"""A new user's way from a vendor's message to the first decision, followed literally."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from tests.docs.pages import DOCS, blocks
from tests.rules.walk import Step, agrees, said, walked
from tests.running.processes import COMMAND, Process, environment, started
from tests.running.waiting import eventually

PAGE: Final = DOCS / "sources" / "first-source.md"
SERVICE: Final = "shell"
"""The block of the page that runs in a terminal of its own."""

ASKING: Final = ("feedback-router why", "feedback-router customer")
"""Commands that ask what the service made of something meanwhile."""


def service_in(directory: Path) -> AbstractContextManager[Process]:
    """The service, by the command of the page."""
    (block,) = [block for block in blocks(PAGE) if block.info == SERVICE]
    command = block.text.replace("feedback-router", str(COMMAND))
    shell = ["bash", "-c", f"cd '{directory}' && exec env {command}"]
    return started("", environment(health__port="0"), directory / "service.log", shell)


async def test_the_path_is_walked_as_it_is_written(tmp_path: Path) -> None:
    steps: list[Step] = []
    with service_in(tmp_path) as service:
        await service.until_told("Ctrl-C stops it")
        for step in walked(PAGE, tmp_path):
            steps.append(step)
            assert step.shown is not None

            def as_shown(step: Step = step, shown: str = step.shown.text) -> bool:
                return agrees(shown, said(step.commands.text, tmp_path))

            right = agrees(step.shown.text, step.said)
            if not right and step.commands.text.startswith(ASKING):
                # The service decides while the page is read.
                await eventually(as_shown, f"{step.commands.text} tells what the page shows")
            else:
                assert right, f"{step.shown.place}: {step.said}"
            if "feedback-router publish" in step.commands.text:
                await service.until_told("rules_in_force")
    assert len(steps) == 10
