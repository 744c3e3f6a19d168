"""Examples in words: the interaction, the decision of each rule set, and the condition or gate that they differ by."""

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from router.authoring.comparison.effect import Example
from router.authoring.comparison.policy import policy_changes
from router.authoring.comparison.rules import rule_changes
from router.authoring.comparison.schedules import schedule_changes
from router.decide import explain
from router.model.customer import Customer, Invitation
from router.model.decision import Decision, RuleTrace, Verdict
from router.model.interaction import Interaction
from router.model.schedules import SCHEDULE, is_scheduled
from router.rules.ruleset import RuleSet
from router.words.comparison import tell
from router.words.decisions import decision_sentence, happened
from router.words.fragments import fragment
from router.words.gates import gate_sentence
from router.words.reasons import meaning
from router.words.rule_changes import change_line
from router.words.voice import PLAIN, Language, Voice

_NAMES: Final = ("old", "new")
_MOMENT: Final = ("delay", "within", "channel", "survey")
_OUTRANKED: Final = (" goes before it.", " gaat voor.")
_LIMITS: Final = ("own_survey_limit", "shared_limit", "attribute_limit")


class Withdrawal(Struct, frozen=True):
    """An invitation that one side (0 before, 1 after) withdrew. `verdict` is the gate's sentence where one refused."""

    side: int
    invitation: Invitation
    reason: str
    verdict: str | None


class Case(Struct, frozen=True):
    """A difference as it was met. `states` are the customer before it on both sides; it is told by the clock of `voice`."""

    interaction: Interaction | None
    now: datetime
    states: tuple[Customer, Customer]
    decisions: tuple[Decision, Decision]
    withdrawal: Withdrawal | None = None
    voice: Voice = PLAIN

    @property
    def direct(self) -> bool:
        """Whether nothing earlier differs for this customer."""
        return self.states[0] is self.states[1] or self.states[0] == self.states[1]


def example(case: Case, rules: tuple[RuleSet, RuleSet], like_it: int) -> Example:
    """The case in words."""
    if case.withdrawal is not None:
        return _withdrawn(case, case.withdrawal, like_it)
    interaction = case.interaction
    if interaction is None:
        raise ValueError("a decision is about an interaction")
    language = case.voice.language
    asking = [{one.rule or "": one for one in decision.asking} for decision in case.decisions]
    if asking[0].keys() == asking[1].keys():
        pairs = [(asking[0][name], asking[1][name]) for name in asking[0]]
        differing = (
            one for one in pairs if (one[0].channel, one[0].due_at) != (one[1].channel, one[1].due_at)
        )
        why = _day_elsewhere(interaction, rules, 0, language) or _same_rule(
            case, next(differing, pairs[0]), rules
        )
    else:
        whys = [
            _elsewhere(case, interaction, rules, side, name)
            for side in (0, 1)
            for name in asking[side]
            if name not in asking[1 - side]
        ]
        # Where both ask, the rule that no longer matches says more than the one that now gets its turn.
        why = next((one for one in whys if not one.endswith(_OUTRANKED)), whys[0])
    return Example(
        source=interaction.source,
        id=interaction.id,
        customer_id=interaction.customer_id,
        time=interaction.time,
        like_it=like_it,
        happened=happened(interaction, case.voice),
        before=_decided(case.decisions[0], case.voice),
        after=_decided(case.decisions[1], case.voice),
        why=why,
    )


def _decided(decision: Decision, voice: Voice) -> str:
    return " ".join(decision_sentence(one, voice) for one in (decision, *decision.also))


def _withdrawn(case: Case, withdrawal: Withdrawal, like_it: int) -> Example:
    invitation, side = withdrawal.invitation, withdrawal.side
    about = case.interaction or invitation.interaction
    language = case.voice.language
    due = tell(language, "was due", survey=invitation.survey)
    occasion = happened(case.interaction, case.voice) if case.interaction else due
    planned = {"survey": invitation.survey, "rule": invitation.rule, "at": case.voice.moment(invitation.at)}
    outcomes = [tell(language, "kept", **planned)] * 2
    outcomes[side] = tell(language, "withdrawn", **planned, reason=meaning(withdrawal.reason, language))
    return Example(
        source=about.source if about else "",
        id=about.id if about else "",
        customer_id=case.states[0].id,
        time=about.time if about else case.now,
        like_it=like_it,
        happened=occasion,
        before=outcomes[0],
        after=outcomes[1],
        why=withdrawal.verdict or _only_withdrawn(case, withdrawal),
    )


def _only_withdrawn(case: Case, withdrawal: Withdrawal) -> str:
    name, by, language = _NAMES[withdrawal.side], case.decisions[withdrawal.side], case.voice.language
    if withdrawal.reason == "displaced":
        return tell(language, f"displaced {name}", rule=by.rule, survey=by.survey)
    if withdrawal.reason == "cancelled_by_event" and case.interaction is not None:
        kind, planner = case.interaction.type, withdrawal.invitation.rule
        return tell(language, f"cancelled {name}", type=kind, rule=planner)
    if withdrawal.reason == "expired":
        return tell(language, f"expired {name}")
    return tell(language, f"withdraws {name}")


def _elsewhere(
    case: Case, interaction: Interaction, rules: tuple[RuleSet, RuleSet], side: int, name: str
) -> str:
    """How a rule that asks on one side fares on the other."""
    other, language = 1 - side, case.voice.language
    if (day := _day_elsewhere(interaction, rules, side, language)) is not None:
        return day
    if name not in rules[other].rules:
        return tell(language, f"rule only {_NAMES[side]}", rule=name)
    # Without a trace there was nobody to ask, or the interaction had been decided before.
    customer, seen = case.states[other], case.decisions[other].reason == "duplicate"
    own = replace(interaction, customer_id=customer.id)
    traces = explain(own, customer, rules[other], case.now, seen=seen).rules
    trace = next((one for one in traces if one.rule == name), None)
    if trace is None:
        reason = meaning(case.decisions[other].reason, language)
        return tell(language, f"not asked {_NAMES[other]}", reason=reason)
    return tell(language, f"fared {_NAMES[other]}", rule=name, fared=_fared(trace, case, other, rules))


def _day_elsewhere(
    interaction: Interaction, rules: tuple[RuleSet, RuleSet], side: int, language: Language
) -> str | None:
    """Where a schedule is not the same on both sides: that it brings the day of one side otherwise on the other."""
    if not is_scheduled(interaction):
        return None
    name, other = interaction.attributes[SCHEDULE], 1 - side
    own, its = rules[side].schedules.get(name), rules[other].schedules.get(name)
    if its is None:
        return tell(language, f"schedule only {_NAMES[side]}", schedule=name)
    if own is not None and schedule_changes(own, its):
        return tell(language, f"day elsewhere {_NAMES[other]}", schedule=name)
    return None


def _fared(trace: RuleTrace, case: Case, side: int, rules: tuple[RuleSet, RuleSet]) -> str:
    language = case.voice.language
    if not trace.matched:
        return tell(language, "does not match", failed=fragment(trace.failed or "", language))
    decision = case.decisions[side]
    if decision.rule == trace.rule and decision.gate is not None:
        verdict = Verdict(decision.gate, False, decision.reason, decision.actual, decision.limit)
    else:
        refusal = next((one for one in trace.verdicts if not one.passed), None)
        if refusal is None:
            return tell(language, "another goes before")
        verdict = refusal
    if verdict.gate == "priority":
        return tell(language, "goes before", rule=verdict.actual)
    said = gate_sentence(verdict, case.voice)
    if verdict.gate in _LIMITS:
        opening = f"limit {str(verdict.limit).partition(':')[0]}"
        changes = policy_changes(rules[0].policy, rules[1].policy)
        of_limit = (
            line for line in changes if line.removeprefix("new ").startswith((f"{opening}:", f"{opening} "))
        )
        change = next(of_limit, None)
        because = _only_here(case, side)
        if change:
            because = tell(language, "limit changed", change=change_line(change, language))
        return tell(language, "limited", said=said, because=because)
    return tell(language, "refused", said=said)


def _only_here(case: Case, side: int) -> str:
    """The invitations that only this side had given before, which the limit may count."""
    others = {invitation.id for invitation in case.states[1 - side].invitations}
    own = [invitation for invitation in case.states[side].invitations if invitation.id not in others]
    if not own:
        return ""
    latest = max(own, key=lambda invitation: (invitation.at, invitation.id))
    asked = {"survey": latest.survey, "rule": latest.rule, "at": case.voice.moment(latest.at)}
    return tell(case.voice.language, f"asked before {_NAMES[side]}", **asked)


def _same_rule(case: Case, decisions: tuple[Decision, Decision], rules: tuple[RuleSet, RuleSet]) -> str:
    """Why one rule asks otherwise in the two sets: its own change, a limit, or the policy's hours."""
    name, language = decisions[0].rule or "", case.voice.language
    deferred = [decision.outcome == "defer" for decision in decisions]
    if deferred[0] != deferred[1]:
        side = 1 if deferred[1] else 0
        decision = decisions[side]
        counted = {"limit": decision.limit, "actual": decision.actual}
        return tell(language, f"moved {_NAMES[side]}", **counted, because=_only_here(case, side))
    every = rule_changes(rules[0].rules[name].rule, rules[1].rules[name].rule)
    changed = [line for line in every if line.removeprefix("new ").startswith(_MOMENT)]
    if changed:
        told = "; ".join(change_line(line, language) for line in changed)
        return tell(language, "rule changed", rule=name, changes=told)
    if not case.direct:
        return tell(language, "earlier differs")
    return tell(language, "policy moves")
