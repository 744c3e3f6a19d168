"""What of a rule set its tests touch: rules, gates, steps, locales, alerts."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from router.authoring.ruletest.alerts import alerts_of
from router.authoring.ruletest.judge import Judgement
from router.authoring.ruletest.simulate import InvitationOutcome, Run
from router.authoring.ruletest.trace import GATE_OF
from router.model.alert_tests import AlertTest
from router.model.decision import GATES, Gate
from router.policy.limit_gates import limit_gate
from router.rules.ruleset import RuleSet

_NOT_WRITTEN: Final = ("duplicate", "customer", "step", "rule", "priority")
"""Gates that work the same whatever a rule set says."""


class Part(Struct, frozen=True):
    """One kind of thing that a rule set has, and which of them the tests touch."""

    kind: str
    touched: tuple[str, ...]
    untouched: tuple[str, ...]

    @property
    def share(self) -> float:
        """How much of it is touched, from 0 to 1; 1 where there is nothing to touch."""
        number = len(self.touched) + len(self.untouched)
        return len(self.touched) / number if number else 1.0


def coverage(
    judgements: Iterable[Judgement], rules: RuleSet, alert_tests: Iterable[AlertTest] = ()
) -> tuple[Part, ...]:
    """What the tests touch. Alerts are a part of it where there are any.

    A rule is touched when a test has its question planned; a gate when it refused, deferred or, for hours,
    moved a question; a step when a journey entered it; a locale when a question was sent in it;
    an alert when a test has it raised.
    """
    touched: dict[str, set[str]] = {"rules": set(), "gates": set(), "steps": set(), "locales": set()}
    for judgement in judgements:
        run = judgement.run
        touched["rules"].update(invitation.planned.rule for invitation in run.invitations)
        touched["gates"].update(touched_gates(run))
        touched["steps"].update(
            f"{move.journey.name}: {move.step}"
            for event in run.events
            for move in event.moves
            if move.movement == "entered"
        )
        touched["locales"].update(invitation.decision.locale or "" for invitation in run.sent)
    asked = _asked_gates(rules)
    there: dict[str, list[str]] = {
        "rules": list(rules.rules),
        "gates": [gate for gate in GATES if gate in asked],
        "steps": [f"{name}: {step}" for name, entry in rules.maps.items() for step in entry.definition.steps],
        "locales": sorted({locale for survey in rules.surveys.values() for locale in survey.texts}),
    }
    if rules.alerts:
        raised = (one for test in alert_tests for one in alerts_of(test, rules) if one.refusal is None)
        touched["alerts"] = {one.rule.id for one in raised}
        there["alerts"] = list(rules.alerts)
    return tuple(
        Part(
            kind,
            tuple(name for name in names if name in touched[kind]),
            tuple(name for name in names if name not in touched[kind]),
        )
        for kind, names in there.items()
    )


def touched_gates(run: Run) -> set[str]:
    """The gates that refused, deferred or moved something in a test."""
    found = {
        one.gate for event in run.events for one in (event.decided.decision, *event.decided.decision.also)
    }
    for event in run.events:
        found |= {gate.gate for gate in event.explanation.interaction_gates if not gate.passed}
        for rule in event.explanation.rules:
            found.add(next((gate.gate for gate in rule.verdicts if not gate.passed), None))
    found |= {
        GATE_OF.get(invitation.reason)
        for invitation in run.invitations
        if not invitation.sent and invitation.reason
    }
    if any(_moved(invitation, run) for invitation in run.invitations):
        found.add("hours")
    return {gate for gate in found if gate is not None}


def _moved(invitation: InvitationOutcome, run: Run) -> bool:
    """Whether the hours moved the question to a later moment than its rule wants."""
    interaction = invitation.planned.interaction
    if (
        interaction is None
        or invitation.decision.outcome == "defer"
        or invitation.planned.kind != "invitation"
    ):
        return False
    event = next((event for event in run.events if event.planned(invitation.planned.id)), None)
    if event is None:
        return False
    wanted = max(interaction.time + run.rules.rules[invitation.planned.rule].rule.delay, event.decided.now)
    return invitation.planned.at > wanted


def _asked_gates(rules: RuleSet) -> set[Gate]:
    """The gates that this rule set can make refuse or move a question."""
    policy, routes = rules.policy, [entry.rule for entry in rules.index.rules]
    limits = {limit_gate(limit) for limit in policy.limits}
    otherwise = policy.locale_otherwise
    used: dict[Gate, bool] = {
        "age": any(rule.max_age is not None for rule in routes),
        "active": any(not rule.enabled or rule.active_from or rule.active_until for rule in routes),
        "contrary": policy.never_ask_while is not None or any(rule.unless is not None for rule in routes),
        "channel": policy.recipient_required,
        "text": any(otherwise not in survey.texts for survey in rules.surveys.values()),
        "hold_out": policy.hold_out > 0,
        "sample": any(rule.sample < 1 for rule in routes),
        "own_survey_limit": "own_survey_limit" in limits,
        "shared_limit": "shared_limit" in limits,
        "attribute_limit": "attribute_limit" in limits,
        "quota": bool(policy.quotas),
        "hours": policy.quiet_hours is not None or policy.business_hours is not None,
    }
    return {gate for gate in GATES if gate not in _NOT_WRITTEN and used.get(gate, True)}
