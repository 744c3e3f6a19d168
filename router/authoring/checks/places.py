"""Where types and channels stand in a set."""

from collections.abc import Iterator
from typing import Any

from router.authoring.checks.blocks import conditions_of
from router.authoring.language.conditions import walk, wanted
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.node import Node


def types_outside_conditions(definitions: Definitions) -> Iterator[Node]:
    """The types that journeys, `cancel_on` and the policy name."""
    for journey in definitions.journeys.values():
        for name in journey.definition.steps:
            yield from journey.values("steps", name, "on")
        for effort in journey.definition.effort:
            yield from journey.values("effort", effort.name, "count")
    for rule in definitions.rules:
        yield from rule.values("cancel_on")
    policy = definitions.policy
    yield from policy.values("types")
    for path in (("consent", "given_by"), ("consent", "withdrawn_by"), ("scores", "outcomes")):
        yield from policy.values(*path)
    for name in policy.policy.customer_signals:
        for key in ("count", "last"):
            yield from policy.values("customer", name, key)
    for reasons in policy.values("suppressed_by"):
        for _, node in reasons.value.values() if isinstance(reasons.value, dict) else ():
            yield from node.each()


def asking_channels(definitions: Definitions) -> Iterator[Node]:
    """The channels that rules ask by."""
    for rule in definitions.rules:
        yield from rule.values("send", "channel")
        yield from rule.values("reminder", "channel")


def channels_named(definitions: Definitions) -> Iterator[Node]:
    """The channels that rules ask by, and those of limits, caps and conditions."""
    yield from asking_channels(definitions)
    limits: list[Placed[Any]] = [*definitions.policy.limits, *definitions.policy.rate_caps]
    for limit in limits:
        yield from limit.values("channel")
    for field, value in conditions_of(definitions):
        if field.value == "channel":
            yield from wanted(value)
    for alert in definitions.alerts:
        for name in ("when", "unless"):
            block = alert.node.find(name)
            for field, value in walk(block) if block else ():
                if field.value in ("channel", "asked_on"):
                    yield from wanted(value)
