"""Rule files to a rule set: all of them valid, or all problems at once."""

import hashlib
from pathlib import Path

from router.model.journey import JourneyDefinition
from router.model.policy import Limit, Policy, Quota
from router.model.rule_tests import RuleTest
from router.model.rules import Position, Rule
from router.model.survey import Survey
from router.ruleset.load_tests import check_tests
from router.ruleset.nodes import Node, read
from router.ruleset.problems import InvalidRules, Problem, Problems
from router.ruleset.read_journey import read_journey
from router.ruleset.read_policy import POLICY_KEYS, read_policy
from router.ruleset.read_rules import read_rules
from router.ruleset.read_surveys import read_surveys
from router.ruleset.read_tests import read_tests
from router.ruleset.ruleset import RuleSet

MAX_FILES = 10_000


def load_directory(directory: Path) -> RuleSet:
    """The rule set of all `.yaml` and `.yml` files below a directory. Raises `InvalidRules`."""
    return load_texts(read_directory(directory))


def read_directory(directory: Path) -> dict[str, bytes]:
    """The rule files below a directory by path. Raises `InvalidRules` where it can not be read or holds none."""
    here = Position(str(directory), 1, 1)
    if not directory.is_dir():
        raise InvalidRules(
            [Problem("R070", "there is no such directory", here, "name the directory of your rules")]
        )
    texts: dict[str, bytes] = {}
    path = directory
    try:
        for path in sorted(directory.rglob("*")):
            if path.suffix in (".yaml", ".yml") and path.is_file():
                texts[str(path)] = path.read_bytes()
    except OSError as error:
        problem = Problem(
            "R070", f"can not be read: {error.strerror}", Position(str(path), 1, 1), "check permissions"
        )
        raise InvalidRules([problem]) from None
    if not texts:
        raise InvalidRules(
            [Problem("R071", "no rule files (.yaml) here", here, "copy the shipped `rules/` to start")]
        )
    if len(texts) > MAX_FILES:
        raise InvalidRules([Problem("R071", f"more than {MAX_FILES} rule files", here)])
    return texts


def load_texts(texts: dict[str, bytes]) -> RuleSet:
    """A rule set from file texts by name. Raises `InvalidRules` with every problem of every file."""
    problems = Problems()
    parts = _Parts()
    for file, text in texts.items():
        root = read(file, text, problems)
        if root is not None:
            parts.take(root, problems)
    policy = read_policy(parts.policies, problems)
    _check_references(parts, policy, problems)
    check_tests(parts.tests, list(parts.surveys), [rule.id for rule in parts.rules], problems)
    problems.raise_if_any()
    surveys = {name: survey for name, (survey, _) in parts.surveys.items()}
    return RuleSet(
        [entry for entry, _ in parts.journeys.values()], parts.rules, surveys, policy, _digest(texts)
    )


def _digest(texts: dict[str, bytes]) -> str:
    """Names the content whatever the directory is called and however its files are split."""
    digest = hashlib.sha256()
    for text in sorted(texts.values()):
        digest.update(hashlib.sha256(text).digest())
    return digest.hexdigest()


class _Parts:
    """What the files hold, by kind."""

    def __init__(self) -> None:
        self.journeys: dict[str, tuple[JourneyDefinition, Node]] = {}
        self.rules: list[Rule] = []
        self.surveys: dict[str, tuple[Survey, Node]] = {}
        self.policies: list[Node] = []
        self.tests: list[RuleTest] = []

    def take(self, root: Node, problems: Problems) -> None:
        """Reads one file by the keys it opens with."""
        keys = list(root.value) if isinstance(root.value, dict) else []
        if "journey" in keys:
            self.add_journey(root, problems)
        elif "rules" in keys:
            self.rules.extend(read_rules(root, problems))
        elif "surveys" in keys:
            self.add_surveys(root, problems)
        elif "tests" in keys:
            self.tests.extend(read_tests(root, problems))
        elif any(key in POLICY_KEYS for key in keys):
            self.policies.append(root)
        elif root.value is not None:
            known = "a file opens with `journey:`, `rules:`, `surveys:`, `tests:` or a policy key such as `limits:`"
            problems.add("R072", root.position, "can not tell what this file holds", known)

    def add_journey(self, root: Node, problems: Problems) -> None:
        definition = read_journey(root, problems)
        if definition is None:
            return
        if definition.name in self.journeys:
            first = self.journeys[definition.name][1].position
            problems.add(
                "R073", root.position, f"journey {definition.name!r} is defined twice", f"also at {first}"
            )
        self.journeys[definition.name] = (definition, root)

    def add_surveys(self, root: Node, problems: Problems) -> None:
        for name, (survey, key) in read_surveys(root, problems).items():
            if name in self.surveys:
                first = self.surveys[name][1].position
                problems.add("R073", key.position, f"survey {name!r} is defined twice", f"also at {first}")
            self.surveys[name] = (survey, key)


def _check_references(parts: _Parts, policy: Policy, problems: Problems) -> None:
    seen: dict[str, Rule] = {}
    for rule in parts.rules:
        place = rule.position or Position("", 1, 1)
        if rule.id in seen:
            problems.add(
                "R073", place, f"rule {rule.id!r} is defined twice", f"also at {seen[rule.id].position}"
            )
        seen.setdefault(rule.id, rule)
        if rule.survey not in parts.surveys:
            problems.unknown("R074", place, "survey", rule.survey, list(parts.surveys))
        if rule.within == "business_hours" and policy.business_hours is None:
            problems.add(
                "R076", place, "`within: business_hours`, but the policy has none", "add `business_hours:`"
            )
        _check_transition(rule, place, parts, problems)
    _check_scopes(parts, policy, problems)


def _check_transition(rule: Rule, place: Position, parts: _Parts, problems: Problems) -> None:
    if rule.journey is None:
        return
    if rule.journey not in parts.journeys:
        problems.unknown("R075", place, "journey", rule.journey, list(parts.journeys))
        return
    steps = parts.journeys[rule.journey][0].steps
    for step in rule.steps:
        if step not in steps:
            problems.unknown("R075", place, f"step of journey {rule.journey!r}:", step, list(steps))


def _check_scopes(parts: _Parts, policy: Policy, problems: Problems) -> None:
    place = parts.policies[0].position if parts.policies else Position("", 1, 1)
    scoped: list[Limit | Quota] = [*policy.limits, *policy.quotas]
    for limit in scoped:
        if limit.survey is not None and limit.survey not in parts.surveys:
            problems.unknown("R074", place, f"survey in {limit.id!r}:", limit.survey, list(parts.surveys))
        if limit.journey is not None and limit.journey not in parts.journeys:
            problems.unknown("R075", place, f"journey in {limit.id!r}:", limit.journey, list(parts.journeys))
