"""File texts to the parts of a set: each file by its kind, every mistake noted."""

from typing import TypeVar

from router.authoring.language.conditions import read_condition
from router.authoring.language.groups import Groups
from router.authoring.language.node import Node
from router.authoring.language.nodes import read
from router.authoring.language.parts import Parts, Placed
from router.authoring.language.problems import Problems
from router.authoring.language.read_journey import read_journey
from router.authoring.language.read_policy import POLICY_KEYS, read_policy
from router.authoring.language.read_rules import read_rules
from router.authoring.language.read_surveys import read_surveys
from router.authoring.language.read_tests import read_tests
from router.authoring.language.reader import Reader
from router.model.journey import JourneyDefinition
from router.model.rule_tests import RuleTest
from router.model.survey import Survey

KINDS = ("journey", "rules", "groups", "surveys", "tests", *POLICY_KEYS)

P = TypeVar("P")


def read_parts(texts: dict[str, bytes], problems: Problems) -> Parts:
    """The parts of all files. A part with a mistake is left out or incomplete, and the problem noted."""
    files = _Files(problems)
    for file, text in texts.items():
        root = read(file, text, problems)
        if root is not None:
            files.add(root)
    return files.parts()


class _Files:
    """The files by kind."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.roots: list[Node] = []
        self.journeys: list[Node] = []
        self.routes: list[Node] = []
        self.surveys: list[Node] = []
        self.tests: list[Node] = []
        self.policies: list[Node] = []

    def add(self, root: Node) -> None:
        """Sorts a file by the keys it opens with."""
        self.roots.append(root)
        keys = list(root.value) if isinstance(root.value, dict) else []
        if "journey" in keys:
            self.journeys.append(root)
        elif "rules" in keys or "groups" in keys:
            self.routes.append(root)
        elif "surveys" in keys:
            self.surveys.append(root)
        elif "tests" in keys:
            self.tests.append(root)
        elif any(key in POLICY_KEYS for key in keys):
            self.policies.append(root)
        elif root.value is not None and not root.cut:
            self.unknown(root, keys)

    def unknown(self, root: Node, keys: list[str]) -> None:
        near = self.problems.nearest(keys[0], list(KINDS)) if keys else None
        known = "it opens with `journey:`, `rules:`, `groups:`, `surveys:`, `tests:` or a policy key such as `limits:`"
        hint = f"did you mean `{near}:`?" if near else known
        place = root.value[keys[0]][0].position if keys else root.position
        self.problems.add("R072", place, "cannot tell what this file holds", hint)

    def parts(self) -> Parts:
        """All definitions. Groups come first, since rules name them."""
        groups = Groups(self.groups(), self.problems)
        journeys: dict[str, Placed[JourneyDefinition]] = {}
        for root in self.journeys:
            definition = read_journey(root, self.problems)
            if definition is not None:
                placed = Placed(definition, root, root.value["journey"][1])
                self.once("journey", definition.name, placed, journeys)
        surveys: dict[str, Placed[Survey | None]] = {}
        for root in self.surveys:
            for name, survey in read_surveys(root, self.problems).items():
                self.once("survey", name, survey, surveys)
        rules = [rule for root in self.routes for rule in read_rules(root, self.problems, groups)]
        self.unique_rules([rule for rule in rules if rule.what.id])
        groups.read_all(lambda node: read_condition(node, self.problems, groups))
        tests: list[RuleTest] = [test for root in self.tests for test in read_tests(root, self.problems)]
        policy = read_policy(self.policies, self.problems)
        return Parts(journeys, rules, surveys, policy, tests, groups, self.roots)

    def groups(self) -> dict[str, tuple[Node, Node]]:
        found: dict[str, tuple[Node, Node]] = {}
        for root in self.routes:
            block = Reader(root, self.problems, "a route file").reader("groups", "`groups`")
            for name, (key, body) in block.pairs.items() if block else ():
                if name in found:
                    self.twice("group", name, key, found[name][0])
                found.setdefault(name, (key, body))
        return found

    def once(self, kind: str, name: str, placed: Placed[P], known: dict[str, Placed[P]]) -> None:
        """Keeps a definition under its name, the first where there are several."""
        if name in known:
            self.twice(kind, name, placed.key or placed.node, known[name].key or known[name].node)
        known.setdefault(name, placed)

    def unique_rules(self, rules: list[Placed[P]]) -> None:
        seen: dict[str, Node] = {}
        for rule in rules:
            key = rule.node.find("id") or rule.node
            name = str(key.value)
            if name in seen:
                self.twice("rule", name, key, seen[name])
            seen.setdefault(name, key)

    def twice(self, kind: str, name: str, again: Node, first: Node) -> None:
        message, hint = f"{kind} {name!r} is defined twice", f"also at {first.position}"
        self.problems.add("R073", again.position, message, hint)
