"""The full trace of a decision: every rule, every gate, computed again when somebody asks why."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from router.decide.candidates import Situation, matching, proposed
from router.decide.change import freed
from router.decide.choose import choose
from router.decide.decide import NO_COUNTS, NOT_ASKED_ABOUT, Folded, decide, earned, moved
from router.model.customer import Customer
from router.model.decision import RuleTrace, Verdict
from router.model.interaction import Interaction
from router.model.journey import EXPIRED, Move
from router.model.ledger import QuotaKey
from router.model.rules import Rule
from router.policy.candidate import Candidate
from router.policy.gates import CANDIDATE_GATES
from router.policy.gates import customer as customer_gate
from router.policy.gates import duplicate as duplicate_gate
from router.rules.evaluate import first_failure
from router.rules.index import CompiledRule
from router.rules.ruleset import RuleSet


class Explanation(Struct, frozen=True):
    """A decision with all that led to it: the gates on the interaction, then every rule with its gates."""

    folded: Folded
    interaction_gates: tuple[Verdict, ...]
    rules: tuple[RuleTrace, ...]


def explain(
    interaction: Interaction,
    customer: Customer,
    rules: RuleSet,
    now: datetime,
    *,
    seen: bool = False,
    counts: Mapping[QuotaKey, int] = NO_COUNTS,
) -> Explanation:
    """As `decide`, with the trace of every rule and gate."""
    folded = decide(interaction, customer, rules, now, seen=seen, counts=counts)
    opening = [duplicate_gate(seen), customer_gate(interaction)]
    if not all(verdict.passed for verdict in opening) or interaction.type in NOT_ASKED_ABOUT:
        return Explanation(folded, tuple(opening), ())
    after, moves, changes = moved(interaction, customer, rules, now)
    opening.append(_step(moves, folded))
    situation = Situation(interaction, after, rules, now, moves, counts, freed(changes))
    later: Mapping[str, Situation] = {}
    if folded.planned and rules.besides:
        later = earned(situation, changes, matching(situation))[1]
    chosen = [rules.rules[one.rule] for one in folded.planned]
    winner = next((entry for entry in chosen if not entry.rule.also), None)
    traces = [_rule(later.get(entry.rule.id, situation), entry, winner) for entry in rules.index.rules]
    matched = any(trace.matched for trace in traces)
    opening.append(Verdict("rule", matched, None if matched else "no_rule_matched"))
    return Explanation(folded, tuple(opening), tuple(traces))


def _step(moves: tuple[Move, ...], folded: Folded) -> Verdict:
    """Gate 4, in words: what each journey made of the interaction."""
    words = {
        "entered": "entered {step}",
        "repeated": "repeated {step}",
        "late": "came late, stays at {at}",
        "none": "no transition, stays at {at}",
    }
    shown = [
        f"{move.journey.name}: {words[move.movement].format(step=move.step, at=move.journey.step)}"
        for move in moves
    ]
    refused = folded.decision.reason in ("step_not_recognised", "step_repeated", "late", "no_transition")
    return Verdict(
        "step",
        not refused,
        folded.decision.reason if refused else None,
        shown or "no journey knows this type",
    )


def _rule(situation: Situation, entry: CompiledRule, winner: CompiledRule | None) -> RuleTrace:
    """How a rule fared; `winner` is the one that was chosen and ended the search for those without `also`."""
    rule = entry.rule
    move = _waited_for(rule, situation.moves)
    if rule.journey is not None and move is None:
        return RuleTrace(rule.id, rule.priority, tried=False, matched=False, failed=_no_transition(rule))
    facts = situation.facts(move.journey if move else None)
    failed = first_failure(rule.when, facts)
    if failed is not None:
        return RuleTrace(rule.id, rule.priority, tried=True, matched=False, failed=failed)
    candidate = proposed(situation, entry, facts)
    if winner is not None and winner.rank < entry.rank and not rule.also:
        candidate.outranked_by = winner.rule.id
    return RuleTrace(rule.id, rule.priority, tried=True, matched=True, verdicts=_gates(candidate))


def _gates(candidate: Candidate) -> tuple[Verdict, ...]:
    settled = choose(candidate, CANDIDATE_GATES).candidate
    return tuple(gate(settled) for gate in CANDIDATE_GATES)


def _waited_for(rule: Rule, moves: tuple[Move, ...]) -> Move | None:
    for move in moves:
        fits = move.step in rule.steps or (not rule.steps and move.step != EXPIRED)
        if move.movement == "entered" and move.journey.name == rule.journey and fits:
            return move
    return None


def _no_transition(rule: Rule) -> str:
    steps = " or ".join(rule.steps) or "a step"
    return f"journey {rule.journey} did not enter {steps}"
