"""Which files below a directory are rule files, and which lie beside them: by their names, once each, none that lies outside."""

from collections.abc import Iterator
from errno import ELOOP
from pathlib import Path
from typing import Final
from unicodedata import category

from msgspec import Struct

from router.authoring.language.problems import Problems
from router.model.rules import Position

MAX_ENTRIES: Final = 100_000
"""Names looked at below one directory."""

_ENDINGS: Final = (".yaml", ".yml")
_PAPERS: Final = (".md", ".rst", ".adoc", ".png", ".svg", ".pdf", ".html")
_PAPER_NAMES: Final = ("readme", "license", "licence", "notice", "codeowners", "makefile")
_MOST_SAID: Final = 10
_STEERING: Final = ("Cc", "Cs", "Zl", "Zp")
_DIRECTIONS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class RuleFile(Struct, frozen=True, order=True):
    """A rule file: the path it is known by, and where it lies when links are followed."""

    path: Path
    real: Path


class FoundFiles(Struct, frozen=True):
    """The rule files below a directory in the order of their paths, and the paths of all other files."""

    rules: list[RuleFile]
    others: list[Path]


def found_files(directory: Path, problems: Problems) -> FoundFiles:
    """The files below a directory.

    Names that begin with a dot are passed over, at any level. A link is followed within the directory only, and
    a rule file that several names lead to is there once. What is wrong is noted.
    """
    search = _Search(directory, problems)
    rules = sorted(search.files())
    return FoundFiles(rules, sorted(search.others))


def file_inside(directory: Path, path: Path, problems: Problems) -> RuleFile | None:
    """A file that another one names; None, with the problem noted, where it lies outside the directory."""
    search = _Search(directory, problems)
    try:
        search.root = _real(directory)
    except OSError as error:
        unreadable(directory, error, problems)
        return None
    real = search.inside(path)
    return RuleFile(path, real) if real is not None else None


def note_not_read(directory: Path, paths: list[Path], problems: Problems) -> None:
    """Notes files that are neither rule files nor named by one, unless nobody takes them for rules."""
    said = [path for path in paths if not _is_paper(path)]
    for path in said[:_MOST_SAID]:
        problems.add(
            "R096",
            Position(_shown(path), 1, 1),
            "is not read: its name does not end in .yaml or .yml",
            "rename it if it holds rules; else keep it elsewhere, or begin its name with a dot",
        )
    if len(said) > _MOST_SAID:
        message = f"{len(said) - _MOST_SAID:,} more files here are not read: their names do not end in .yaml or .yml"
        problems.add("R096", Position(str(directory), 1, 1), message)


class _Search:
    def __init__(self, directory: Path, problems: Problems) -> None:
        self._directory = directory
        self._problems = problems
        self._seen: set[Path] = set()
        self._looked_at = 0
        self.others: list[Path] = []

    def files(self) -> Iterator[RuleFile]:
        try:
            self.root = _real(self._directory)
        except OSError as error:
            unreadable(self._directory, error, self._problems)
            return
        # What stands there itself goes before what links lead to.
        folders, links = [self._directory], list[Path]()
        self._seen.add(self.root)
        while folders or links:
            path = folders.pop() if folders else links.pop(0)
            for inner in self._inside_of(path) if is_directory(path) else [path]:
                if _is_link(inner) and inner != path:
                    links.append(inner)
                elif is_directory(inner):
                    folders.append(inner)
                elif (file := self._file(inner)) is not None:
                    yield file

    def _inside_of(self, folder: Path) -> list[Path]:
        """What is in a folder and has a name that counts; nothing where a link to it leads out or has been followed."""
        if _is_link(folder) and folder != self._directory and self.inside(folder) is None:
            return []
        inside = []
        try:
            for path in folder.iterdir():
                self._looked_at += 1
                if self._looked_at > MAX_ENTRIES:
                    if self._looked_at == MAX_ENTRIES + 1:
                        message = f"more than {MAX_ENTRIES:,} files and directories"
                        place = Position(str(self._directory), 1, 1)
                        self._problems.add("R071", place, message, "is this the right directory?")
                    return []
                if not path.name.startswith("."):
                    inside.append(path)
        except OSError as error:
            unreadable(folder, error, self._problems)
        return sorted(inside)

    def _file(self, path: Path) -> RuleFile | None:
        if path.suffix.lower() not in _ENDINGS:
            self.others.append(path)
            return None
        if any(map(_unwritable, str(path.relative_to(self._directory)))):
            message = "has a name that is not UTF-8, or holds signs that steer a terminal"
            self._problems.add("R070", Position(_shown(path), 1, 1), message, "rename it")
            return None
        real = self.inside(path)
        return RuleFile(path, real) if real is not None else None

    def inside(self, path: Path) -> Path | None:
        """Where it lies; None where it was met before or is not to be read, which is then noted."""
        try:
            real = _real(path)
        except OSError as error:
            unreadable(path, error, self._problems)
            return None
        if not real.is_relative_to(self.root):
            message, hint = "is a link that leads out of the directory", "put what it leads to here itself"
            self._problems.add("R070", Position(_shown(path), 1, 1), message, hint)
            return None
        if real in self._seen:
            return None
        self._seen.add(real)
        return real


def is_directory(path: Path) -> bool:
    """Whether it is a directory, or a link to one; no where that cannot be seen."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False


def unreadable(path: Path, error: OSError, problems: Problems) -> None:
    """Notes what cannot be read."""
    reason = error.strerror or "input error"
    hint = "the link leads nowhere, or in a circle" if _is_link(path) else "check its permissions"
    problems.add("R070", Position(_shown(path), 1, 1), f"cannot be read: {reason}", hint)


def _real(path: Path) -> Path:
    """Where it lies. Raises `OSError`."""
    try:
        return path.resolve(strict=True)
    except RuntimeError:  # what Python before 3.13 calls a circle of links
        raise OSError(ELOOP, "Too many levels of symbolic links") from None


def _shown(path: Path) -> str:
    """The path as text, whatever bytes it holds."""
    return "".join(repr(sign)[1:-1] if _unwritable(sign) else sign for sign in str(path))


def _unwritable(sign: str) -> bool:
    """Whether it is no character, ends a line, or does something to a terminal or to the order of text."""
    return category(sign) in _STEERING or sign in _DIRECTIONS


def _is_paper(path: Path) -> bool:
    """Whether nobody takes the file for rules: a text about them, a picture, a schema for editors."""
    if path.suffix.lower() in _PAPERS or path.stem.lower() in _PAPER_NAMES:
        return True
    return path.suffix == ".json" and path.parent.name == "schema"
