"""The ten-minute path, followed literally."""

from pathlib import Path

from tests.docs.pages import DOCS
from tests.rules.walk import agrees, prepare, walked


def test_the_path_is_walked_as_it_is_written(tmp_path: Path) -> None:
    prepare(tmp_path)
    steps = list(walked(DOCS / "rules" / "first-rule.md", tmp_path))
    assert len(steps) == 8
    for step in steps:
        assert step.shown is not None, step.commands.place
        assert agrees(step.shown.text, step.said), f"{step.shown.place}: {step.said}"
