"""What conditions name: journeys, steps, types, channels, locales, and the signals of a journey."""

from typing import Final

from router.authoring.checks.locales import check_locale
from router.authoring.checks.names import Names
from router.authoring.language.conditions import walk, wanted
from router.authoring.language.definitions import Definitions
from router.authoring.language.keys import Named
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.rule_files import SELECTORS
from router.model.journey import JourneyDefinition
from router.model.rules import Rule
from router.model.zones import zone_name

OWN_SIGNALS = ("step", "instance")
_NAMED: Final[dict[str, Named]] = {
    "journey": "journey",
    "customer.open": "journey",
    "type": "type",
    "channel": "channel",
}
_SPELT: Final = ("step", "locale", "customer.locale", "customer.zone")
"""Fields whose values are one of few, which depend on the rule or on the world."""


def check_conditions(definitions: Definitions, problems: Problems) -> None:
    """R029 and unknown names in the conditions of rules."""
    names = Names(definitions, problems)
    for placed in definitions.rules:
        rule = placed.definition
        named = placed.node.find("when", "journey")
        unread = named is not None and problems.is_wrong(named.position)
        if rule.journey is not None:
            for journey in placed.values("when", "journey"):
                names.journey(journey)
            for step in placed.values("when", "step"):
                names.step(step, rule.journey)
        for block, skip in (("when", SELECTORS if rule.journey else frozenset[str]()), ("unless", None)):
            node = placed.node.find(block)
            for field, value in walk(node, skip or frozenset()) if node else ():
                _names(field.value, value, rule.journey, names, problems)
                if not unread and (field.value in SELECTORS or field.value.startswith("journey.")):
                    _has_value(field, rule, definitions, problems)


def check_groups(definitions: Definitions, problems: Problems) -> None:
    """R029 and unknown names in groups and in `never_ask_while`: a signal there is one that some journey keeps."""
    names = Names(definitions, problems)
    kept = {signal for journey in definitions.journeys.values() for signal in signals(journey.definition)}
    guard = definitions.policy.values("never_ask_while")
    for body in (*(body for _, body in definitions.groups.nodes.values()), *guard):
        for field, value in walk(body):
            _names(field.value, value, None, names, problems)
            name = field.value.removeprefix("journey.")
            if name != field.value and name not in kept:
                problems.undefined("R029", field.position, "signal of any journey:", name, sorted(kept))


def signals(journey: JourneyDefinition) -> list[str]:
    """The names that rules can read of a journey as `journey.<name>`."""
    counts = [step.counts for step in journey.steps.values() if step.counts]
    return [*(effort.name for effort in journey.effort), *counts, *OWN_SIGNALS]


def _names(field: str, value: Node, journey: str | None, names: Names, problems: Problems) -> None:
    """Notes the unknown names among the values that a test wants."""
    if field not in _NAMED and field not in _SPELT:
        return
    for item in wanted(value):
        if field in _NAMED:
            names.check(_NAMED[field], item)
        elif field == "step":
            names.step(item, journey)
        elif field != "customer.zone":
            check_locale(item, problems)
        elif isinstance(item.value, str) and zone_name(item.value) is None:
            message = f"`{field}` must be a time zone, not {item.value[:40]!r}"
            problems.add("R019", item.position, message, "such as Europe/Amsterdam")


def _has_value(field: Node, rule: Rule, definitions: Definitions, problems: Problems) -> None:
    """Notes a journey field that is missing in whatever the rule is tried on."""
    if rule.journey is None:
        message = f"a rule without `journey` never has `{field.value}`"
        problems.add("R029", field.position, message, "add `journey:` to `when`")
        return
    journey = definitions.journeys.get(rule.journey)
    name = field.value.removeprefix("journey.")
    if journey is None or field.value in SELECTORS or name in signals(journey.definition):
        return
    kept = signals(journey.definition)
    problems.undefined("R029", field.position, f"signal of journey {rule.journey!r}:", name, kept)
