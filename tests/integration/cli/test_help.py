"""What the program says of itself: its version, its commands in groups, what the shell completes."""

import os
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
import typer

from router.cli.groups import GROUPS
from router.cli.main import app, main
from tests.running.processes import COMMAND, environment

Said = pytest.CaptureFixture[str]


@pytest.mark.parametrize("arguments", [["--version"], ["version"]])
def test_the_version_is_that_of_the_package(arguments: list[str], capsys: Said) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"feedback-router {version('feedback-router')}\n"


def test_every_command_is_in_one_group(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for group in GROUPS.values() for name in group]
    command = typer.main.get_command(app)
    assert sorted(names) == sorted(command.list_commands(typer.Context(command)))  # type: ignore[attr-defined]

    monkeypatch.setenv("COLUMNS", "80")
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert max(map(len, shown)) <= 80
    titles = [line for line in shown if line.removesuffix(":") in GROUPS]
    assert titles == [f"{title}:" for title in GROUPS]
    told = [line.split()[0] for line in shown[shown.index(titles[0]) :] if line.startswith("  ")]
    assert told == names


def completed(line: str, directory: Path) -> list[str]:
    """What bash would offer at the end of a line."""
    words = line.split(" ")
    given = {
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_FEEDBACK_ROUTER_COMPLETE": "complete_bash",
    }
    found = subprocess.run(
        [str(COMMAND)],
        env=environment() | given,
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stderr == ""
    return found.stdout.split()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "feedback-router.db") as database:
        database.execute("CREATE TABLE revisions (number INTEGER, message TEXT)")
        database.executemany("INSERT INTO revisions VALUES (?, ?)", [(1, None), (2, "more"), (12, "less")])
    database.close()
    return tmp_path


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("feedback-router roll", ["rollout", "rollback"]),
        ("feedback-router check --explain R07", [f"R07{number}" for number in range(10)]),
        ("feedback-router invitations list --kind re", ["reminder"]),
        ("feedback-router docs rules/first", ["rules/first-rule"]),
        ("feedback-router rollback --data data ", ["12", "2", "1"]),
        ("feedback-router rollout --data data 1", ["12", "1"]),
        ("feedback-router rollback --data nowhere ", []),
    ],
)
def test_the_shell_completes_what_costs_a_moment(line: str, offered: list[str], data: Path) -> None:
    assert completed(line, data) == offered


def test_the_script_of_the_shell_is_printed() -> None:
    # A shell has to be above this process for it to be found out.
    found = subprocess.run(
        ["bash", "-c", f"{COMMAND} --show-completion; true"],
        env=os.environ | {"SHELL": "/bin/bash"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "_feedback_router_completion" in found.stdout
