"""Conditions that can never hold or always hold."""

from collections.abc import Iterator

from router.authoring.language.context import context
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import satisfiable, tests_of
from router.model.rules import All, AnyOf, Condition, Not, Position, Rule, Test
from router.rules.evaluate import in_words, shown


def check_logic(definitions: Definitions, problems: Problems) -> None:
    """R080, R081, R082, R085: conditions of rules that can never hold, or always do."""
    for rule in definitions.rules:
        _RuleLogic(rule, context(rule.definition, definitions), problems).check()


class _RuleLogic:
    """The conditions of one rule, in the context of what it is tried on."""

    def __init__(self, placed: Placed[Rule], known: tuple[Condition, ...], problems: Problems) -> None:
        self.rule = placed.definition
        self.placed = placed
        self.known = known
        self.problems = problems

    def check(self) -> None:
        when = self.rule.when
        if satisfiable(*self.known, when) is False:
            self.contradiction(when, "when", self.known)
            return
        self.branches(when)
        self.tautologies(when, "when")
        if self.rule.journey is None and when == All(()) and self.placed.values("when"):
            message = "`when` holds for every interaction"
            self.problems.add("R081", self.placed.place("when"), message, "name at least a `type`")
        unless = self.rule.unless
        if unless is None:
            return
        if satisfiable(*self.known, unless) is False:
            self.contradiction(unless, "unless", self.known)
        elif satisfiable(*self.known, when, Not(unless)) is False:
            message = "`unless` holds whenever `when` does: the rule never asks"
            hint = "an empty block always holds" if unless == All(()) else "narrow it, or remove the rule"
            self.problems.add("R082", self.placed.place("unless"), message, hint)
        else:
            self.tautologies(unless, "unless")

    def contradiction(self, condition: Condition, block: str, known: tuple[Condition, ...]) -> None:
        """Notes the first part that does not go together with those before it."""
        before: list[Condition] = list(known)
        for part in _parts(condition):
            if satisfiable(*before, part) is False:
                self.never(part, before, block)
                return
            before.append(part)

    def never(self, part: Condition, before: list[Condition], block: str) -> None:
        place = self.place(part, block)
        if isinstance(part, Test) and part.field == "type" and satisfiable(*self.known, part) is False:
            step = " or ".join(repr(name) for name in self.rule.steps) or "any step"
            message = (
                f"no interaction that enters {step} of {self.rule.journey!r} has type {shown(part.value)}"
            )
            kinds = next(test for test in tests_of(All(self.known)) if test.field == "type")
            self.problems.add("R085", place, message, f"those have {shown(kinds.value)}")
            return
        partner = next((other for other in before if satisfiable(other, part) is False), None)
        if partner is None or partner in self.known:
            message = f"`{in_words(part)[:100]}` can never hold here"
        else:
            first = next((test.position for test in tests_of(partner) if test.position), None)
            where = f" at line {first.line}" if first else ""
            message = f"`{in_words(part)[:100]}` can never hold with `{in_words(partner)[:100]}`{where}"
        signal = isinstance(part, Test) and part.field.startswith("journey.")
        hint = "a signal is absent until it is counted: `{exists: false}`" if signal else "remove one of them"
        self.problems.add("R080", place, message, hint)

    def branches(self, condition: Condition) -> None:
        """Notes the branches of an `any` that can never hold beside the other conditions."""
        parts = _parts(condition)
        for part in parts:
            if not isinstance(part, AnyOf):
                continue
            others = tuple(other for other in parts if other is not part)
            for branch in part.parts:
                if satisfiable(*self.known, *others, branch) is False:
                    self.contradiction(branch, "when", (*self.known, *others))

    def tautologies(self, condition: Condition, block: str) -> None:
        for part in _parts(condition):
            if isinstance(part, AnyOf | Not) and satisfiable(Not(part)) is False:
                message = f"`{in_words(part)[:100]}` always holds"
                self.problems.add("R081", self.place(part, block), message, "remove it")

    def place(self, part: Condition, block: str) -> Position:
        """Where a part stands in the rule: at its value, at the `any` or `not` around it, or at its group."""
        tests = [test.position for test in tests_of(part) if test.position]
        node = self.placed.node.find(block)
        for key, value in node.value.values() if node and isinstance(node.value, dict) else ():
            if tests and tests[0] in set(_places(value)):
                return tests[0] if isinstance(part, Test) else key.position
        if node is None:
            return self.placed.position
        return node.place("group")


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All) else (condition,)


def _places(node: Node) -> Iterator[Position]:
    yield node.position
    for inner in node.value if isinstance(node.value, list) else ():
        yield from _places(inner)
    for _, inner in node.value.values() if isinstance(node.value, dict) else ():
        yield from _places(inner)
