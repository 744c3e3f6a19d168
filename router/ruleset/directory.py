"""Rule files below a directory, read within bounds."""

from pathlib import Path
from typing import Final

from router.model.rules import Position
from router.ruleset.nodes import MAX_BYTES
from router.ruleset.problems import Problems

MAX_FILES: Final = 10_000
MAX_TOTAL: Final = 50_000_000
"""Bytes of all rule files together."""

_ENDINGS: Final = (".yaml", ".yml")


def read_directory(directory: Path) -> dict[str, bytes]:
    """The rule files below a directory by path. Raises `InvalidRules` where one can not be read or there is none."""
    problems = Problems()
    texts = read_files(directory, problems)
    problems.raise_if_any()
    return texts


def read_files(directory: Path, problems: Problems) -> dict[str, bytes]:
    """The rule files below a directory by path; what can not be read is noted, and a large file is cut short."""
    here = Position(str(directory), 1, 1)
    if not directory.is_dir():
        problems.add("R070", here, "there is no such directory", "name the directory of your rules")
        return {}
    texts: dict[str, bytes] = {}
    total = 0
    for path in _files(directory, problems):
        if len(texts) == MAX_FILES or total > MAX_TOTAL:
            message = f"more than {MAX_FILES} rule files, or {MAX_TOTAL} bytes of them"
            problems.add("R071", here, message, "is this the right directory?")
            break
        text = _read(path, problems)
        if text is not None:
            texts[str(path)] = text
            total += len(text)
    if not texts and not problems.found:
        problems.add("R071", here, "no rule files (.yaml) here", "`feedback-router init` makes a starter set")
    return texts


def _files(directory: Path, problems: Problems) -> list[Path]:
    found = []
    pending = [directory]
    while pending:
        folder = pending.pop()
        try:
            for path in folder.iterdir():
                if path.is_dir() and not path.is_symlink():
                    pending.append(path)
                elif path.suffix in _ENDINGS:
                    found.append(path)
        except OSError as error:
            _unreadable(folder, error, problems)
    return sorted(found)


def _read(path: Path, problems: Problems) -> bytes | None:
    try:
        if not path.is_file() and path.exists():
            problems.add("R070", Position(str(path), 1, 1), "is no regular file", "remove it or rename it")
            return None
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        _unreadable(path, error, problems)
    return None


def _unreadable(path: Path, error: OSError, problems: Problems) -> None:
    reason = error.strerror or "input error"
    hint = "the link leads nowhere, or in a circle" if path.is_symlink() else "check its permissions"
    problems.add("R070", Position(str(path), 1, 1), f"can not be read: {reason}", hint)
