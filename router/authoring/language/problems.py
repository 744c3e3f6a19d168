"""What is wrong with a rule set: every problem with its place, a stable code and a way out."""

import re
from bisect import bisect
from collections import Counter
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from router.authoring.codes import CODES, Severity
from router.authoring.language.everyday import everyday, is_everyday, listed
from router.authoring.language.node import Node, said
from router.model.rules import Position

MAX_PROBLEMS: Final = 1_000
"""Errors told of one file, and warnings."""

MAX_COMPARISONS: Final = 50_000
"""Names compared for a "did you mean" in one reading; beyond, problems come without."""

_SHOWN: Final = 16
_NEGATED: Final = re.compile(r"(?:not|niet|geen|no)\s+|!", re.IGNORECASE)
_GRAMMAR: Final = frozenset(("R001", "R002", "R003", "R004", "R007", "R010", "R117", "R118", "R119"))
"""Problems after which a file is not what its author meant: they are told first."""


class Problem(Struct, frozen=True):
    """One thing wrong in a rule file."""

    code: str
    message: str
    position: Position
    hint: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.position}: {self.code} {self.message}{hint}"


class InvalidRules(Exception):
    """The rule set as a whole is refused; `problems` holds every reason found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class Problems:
    """Collects problems, so that one reading finds them all.

    `lost` holds the texts that could not be read: what is only defined there is not called unknown.
    """

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.lost: list[str] = []
        self._closed: set[Position] = set()
        self._wrong: set[Position] = set()
        self._told: set[Position] = set()
        self._comparisons = 0
        self._noted: Counter[tuple[str, Severity]] = Counter()

    def add(
        self, code: str, position: Position, message: str, hint: str | None = None, *, final: bool = False
    ) -> None:
        """Notes a problem at a place. After a `final` one nothing more is said of that place."""
        severity = CODES[code].severity
        if position in self._closed:
            return
        self._told.add(position)
        noted = self._noted[position.file, severity]
        self._noted[position.file, severity] = noted + 1
        if noted >= MAX_PROBLEMS:
            # A file of nothing but mistakes would fill the memory with them; the first one beyond says so.
            if noted == MAX_PROBLEMS:
                message = f"this file has more than {MAX_PROBLEMS:,} {severity}s"
                self.found.append(Problem("R098", message, position, "mend those told first", severity))
            return
        if final:
            self._closed.add(position)
        if severity == "error":
            self._wrong.add(position)
        self.found.append(Problem(code, message, position, hint, severity))

    def told(self, position: Position) -> bool:
        """Whether something is said of a place already."""
        return position in self._told

    def unknown(
        self, code: str, position: Position, what: str, name: str, known: list[str], *, many: bool = False
    ) -> None:
        """Reports an unknown name, with the one that was meant; with `many`, a list may stand in its place."""
        self.add(code, position, f"unknown {what} {said(name[:80])}", self.way_out(name, known, many=many))

    def way_out(self, name: str, known: list[str], *, many: bool = False) -> str:
        """The known names that an unknown one may stand for, as a hint."""
        parts = listed(name) if many else []
        if len(parts) > 1:
            meant = [self.meant(part, known) for part in parts]
            if all(meant):
                return f"write [{', '.join(one for one in meant if one)}]"
        negated = None if everyday(name[:100], known) else _NEGATED.match(name)
        if negated and (other := self.meant(name[negated.end() :], known)):
            others = [one for one in known if one != other]
            return f"write the others: [{', '.join(others)}]" if many else f"known: {', '.join(others)}"
        near = self.meant(name, known)
        if near:
            return f"did you mean {said(near)}?"
        shown = ", ".join(sorted(known)[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")
        return f"known: {shown or 'none'}"

    def undefined(
        self, code: str, position: Position, what: str, name: str, known: list[str], *, many: bool = False
    ) -> None:
        """As `unknown`, for a name that the set should define, unless a text that was lost may do so."""
        if position not in self._wrong and not self.may_hold(name):
            self.unknown(code, position, what, name, known, many=many)

    def unread(self, node: Node) -> None:
        """Notes that what a part holds could not be read: what it defines is not called unknown."""
        self.lost.append(str(node.plain()))

    def may_hold(self, name: str) -> bool:
        """Whether a text that was lost has the name."""
        return any(name in text for text in self.lost)

    def close(self, position: Position) -> None:
        """Lets nothing more be said of a place: it is the effect of what was told elsewhere."""
        self._closed.add(position)

    def is_wrong(self, position: Position) -> bool:
        """Whether an error was noted at a place."""
        return position in self._wrong

    def wrong(
        self, node: Node, key: str, expected: str, hint: str | None = None, *, code: str = "R012"
    ) -> None:
        """Reports a value of the wrong kind, with what was expected."""
        if not node.cut:
            self.add(code, node.position, f"`{key}` must be {expected}, not {node.shown}", hint)

    def meant(self, name: str, known: list[str]) -> str | None:
        """The known name that this one stands for: itself, in everyday words, or misspelt."""
        if name in known:
            return name
        self._comparisons += len(known)
        if self._comparisons > MAX_COMPARISONS:
            return None
        near = everyday(name[:100], known)
        # An everyday word is rarely another one, misspelt: `end` is not `send`.
        return near or self.nearest(name, known, 0.9 if is_everyday(name[:100]) else 0.75)

    def nearest(self, name: str, known: list[str], cutoff: float = 0.75) -> str | None:
        """The known name most like this one, if any is."""
        self._comparisons += len(known)
        if self._comparisons > MAX_COMPARISONS:
            return None
        near = get_close_matches(name[:100], known, n=1, cutoff=cutoff)
        if near:
            return near[0]
        letters = sorted(name)
        return next((one for one in known if sorted(one) == letters), None)

    def ordered(self) -> list[Problem]:
        """All that was found: errors before warnings, causes before their effects, else in reading order.

        Of a place with an error nothing is warned.
        """

        def place(problem: Problem) -> tuple[bool, bool, str, int, int, str]:
            at = problem.position
            minor, effect = problem.severity != "error", problem.code not in _GRAMMAR
            return minor, effect, at.file, at.line, at.column, problem.code

        told = (one for one in self.found if one.severity == "error" or one.position not in self._wrong)
        return sorted(told, key=place)

    def faulty(self, nodes: list[Node]) -> set[int]:
        """Which of the parts, given in the order of their files, hold an error; each reaches to the next."""
        starts: dict[str, list[tuple[int, int, int]]] = {}
        for number, node in enumerate(nodes):
            place = node.position
            starts.setdefault(place.file, []).append((place.line, place.column, number))
        cut_short = {
            file
            for (file, severity), count in self._noted.items()
            if severity == "error" and count > MAX_PROBLEMS
        }
        faulty = {n for n, node in enumerate(nodes) if node.cut or node.position.file in cut_short}
        for problem in self.found:
            before = starts.get(problem.position.file, [])
            at = bisect(before, (problem.position.line, problem.position.column, len(nodes)))
            if at and problem.severity == "error":
                faulty.add(before[at - 1][2])
        return faulty

    def raise_if_any(self) -> None:
        """Raises `InvalidRules` with the errors found, in reading order."""
        errors = [problem for problem in self.ordered() if problem.severity == "error"]
        if errors:
            raise InvalidRules(errors)
