"""Names that definitions of a set use, held against those that it has."""

from collections.abc import Collection

from router.authoring.checks.lists import parts_of
from router.authoring.language.definitions import Definitions
from router.authoring.language.keys import Named
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.journey import EXPIRED

LIKENESS = 0.85
"""From here on two type names look like one, misspelt."""


_OF_LISTS = ("R077", "R078", "R079")
"""Names of which several may stand in a list."""


class Names:
    """What the set has: `types` are those of journeys and of the policy's list."""

    def __init__(self, definitions: Definitions, problems: Problems) -> None:
        self.problems = problems
        self.surveys = list(definitions.surveys)
        self.journeys = list(definitions.journeys)
        self.rules = {rule.definition.id for rule in definitions.rules}
        self.alerts = {alert.definition.id for alert in definitions.alerts}
        self.steps = {name: list(placed.definition.steps) for name, placed in definitions.journeys.items()}
        self.channels = frozenset(definitions.policy.policy.channels)
        self.types = definitions.types() | set(definitions.policy.policy.types)
        self.types_listed = bool(definitions.policy.policy.types)

    def check(self, named: Named, node: Node) -> None:
        """Notes what the set does not have."""
        match named:
            case "survey":
                self._among(node, self.surveys, "R074", "survey")
            case "rule":
                # A rule whose id could not be read may be the one that is meant.
                if "" not in self.rules:
                    self._among(node, self.rules, "R102", "rule")
            case "alert":
                self._among(node, self.alerts, "R116", "alert")
            case "journey":
                self.journey(node, many=True)
            case "channel":
                self.channel(node)
            case "type":
                self.type(node)

    def journey(self, node: Node, *, many: bool = False) -> None:
        """Notes a journey that the set does not have; with `many`, a list may stand in its place."""
        self._among(node, self.journeys, "R075", "journey", many=many)

    def step(self, node: Node, journey: str | None) -> None:
        """Notes a step that the journey does not have; without a journey, that none has."""
        if journey is None:
            every = sorted({EXPIRED, *(step for steps in self.steps.values() for step in steps)})
            self._among(node, every, "R077", "step")
        # A journey without steps lacks them by a mistake, which was told.
        elif self.steps.get(journey):
            self._among(node, [*self.steps[journey], EXPIRED], "R077", f"step of journey {journey!r}:")

    def channel(self, node: Node) -> None:
        """Notes a channel that is none of the company's, where the policy lists those."""
        if self.channels:
            self._listed(node, self.channels, "R078", "channel", "channels")

    def type(self, node: Node) -> None:
        """Notes a type that is not known, or, where the policy lists none, one that looks misspelt."""
        if not isinstance(node.value, str) or node.value in self.types:
            return
        if self.types_listed:
            self._listed(node, self.types, "R079", "interaction type", "types")
            return
        near = self.problems.nearest(node.value, sorted(self.types), LIKENESS)
        if near:
            message = f"no journey names the type {node.value!r}"
            self.problems.add("R086", node.position, message, f"did you mean {near!r}?")

    def _listed(self, node: Node, known: Collection[str], code: str, what: str, key: str) -> None:
        """Notes what the policy does not list; where nothing known looks like it, the list may lack it."""
        if not isinstance(node.value, str) or node.value in known:
            return
        if parts_of(node.value) or self.problems.meant(node.value, sorted(known)):
            self._among(node, known, code, what)
        elif not any(node.value in text for text in self.problems.lost):
            hint = f"if it is right, add it to `{key}:` in the policy"
            self.problems.add(code, node.position, f"unknown {what} {node.value[:80]!r}", hint)

    def _among(self, node: Node, known: Collection[str], code: str, what: str, *, many: bool = False) -> None:
        if isinstance(node.value, str) and node.value not in known:
            many = many or code in _OF_LISTS
            self.problems.undefined(code, node.position, what, node.value, sorted(known), many=many)
