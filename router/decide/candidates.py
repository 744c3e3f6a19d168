"""The candidates of an interaction: what the rules are tried on, which of them match, and what each proposes."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from router.decide.due import contrary_words
from router.model.customer import Customer, Invitation
from router.model.interaction import Interaction
from router.model.journey import Journey, Move
from router.model.ledger import QuotaKey
from router.policy.candidate import Candidate
from router.rules.facts import Facts
from router.rules.index import CompiledRule
from router.rules.ruleset import RuleSet


class Situation(Struct, frozen=True):
    """What the rules are tried on: the interaction, the customer after it, and the moves it made.

    `counts` are the quota counters before it, `freed` the invitations that it took back and that no longer count,
    `planned` those that it has planned, which the customer has already.
    """

    interaction: Interaction
    customer: Customer
    rules: RuleSet
    now: datetime
    moves: tuple[Move, ...]
    counts: Mapping[QuotaKey, int]
    freed: tuple[Invitation, ...] = ()
    planned: tuple[Invitation, ...] = ()

    def facts(self, journey: Journey | None) -> Facts:
        """The facts for the rules of one journey, or for those without one."""
        return Facts(self.interaction, self.customer, journey, self.rules, self.now)


def matching(situation: Situation) -> list[tuple[CompiledRule, Facts]]:
    """The rules that match, best first, each with the facts it matched on."""
    found: list[tuple[CompiledRule, Facts]] = []
    index = situation.rules.index
    for move in situation.moves:
        if move.movement == "entered" and move.step is not None:
            mask = index.for_transition(move.journey.name, move.step)
            if mask:
                facts = situation.facts(move.journey)
                if entries := index.matching(mask, facts):
                    found += [(entry, facts) for entry in entries]
    mask = index.for_type(situation.interaction.type)
    if mask:
        facts = situation.facts(None)
        if entries := index.matching(mask, facts):
            found += [(entry, facts) for entry in entries]
    if len(found) > 1:
        found.sort(key=lambda match: match[0].rank)
    return found


def proposed(situation: Situation, entry: CompiledRule, facts: Facts) -> Candidate:
    """The candidate of a matching rule, at the first moment after its delay that the hours allow."""
    rule, rules = entry.rule, situation.rules
    holds = entry.contrary is not None and entry.contrary(facts)
    candidate = Candidate(
        rule=rule,
        survey=rules.surveys[rule.survey],
        policy=rules.policy,
        interaction=situation.interaction,
        customer=situation.customer,
        now=situation.now,
        due=None,
        journey=facts.journey,
        contrary=contrary_words(rule.unless, facts) if holds else None,
        forbidden=rules.forbidden(facts),
        counts=situation.counts,
        freed=situation.freed,
        planned=situation.planned,
    )
    candidate.due = candidate.allowed_from(max(situation.interaction.time + rule.delay, situation.now))
    return candidate
