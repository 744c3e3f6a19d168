"""The rule set as a test draws: by default nobody is left to chance."""

from msgspec.structs import replace

from router.model.rule_tests import Draws
from router.ruleset import RuleSet


def drawn(rules: RuleSet, draws: Draws) -> RuleSet:
    """The rule set with its hold-out and samples as the test wants them; see `Draws`.

    What the policy or a rule does not draw at all stays so.
    """
    if draws == "real":
        return rules
    policy = rules.policy
    held_out = 1.0 if draws == "held_out" and policy.hold_out > 0 else 0.0
    sampled = 0.0 if draws == "not_sampled" else 1.0
    routes = [
        replace(entry.rule, sample=sampled) if entry.rule.sample < 1 else entry.rule
        for entry in rules.index.rules
    ]
    journeys = [journey_map.definition for journey_map in rules.maps.values()]
    asked = replace(policy, hold_out=held_out)
    return RuleSet(journeys, routes, rules.surveys, asked, rules.sha256, rules.revision)
