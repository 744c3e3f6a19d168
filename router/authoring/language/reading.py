"""File texts to the definitions of a set: each file by its kind, every mistake noted."""

from collections.abc import Iterable
from typing import TypeVar

from router.authoring.language.alert_files import AlertFile, read_alert, read_score_shift
from router.authoring.language.alert_test_files import read_alert_tests
from router.authoring.language.beside import is_beside
from router.authoring.language.conditions import read_condition
from router.authoring.language.definitions import Definitions
from router.authoring.language.files import FILES
from router.authoring.language.groups import Groups
from router.authoring.language.journey_files import JourneyFile, read_journey
from router.authoring.language.look_up_tables import with_tables
from router.authoring.language.node import Node
from router.authoring.language.nodes import read
from router.authoring.language.policy_files import read_policy
from router.authoring.language.problems import Problems
from router.authoring.language.rule_files import RouteFile, read_rule
from router.authoring.language.rule_test_files import RuleTestFile, read_tests
from router.authoring.language.schedule_files import ScheduleFile, read_schedule
from router.authoring.language.source_files import SourceFile, read_source, read_source_tests
from router.authoring.language.survey_files import SurveyFile, read_surveys

D = TypeVar("D")


def read_definitions(texts: dict[str, bytes], problems: Problems) -> Definitions:
    """The definitions of all files. One with a mistake is left out or incomplete, and the problem noted."""
    rule_files = {file: text for file, text in texts.items() if not is_beside(file)}
    roots = [root for file, text in rule_files.items() if (root := read(file, text, problems)) is not None]
    files: dict[str, list[Node]] = {kind: [] for kind in FILES}
    for root in roots:
        kind = _kind(root, problems)
        if kind is not None:
            files[kind].append(root)
    routes = [RouteFile(root, "a route file", problems) for root in files["rules"]]
    # Groups come first, since rules name them.
    bodies = ((name, pair[0], pair) for file in routes for name, pair in file.groups.items())
    groups = Groups(_once("group", bodies, problems), problems)
    rules = [read_rule(keys, groups) for file in routes for keys in file.rules]
    named_rules = (
        (rule.definition.id, rule.node.find("id") or rule.node, rule) for rule in rules if rule.definition.id
    )
    _once("rule", named_rules, problems)
    policy = read_policy(files["policy"], problems, groups)
    groups.read_all(lambda node: read_condition(node, problems, groups))
    journeys = [read_journey(JourneyFile(root, "a journey", problems)) for root in files["journeys"]]
    placed = ((one.definition.name, one.key or one.node, one) for one in journeys if one is not None)
    catalogues = [read_surveys(SurveyFile(root, "a survey file", problems)) for root in files["surveys"]]
    surveys = ((name, one.key or one.node, one) for file in catalogues for name, one in file.items())
    alert_files = [AlertFile(root, "an alert file", problems) for root in files["alerts"]]
    alerts = [read_alert(keys) for file in alert_files for keys in file.alerts]
    shifts = [read_score_shift(keys) for file in alert_files for keys in file.score_shifts]
    named_alerts = [(one.definition.id, one.node) for one in alerts] + [
        (one.definition.id, one.node) for one in shifts
    ]
    schedule_files = [ScheduleFile(root, "a file of schedules", problems) for root in files["schedules"]]
    schedules = [read_schedule(keys) for file in schedule_files for keys in file.schedules or ()]
    named_schedules = ((one.definition.id, one.node.find("id") or one.node, one) for one in schedules)
    _once("schedule", (one for one in named_schedules if one[0]), problems)
    _once("alert", ((name, node.find("id") or node, None) for name, node in named_alerts if name), problems)
    source_files = [
        SourceFile(with_tables(root, texts, problems), "a source", problems) for root in files["sources"]
    ]
    sources = [one for file in source_files if (one := read_source(file)) is not None]
    _once("source", ((one.definition.name, one.key or one.node, one) for one in sources), problems)
    stories = [RuleTestFile(root, "a test file", problems) for root in files["tests"]]
    return Definitions(
        _once("journey", placed, problems),
        rules,
        _once("survey", surveys, problems),
        policy,
        [test for file in stories for test in read_tests(file, policy.policy)],
        groups,
        roots,
        [*routes, *stories, *alert_files, *schedule_files, *([policy.keys] if policy.keys else [])],
        alerts,
        [test for file in stories for test in read_alert_tests(file.alert_tests, policy.policy)],
        shifts,
        schedules,
        sources,
        [test for file in source_files for test in read_source_tests(file, texts)],
        texts,
    )


def _kind(root: Node, problems: Problems) -> str | None:
    """The kind of a file by the keys it opens with; None, with the problem noted, where it is of none."""
    keys = list(root.value) if isinstance(root.value, dict) else []
    for kind, file in FILES.items():
        if any(key in file.opens for key in keys):
            return kind
    if root.value is not None and not root.cut:
        known = [key for file in FILES.values() for key in file.opens]
        near = problems.meant(keys[0], known) if keys else None
        problems.unread(root)
        openings = "it opens with `journey:`, `rules:`, `groups:`, `surveys:`, `alerts:`, `schedules:`, `source:`, `tests:` or a policy key such as `limits:`"
        place = root.value[keys[0]][0].position if keys else root.position
        hint = f"did you mean `{near}:`?" if near else openings
        problems.add("R072", place, "cannot tell what this file holds", hint)
    return None


def _once(kind: str, definitions: Iterable[tuple[str, Node, D]], problems: Problems) -> dict[str, D]:
    """The definitions by name, each at the node of its name: the first where there are several of one name."""
    kept: dict[str, D] = {}
    first: dict[str, Node] = {}
    for name, node, definition in definitions:
        if name in kept:
            message, hint = f"{kind} {name!r} is defined twice", f"also at {first[name].position}"
            problems.add("R073", node.position, message, hint)
        kept.setdefault(name, definition)
        first.setdefault(name, node)
    return kept
