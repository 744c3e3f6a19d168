"""Where a text breaks the grammar, and what may have been meant there."""

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class Guess(Struct, frozen=True):
    """A line as it was meant, and what is said of it: where, in which words, and how to write it."""

    line: int
    text: str
    column: int
    message: str
    hint: str
    code: str = "R003"
    others: tuple[tuple[int, str], ...] = ()


class Break(Struct, frozen=True):
    """Where and how the grammar breaks; lines and columns count from 0. `line` is beyond the last where all is well."""

    line: int
    column: int
    problem: str
    since: tuple[int, int] | None = None


def breaks(content: str) -> Break | None:
    """Where a text breaks the grammar; None where it does not."""
    try:
        for _ in YAML(typ="safe").parse(content):
            pass
    except MarkedYAMLError as error:
        return of_error(error)
    except (YAMLError, ValueError):
        return Break(0, 0, "")
    return None


def of_error(error: MarkedYAMLError) -> Break:
    """The break that a reading ran into."""
    mark, since = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return Break(0, 0, error.problem or "")
    return Break(mark.line, mark.column, error.problem or "", (since.line, since.column) if since else None)


def written_before(lines: list[str], here: int) -> int | None:
    """The line above that is neither empty nor a comment."""
    above = (n for n in range(here - 1, -1, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
    return next(above, None)


def shortened(text: str) -> str:
    """A line as it is told: its beginning and its last sign."""
    text = text.strip()
    return text if len(text) <= 90 else f"{text[:80]} … {text[-1]}"
