"""Rule files below a directory, read within bounds."""

from pathlib import Path
from typing import Final

from router.authoring.language.finding import RuleFile, is_directory, rule_files, unreadable
from router.authoring.language.nodes import MAX_BYTES
from router.authoring.language.problems import Problems
from router.model.rules import Position

MAX_FILES: Final = 10_000
MAX_TOTAL: Final = 50_000_000
"""Bytes of all rule files together."""


def read_files(directory: Path, problems: Problems) -> dict[str, bytes]:
    """The rule files below a directory by path; what cannot be read is noted, and a large file is cut short."""
    here = Position(str(directory), 1, 1)
    if not is_directory(directory):
        problems.add("R070", here, "there is no such directory", "name the directory of your rules")
        return {}
    texts: dict[str, bytes] = {}
    total = 0
    for file in rule_files(directory, problems):
        if len(texts) == MAX_FILES or total > MAX_TOTAL:
            message = f"more than {MAX_FILES} rule files, or {MAX_TOTAL} bytes of them"
            problems.add("R071", here, message, "is this the right directory?")
            break
        text = _read(file, problems)
        if text is not None:
            texts[str(file.path)] = text
            total += len(text)
    if not texts and not any(problem.severity == "error" for problem in problems.found):
        problems.add("R071", here, "no rule files (.yaml) here", "`feedback-router init` makes a starter set")
    return texts


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
