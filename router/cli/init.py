"""`init`: a rule set to start from."""

import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from router.cli.faults import FAILED, Refused
from router.cli.output import counted, print_lines

STARTER: Final = Path(__file__).parent / "starter"


def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.", metavar="DIRECTORY")],
) -> None:
    """Create a starter rule set.

    Two journeys, two surveys, two rules, a policy and their tests, explained by comments, with the schemas
    for completion and help in editors.
    """
    from router.authoring.language.schema import schema_files

    if directory.exists() and not directory.is_dir():
        raise Refused(f"{directory} is a file: name a new directory.")
    try:
        if directory.is_dir() and any(directory.iterdir()):
            raise Refused(f"{directory} is not empty, and nothing in it was touched: name a new directory.")
        shutil.copytree(STARTER, directory, dirs_exist_ok=True, copy_function=shutil.copyfile)
        (directory / "schema").mkdir()
        for name, text in schema_files().items():
            (directory / "schema" / name).write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "writing failed"
        raise Refused(f"{directory} cannot be written ({reason}): name another directory.", FAILED) from None
    made = sorted(path.relative_to(directory) for path in directory.rglob("*.yaml"))
    print_lines(
        [
            f"{counted(len(made), 'file')} in {directory}:",
            *(f"  {path}" for path in made),
            "  schema/: what editors complete and explain keys by",
            "",
            "Next:",
            f"  feedback-router check {directory}   what is wrong with the rules, if anything",
            f"  feedback-router test {directory}    what they do, on a simulated clock",
        ]
    )
