"""`init`: a rule set to start from."""

from pathlib import Path
from typing import Annotated

import typer

from router.cli.example_sets import Trade, example_set
from router.cli.faults import FAILED, Refused
from router.cli.output import counted, print_lines


def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.", metavar="DIRECTORY")],
    example: Annotated[
        Trade | None, typer.Option(help="A larger set, made for one trade.", case_sensitive=False)
    ] = None,
) -> None:
    """Create a rule set to start from.

    The starter set has two journeys, two surveys, two rules, a policy and their tests, explained by comments. With
    --example: a tested set of one's own trade, with the journeys, questions and precautions that are usual there.
    Either comes with the schemas for completion and help in editors.
    """
    write_set(directory, example_set(example))
    print_lines(
        [
            "Next:",
            f"  feedback-router check {directory}   what is wrong with the rules, if anything",
            f"  feedback-router test {directory}    what they do, on a simulated clock",
        ]
    )


def write_set(directory: Path, files: dict[str, bytes]) -> None:
    """Writes the files of a set and the schemas into a new or empty directory, and tells which. Raises `Refused`."""
    from router.authoring.language.schema import schema_files

    if directory.exists() and not directory.is_dir():
        raise Refused(f"{directory} is a file: name a new directory.")
    schemas = {f"schema/{name}": text.encode() for name, text in schema_files().items()}
    try:
        if directory.is_dir() and any(directory.iterdir()):
            raise Refused(f"{directory} is not empty, and nothing in it was touched: name a new directory.")
        for name, text in {**files, **schemas}.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
    except OSError as error:
        reason = error.strerror or "writing failed"
        raise Refused(f"{directory} cannot be written ({reason}): name another directory.", FAILED) from None
    print_lines(
        [
            f"{counted(len(files), 'file')} in {directory}:",
            *(f"  {name}" for name in sorted(files, key=lambda name: Path(name).parts)),
            "  schema/: what editors complete and explain keys by",
            "",
        ]
    )
