"""Named condition groups: conditions that several rules share."""

from collections.abc import Callable

from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.rules import All, Condition


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

    def condition(self, name: Node, read: Callable[[Node], Condition]) -> Condition | None:
        """The condition of a group; None, with the problem noted, where there is none of that name."""
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
        return self._of(name.value, read)

    def read_all(self, read: Callable[[Node], Condition]) -> None:
        """Reads the groups that nothing named, for their problems."""
        for name in self.nodes:
            self._of(name, read)

    def _of(self, name: str, read: Callable[[Node], Condition]) -> Condition:
        if name not in self._read:
            self._open.append(name)
            self._read[name] = read(self.nodes[name][1])
            self._open.pop()
        return self._read.get(name, All(()))
