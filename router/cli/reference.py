"""The page of the documentation that lists all commands, made from the commands themselves."""

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Final

import typer

from router.cli.groups import GROUPS
from router.cli.main import NAME, app

_HEAD: Final = f"""\
# Command line

<!-- Made by `python -m router.cli.reference`; edit the commands, not this page. -->

`{NAME}` reads its settings from the environment ([settings](../operations/settings.md)); options go before them.
Results go to standard output, everything else to standard error. `--json` prints JSON instead of tables.

| Exit code | Meaning |
|---|---|
| 0 | done |
| 1 | it failed: broker or database away, schema not the newest, something unknown |
| 2 | wrong use: arguments, settings or rules that cannot be |
| 130 | interrupted (Ctrl-C) |
| 143 | ended by SIGTERM; `run`, `worker`, `dispatcher` and `sender` stop in order and end with 0 |

On a terminal tables fit its width: where there is no room, every row becomes a paragraph. In a file or a pipe a row is one
line, and nothing is cut.

`{NAME} --install-completion` makes the shell (bash, zsh, fish, PowerShell) complete commands and options, and what may stand
behind them: states, kinds, codes of problems, pages of the documentation, revisions of a SQLite database.
`--show-completion` prints the script, for a place of your own. `--version` prints the version.

| To | Commands |
|---|---|
{{groups}}"""
_WIDTH: Final = 88


def document() -> str:
    """The page as Markdown."""
    groups = "".join(
        f"| {title} | {', '.join(f'[`{name}`](#{_anchor(name)})' for name in names)} |\n"
        for title, names in GROUPS.items()
    )
    sections = []
    for words in _commands(app, []):
        shown = StringIO()
        with redirect_stdout(shown):
            app([*words, "--help"], prog_name=NAME, standalone_mode=False, terminal_width=_WIDTH)
        sections.append(f"\n## {' '.join(words)}\n\n```text\n{shown.getvalue().strip()}\n```\n")
    return _HEAD.format(groups=groups) + "".join(sections)


def _anchor(name: str) -> str:
    """Where the page tells of a command; of a group of commands, its first."""
    inner = next((one.typer_instance for one in app.registered_groups if one.name == name), None)
    return "-".join(next(_commands(inner, [name]))) if inner is not None else name


def _commands(group: typer.Typer, above: list[str]) -> Iterator[list[str]]:
    """The words of every command, those of a group right after the group."""
    for command in group.registered_commands:
        name = command.name or (command.callback.__name__ if command.callback else "")
        yield [*above, name]
    for inner in group.registered_groups:
        if inner.typer_instance is not None and inner.name:
            yield from _commands(inner.typer_instance, [*above, inner.name])


if __name__ == "__main__":
    sys.stdout.write(document())
