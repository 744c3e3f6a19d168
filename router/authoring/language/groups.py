"""Named condition groups: conditions that several rules share."""

from collections.abc import Callable
from typing import Final

from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import tests_of
from router.model.rules import All, Condition, Not, Test

MOST_INSIDE: Final = 1_000
"""Comparisons that a group takes from others."""

MOST_OF_ALL: Final = 1_000_000
"""Comparisons that all groups of a set bring to where they are named."""

MAX_LEVELS: Final = 64
"""Levels of conditions, those of groups included."""


class Groups:
    """The groups of the set by name. Each is read once, when it is first named; `used` are the names asked for.

    `nodes` holds the (key, conditions) pair of each.
    """

    def __init__(self, nodes: dict[str, tuple[Node, Node]], problems: Problems) -> None:
        self.nodes = nodes
        self.problems = problems
        self.used: set[str] = set()
        self._read: dict[str, Condition] = {}
        self._open: list[str] = []
        self._size: dict[str, int] = {}
        self._inside: list[int] = []
        self._brought = 0

    def condition(self, name: Node, read: Callable[[Node], Condition], level: int) -> Condition | None:
        """The condition of a group that is named at a level; None, with the problem noted, where there is none."""
        if not isinstance(name.value, str):
            self.problems.add(
                "R012", name.position, f"`group` must be the name of a group, not {name.kind}", None
            )
            return None
        if name.value not in self.nodes:
            self.problems.undefined("R027", name.position, "group", name.value, list(self.nodes))
            return None
        self.used.add(name.value)
        if name.value in self._open:
            circle = " → ".join([*self._open[self._open.index(name.value) :], name.value])
            self.problems.add("R028", name.position, f"groups in a circle: {circle}", "break it here")
            return None
        condition = self._of(name.value, read)
        if level + _levels(condition) > MAX_LEVELS:
            message = f"nested deeper than {MAX_LEVELS} levels, groups included"
            self.problems.add("R007", name.position, message, "rules need four or five at most")
            return None
        # A few groups that name each other twice would unfold to millions of comparisons.
        size = self._size[name.value]
        self._brought += size
        if self._inside:
            self._inside[-1] += size
        if self._brought > MOST_OF_ALL or (self._inside and self._inside[-1] > MOST_INSIDE):
            message = f"group {name.value[:80]!r} brings more comparisons than can be taken here"
            self.problems.add("R106", name.position, message, "name it less often, or make it smaller")
            return None
        return condition

    def read_all(self, read: Callable[[Node], Condition]) -> None:
        """Reads the groups that nothing named, for their problems."""
        for name in self.nodes:
            self._of(name, read)

    def _of(self, name: str, read: Callable[[Node], Condition]) -> Condition:
        if name not in self._read:
            self._open.append(name)
            self._inside.append(0)
            condition = read(self.nodes[name][1])
            self._open.pop()
            self._inside.pop()
            self._read[name] = condition
            self._size[name] = sum(1 for _ in tests_of(condition))
        return self._read.get(name, All(()))


def _levels(condition: Condition) -> int:
    if isinstance(condition, Test):
        return 0
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return 1 + max(map(_levels, parts), default=0)
