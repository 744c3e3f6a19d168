"""The rule set as a test draws: by default nobody is left to chance."""

from msgspec.structs import replace

from router.model.policy import Policy
from router.model.rule_tests import Draws, GivenPolicy
from router.model.rules import Rule
from router.rules.ruleset import RuleSet


def drawn(rules: RuleSet, draws: Draws, given: GivenPolicy | None = None) -> RuleSet:
    """The rule set with its hold-out and samples as the test wants them; see `Draws`.

    What the policy or a rule does not draw at all stays so. `given` is what the test's policy says otherwise.
    """
    policy = rules.policy
    if given is not None and given.recipient_required is not None:
        policy = replace(policy, recipient_required=given.recipient_required)
    if given is not None and given.locale_otherwise is not None:
        otherwise = None if given.locale_otherwise == "none" else given.locale_otherwise
        policy = replace(policy, locale_otherwise=otherwise)
    if draws == "real":
        routes = [entry.rule for entry in rules.index.rules]
        return _with(rules, routes, policy) if given else rules
    held_out = 1.0 if draws == "held_out" and policy.hold_out > 0 else 0.0
    sampled = 0.0 if draws == "not_sampled" else 1.0
    routes = [
        replace(entry.rule, sample=sampled) if entry.rule.sample < 1 else entry.rule
        for entry in rules.index.rules
    ]
    return _with(rules, routes, replace(policy, hold_out=held_out))


def _with(rules: RuleSet, routes: list[Rule], policy: Policy) -> RuleSet:
    journeys = [journey_map.definition for journey_map in rules.maps.values()]
    alerts = [entry.rule for entry in rules.alerts.values()]
    shifts = list(rules.score_shifts.values())
    schedules = list(rules.schedules.values())
    return RuleSet(
        journeys, routes, rules.surveys, policy, rules.sha256, rules.revision, alerts, shifts, schedules
    )
