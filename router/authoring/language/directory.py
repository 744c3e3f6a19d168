"""Rule files below a directory, read within bounds."""

from pathlib import Path
from typing import Final

from router.authoring.language.beside import named_files
from router.authoring.language.finding import (
    RuleFile,
    file_inside,
    found_files,
    is_directory,
    note_not_read,
    unreadable,
)
from router.authoring.language.nodes import MAX_BYTES
from router.authoring.language.problems import Problems
from router.model.rules import Position

MAX_FILES: Final = 10_000
MAX_TOTAL: Final = 50_000_000
"""Bytes of all rule files together."""


def read_files(directory: Path, problems: Problems) -> dict[str, bytes]:
    """The rule files below a directory by path, and the files beside them that sources name.

    What cannot be read is noted, and a large file is cut short.
    """
    here = Position(str(directory), 1, 1)
    if not is_directory(directory):
        problems.add("R070", here, "there is no such directory", "name the directory of your rules")
        return {}
    texts: dict[str, bytes] = {}
    found = found_files(directory, problems)
    _add(found.rules, texts, here, problems)
    named = named_files(texts)
    beside = [path for path in found.others if str(path) in named]
    _add([file for path in beside if (file := file_inside(directory, path, problems))], texts, here, problems)
    note_not_read(directory, [path for path in found.others if path not in beside], problems)
    if not texts and not any(problem.severity == "error" for problem in problems.found):
        problems.add("R071", here, "no rule files (.yaml) here", "`feedback-router init` makes a starter set")
    return texts


def read_alone(file: Path, problems: Problems) -> dict[str, bytes]:
    """One rule file, and the files beside it that it names, by path; what cannot be read is noted."""
    texts: dict[str, bytes] = {}
    here = Position(str(file), 1, 1)
    _add([RuleFile(file, file)], texts, here, problems)
    beside = [Path(name) for name in sorted(named_files(texts))]
    found = [file_inside(file.parent, path, problems) for path in beside if path.exists()]
    _add([one for one in found if one is not None], texts, here, problems)
    return texts


def _add(files: list[RuleFile], texts: dict[str, bytes], here: Position, problems: Problems) -> None:
    """Adds the texts of files, as far as the bounds allow."""
    total = sum(map(len, texts.values()))
    for file in files:
        if len(texts) == MAX_FILES or total > MAX_TOTAL:
            message = f"more than {MAX_FILES} rule files, or {MAX_TOTAL} bytes of them"
            problems.add("R071", here, message, "is this the right directory?")
            return
        text = _read(file, problems)
        if text is not None:
            texts[str(file.path)] = text
            total += len(text)


def _read(file: RuleFile, problems: Problems) -> bytes | None:
    try:
        if not file.real.is_file() and file.real.exists():
            here = Position(str(file.path), 1, 1)
            problems.add("R070", here, "is no regular file", "remove it or rename it")
            return None
        with file.real.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        unreadable(file.path, error, problems)
    return None
