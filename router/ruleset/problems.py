"""What is wrong with a rule set: every problem with its place, a stable code and a way out."""

from difflib import get_close_matches
from typing import Literal

from msgspec import Struct

from router.model.rules import Position


class Problem(Struct, frozen=True):
    """One thing wrong in a rule file."""

    code: str
    message: str
    position: Position
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.position}: {self.code} {self.message}{hint}"


class InvalidRules(Exception):
    """The rule set as a whole is refused; `problems` holds every reason found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class Problems:
    """Collects problems, so that one reading finds them all."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, code: str, position: Position, message: str, hint: str | None = None) -> None:
        """Notes an error at a place."""
        self.found.append(Problem(code, message, position, hint))

    def unknown(self, code: str, position: Position, what: str, name: str, known: list[str]) -> None:
        """Reports an unknown name, with the nearest known one where one is near."""
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known)[:12]) or 'none'}"
        self.add(code, position, f"unknown {what} {name[:80]!r}", hint)

    def raise_if_any(self) -> None:
        """Raises `InvalidRules` with all that was found, in reading order."""
        if self.found:
            raise InvalidRules(sorted(self.found, key=lambda problem: _place(problem.position)))


def _place(position: Position) -> tuple[str, int, int]:
    return position.file, position.line, position.column
