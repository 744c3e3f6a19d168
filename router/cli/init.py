"""`init`: a rule set to start from."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from router.cli import lines
from router.cli.event_files import STDIN
from router.cli.example_sets import SURVEYS, Trade, example_set
from router.cli.faults import FAILED, Refused
from router.cli.options import Columns
from router.cli.output import print_lines, progress, told
from router.model.spelling import counted


def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.", metavar="DIRECTORY")],
    example: Annotated[
        Trade | None, typer.Option(help="A larger set, made for one trade.", case_sensitive=False)
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(
            help="Draft the set from a file of CloudEvents, one per line; `-` is standard input.",
            metavar="FILE|-",
        ),
    ] = None,
    columns: Columns = None,
) -> None:
    """Create a rule set to start from.

    The starter set has two journeys, two surveys, two rules, a policy and their tests, explained by comments. With
    --example: a tested set of one's own trade, with the journeys, questions and precautions that are usual there.
    With --events: journeys, types, channels and attributes guessed from the interactions that really come in, for a person
    to complete; the files say of each guess how sure it is. Each comes with the schemas for completion and help in editors.
    """
    if example is not None and events is not None:
        raise Refused("Choose one of --example and --events.")
    if columns is not None and events is None:
        raise Refused("--columns says what the columns of --events mean: add --events.")
    if events is not None:
        _write_draft(directory, events, columns)
        return
    write_set(directory, example_set(example))
    print_lines(
        [
            "Next:",
            f"  feedback-router check {directory}   what is wrong with the rules, if anything",
            f"  feedback-router test {directory}    what they do, on a simulated clock",
        ]
    )


def _write_draft(directory: Path, events: str, columns: str | None) -> None:
    new_directory(directory)
    files = _draft(events, columns)
    write_set(directory, files)
    if any(name.startswith("journeys/") for name in files):
        told = (
            "Every guess stands there with how sure it is. Nobody is asked yet: the rules are switched off."
        )
    else:
        told = "No journey could be guessed: give a longer log, or write one as `feedback-router init` shows without --events."
    mapping = f" --columns {quote(columns)}" if columns is not None else ""
    shown = "FILE" if events == STDIN else quote(events)
    print_lines([told, "Next:", f"  feedback-router check {directory}   what is still open"])
    if any(name.startswith("routes/") for name in files):
        where = f"  feedback-router backtest {directory} --events {shown}{mapping}   where its customers are"
        print_lines([where])


def _draft(events: str, columns: str | None) -> dict[str, bytes]:
    """The files drafted from a log. Raises `Refused` where nothing of it can be read."""
    from router.authoring.drafting import LogTally, drafted
    from router.decode import decode_line

    tally, dead, first = LogTally(), 0, ""
    with lines.opened(events, columns=columns) as source, progress("looking", source.size) as bar:
        for block in source.blocks():
            for line in block:
                decoded = decode_line(line.text, line.number, lines.ANY_TIME)
                for interaction in decoded.interactions:
                    tally.take(interaction)
                if decoded.dead is not None:
                    dead += 1
                    first = first or f"line {line.number}: {decoded.dead.detail}"
            bar.at(block[-1].read)
    if not tally.interactions:
        raise Refused(f"There are no interactions in {events} to draft from. {first}".rstrip(), FAILED)
    if dead:
        left = "was" if dead == 1 else "were"
        told(f"{counted(dead, 'line')} of {events} cannot be read and {left} left out; the first: {first}")
    return {**drafted(tally), "surveys/ces.yaml": SURVEYS["ces"].read_bytes()}


def new_directory(directory: Path) -> None:
    """Raises `Refused` unless a set can be written there."""
    if directory.exists() and not directory.is_dir():
        raise Refused(f"{directory} is a file: name a new directory.")
    if directory.is_dir() and any(directory.iterdir()):
        raise Refused(f"{directory} is not empty, and nothing in it was touched: name a new directory.")


def write_set(directory: Path, files: dict[str, bytes]) -> None:
    """Writes the files of a set and the schemas into a new or empty directory, and tells which. Raises `Refused`."""
    from router.authoring.language.schema import schema_files

    schemas = {f"schema/{name}": text.encode() for name, text in schema_files().items()}
    try:
        new_directory(directory)
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
