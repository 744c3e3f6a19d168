"""Limits, quotas and rate caps: whether anything falls under them, and whether they count before it is too late."""

from typing import Any

from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.problems import Problems
from router.model.rules import Rule
from router.model.survey import METRICS


def check_scopes(definitions: Definitions, problems: Problems) -> None:
    """R132: a scope that no rule's question falls under. R133: a limit that counts nothing when it is needed."""
    rules = [placed.definition for placed in definitions.rules]
    channels = {channel for rule in rules for channel in (*rule.channels, *_reminded(rule))}
    journeys = {rule.journey for rule in rules}
    limits: list[Placed[Any]] = [*definitions.policy.limits, *definitions.policy.rate_caps]
    for limit in limits:
        channel, journey = limit.definition.channel, getattr(limit.definition, "journey", None)
        if rules and channel is not None and channel not in channels:
            message = f"no rule asks by {channel!r}: this one never counts anything"
            hint = f"rules ask by {', '.join(sorted(channels))}"
            problems.add("R132", limit.place("channel"), message, hint)
        if rules and journey in definitions.journeys and journey not in journeys:
            message = f"no rule asks about the journey {journey!r}: this one never counts anything"
            problems.add("R132", limit.place("journey"), message, "name a journey that a rule waits for")
        if rules and not problems.told(limit.place("channel")) and not problems.told(limit.place("journey")):
            _check_combination(limit, definitions, problems)
        clock = getattr(limit.definition, "clock", ())
        if clock and "invited" not in clock:
            message = (
                f"until a question is {' and '.join(clock)} it counts nothing: several can go out meanwhile"
            )
            hint = f"write `clock: [invited, {', '.join(clock)}]`"
            problems.add("R133", limit.place("clock"), message, hint)


def _check_combination(limit: Placed[Any], definitions: Definitions, problems: Problems) -> None:
    """Notes a scope of which each part has a rule, and no rule has all."""
    scope = limit.definition
    parts = {key: getattr(scope, key, None) for key in ("survey", "metric", "channel", "journey")}
    for placed in definitions.rules:
        rule, survey = placed.definition, definitions.surveys.get(placed.definition.survey)
        metric = survey.definition.metric if survey and survey.definition else parts["metric"]
        of_rule = {"survey": rule.survey, "metric": metric, "journey": rule.journey}
        channels = (None, *rule.channels, *_reminded(rule))
        if parts["channel"] in channels and all(parts[key] in (None, of_rule[key]) for key in of_rule):
            return
    named = {key: value for key, value in parts.items() if value is not None}
    known = parts["survey"] in (None, *definitions.surveys)
    asked = parts["survey"] in (None, *(placed.definition.survey for placed in definitions.rules))
    if len(named) > 1 and known and asked and not problems.told(limit.place("metric")):
        words = " and ".join(f"{key} {value!r}" for key, value in named.items())
        message = f"no rule asks with {words} together: this one never counts anything"
        problems.add("R132", limit.place("id"), message, "leave one of them out, or name what a rule has")


def _reminded(rule: Rule) -> tuple[str, ...]:
    return rule.reminder.channels if rule.reminder else ()


def check_limits(definitions: Definitions, problems: Problems) -> None:
    """R064: a limit or quota of a metric that no survey has."""
    for limit in definitions.policy.limits:
        metric, name = limit.definition.metric, limit.definition.survey
        surveys = [placed for key, placed in definitions.surveys.items() if name in (None, key)]
        metrics = [node.value if (node := placed.node.find("metric")) else None for placed in surveys]
        if metric is None or not metrics or metric in metrics:
            continue
        # A survey whose metric could not be read may have this one.
        if all(one in METRICS for one in metrics):
            known = sorted(set(map(str, metrics)))
            problems.undefined(
                "R064", limit.place("metric"), "metric in a limit: no survey has", metric, known
            )
