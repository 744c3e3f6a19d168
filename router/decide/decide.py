"""What becomes of one interaction: the journeys it moves, the invitations it cancels, the survey it earns."""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from router.decide.choose import Choice, choose, planned
from router.decide.due import Change, contrary_words, ended
from router.decide.preferences import recorded
from router.journeys import fold
from router.model.customer import Customer, Invitation
from router.model.decision import Decision, Outcome, Reason
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.journey import Journey, Move
from router.model.ledger import QuotaKey
from router.policy.candidate import Candidate
from router.policy.gates import customer as customer_gate
from router.policy.gates import duplicate as duplicate_gate
from router.ruleset import RuleSet
from router.ruleset.facts import Facts
from router.ruleset.index import CompiledRule

MAX_JOURNEYS = 1_000
"""Journeys remembered of one customer, so that an id that everybody shares can not fill a state without end."""

NO_COUNTS: Mapping[QuotaKey, int] = {}
_MOVEMENT_REASONS: dict[str, Reason] = {"late": "late", "repeated": "step_repeated", "none": "no_transition"}


class Folded(Struct, frozen=True):
    """The outcome of one interaction: the customer after it, the decision, what was planned and what changed."""

    customer: Customer
    decision: Decision
    planned: Invitation | None = None
    changes: tuple[Change, ...] = ()
    moves: tuple[Move, ...] = ()


class Situation(Struct, frozen=True):
    """What the rules are tried on: the interaction, the customer after it, and the moves it made."""

    interaction: Interaction
    customer: Customer
    rules: RuleSet
    now: datetime
    moves: tuple[Move, ...]
    counts: Mapping[QuotaKey, int]

    def facts(self, journey: Journey | None) -> Facts:
        """The facts for the rules of one journey, or for those without one."""
        return Facts(self.interaction, self.customer, journey, self.rules.open_journeys(self.now))


def decide(
    interaction: Interaction,
    customer: Customer,
    rules: RuleSet,
    now: datetime,
    *,
    seen: bool = False,
    counts: Mapping[QuotaKey, int] = NO_COUNTS,
) -> Folded:
    """Decides one interaction of a customer at the clock `now`.

    `seen` tells that its source and id were decided before; `counts` are the quota counters as they stand.
    """
    refused = duplicate_gate(seen).reason if seen else customer_gate(interaction).reason
    if refused is not None:
        return Folded(customer, _plain(refused, rules))
    if interaction.type == PREFERENCES_TYPE:
        profile = recorded(customer.profile, interaction)
        changed = Customer(customer.id, customer.seq + 1, profile, customer.journeys, customer.invitations)
        return Folded(changed, _plain("preferences_recorded", rules))
    after, moves, cancelled = moved(interaction, customer, rules, now)
    situation = Situation(interaction, after, rules, now, moves, counts)
    matches = matching(situation)
    if not matches:
        return Folded(after, _unmatched(situation), None, cancelled, moves)
    return _concluded(situation, cancelled, _tried(situation, matches))


def moved(
    interaction: Interaction, customer: Customer, rules: RuleSet, now: datetime
) -> tuple[Customer, tuple[Move, ...], tuple[Change, ...]]:
    """The customer with the interaction folded into the journeys and what it cancels cancelled."""
    journeys = _remembered(customer.journeys, rules, now) if customer.journeys else ()
    moves: tuple[Move, ...] = ()
    for journey_map in rules.maps_of_type.get(interaction.type, ()):
        journeys, move = fold(journey_map, journeys, interaction)
        if move is not None:
            moves = (*moves, move)
    invitations = customer.invitations
    cancelled: tuple[Change, ...] = ()
    if invitations:
        oldest = now - rules.memory
        invitations = tuple([entry for entry in invitations if entry.state == "planned" or entry.at > oldest])
        cancelled = _cancelled(interaction, invitations, rules)
        if cancelled:
            gone = {change.invitation.id for change in cancelled}
            invitations = tuple(entry for entry in invitations if entry.id not in gone)
    return Customer(customer.id, customer.seq + 1, customer.profile, journeys, invitations), moves, cancelled


def _remembered(journeys: tuple[Journey, ...], rules: RuleSet, now: datetime) -> tuple[Journey, ...]:
    """The journeys without the abandoned ones. A customer may have hundreds, of few definitions.

    Of more than `MAX_JOURNEYS` the ended ones go first, then those idle longest.
    """
    maps = rules.maps
    alive_since = {
        name: now - maps[name].definition.expires if name in maps else datetime.min.replace(tzinfo=UTC)
        for name in {journey.name for journey in journeys}
    }
    alive = [journey for journey in journeys if journey.active_at > alive_since[journey.name]]
    while len(alive) > MAX_JOURNEYS:
        alive.remove(min(alive, key=lambda journey: (not journey.ended, journey.active_at)))
    return tuple(alive)


def _cancelled(
    interaction: Interaction, invitations: tuple[Invitation, ...], rules: RuleSet
) -> tuple[Change, ...]:
    """The planned invitations that the interaction cancels, by their rules' `cancel_on`."""
    if interaction.type not in rules.cancelling:
        return ()
    return tuple(
        ended(invitation, "cancelled", "cancelled_by_event")
        for invitation in invitations
        if invitation.state == "planned" and _cancels(interaction, invitation, rules)
    )


def _cancels(interaction: Interaction, invitation: Invitation, rules: RuleSet) -> bool:
    """Whether it does, unless the interaction names another instance of the invitation's journey."""
    entry = rules.rules.get(invitation.rule)
    if entry is None or interaction.type not in entry.rule.cancel_on:
        return False
    journey_map = rules.maps.get(invitation.journey or "")
    instance = journey_map.instance_of(interaction) if journey_map else None
    return instance is None or invitation.instance is None or instance == invitation.instance


def matching(situation: Situation) -> list[tuple[CompiledRule, Facts]]:
    """The rules that match, best first, each with the facts it matched on."""
    found: list[tuple[CompiledRule, Facts]] = []
    index = situation.rules.index
    for move in situation.moves:
        if move.movement == "entered" and move.step is not None:
            mask = index.for_transition(move.journey.name, move.step)
            if mask:
                facts = situation.facts(move.journey)
                found.extend((entry, facts) for entry in index.matching(mask, facts))
    mask = index.for_type(situation.interaction.type)
    if mask:
        facts = situation.facts(None)
        found.extend((entry, facts) for entry in index.matching(mask, facts))
    if len(found) > 1:
        found.sort(key=lambda match: match[0].rank)
    return found


def _tried(situation: Situation, matches: list[tuple[CompiledRule, Facts]]) -> list[Choice]:
    """The candidates in order, up to the first that is chosen."""
    choices: list[Choice] = []
    for entry, facts in matches:
        choices.append(choose(proposed(situation, entry, facts)))
        if choices[-1].chosen:
            break
    return choices


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
        counts=situation.counts,
    )
    candidate.due = candidate.allowed_from(max(situation.interaction.time + rule.delay, situation.now))
    return candidate


def _plain(reason: Reason, rules: RuleSet) -> Decision:
    return Decision("no_survey", reason, revision=rules.revision)


def _unmatched(situation: Situation) -> Decision:
    """Why no rule matched: no step, no transition, or none of the rules that wait for it."""
    rules, shown = situation.rules, _shown(situation.moves)
    if shown is None:
        tried = rules.index.for_type(situation.interaction.type)
        return _plain("no_rule_matched" if tried else "step_not_recognised", rules)
    reason: Reason = _MOVEMENT_REASONS.get(shown.movement, "no_rule_matched")
    journey = shown.journey
    return Decision(
        "no_survey", reason, journey.name, journey.instance, journey.step, revision=rules.revision
    )


def _shown(moves: tuple[Move, ...]) -> Move | None:
    """The move that a decision speaks about: one that entered a step, else the first."""
    return next((move for move in moves if move.movement == "entered"), moves[0] if moves else None)


def _concluded(situation: Situation, cancelled: tuple[Change, ...], choices: list[Choice]) -> Folded:
    customer, moves = situation.customer, situation.moves
    best = choices[-1] if choices[-1].chosen else choices[0]
    if not best.chosen:
        return Folded(customer, _decision(best, situation, None), None, cancelled, moves)
    invitation, gone = planned(best.candidate), best.candidate.displaced
    displaced = tuple(ended(it, "displaced", "displaced") for it in customer.invitations if it.id in gone)
    kept = tuple(entry for entry in customer.invitations if entry.id not in gone)
    after = Customer(customer.id, customer.seq, customer.profile, customer.journeys, (*kept, invitation))
    return Folded(after, _decision(best, situation, invitation), invitation, (*cancelled, *displaced), moves)


def _decision(choice: Choice, situation: Situation, invitation: Invitation | None) -> Decision:
    candidate, verdict = choice.candidate, choice.verdict
    journey = candidate.journey or (shown.journey if (shown := _shown(situation.moves)) else None)
    outcome: Outcome = "no_survey" if invitation is None else "defer" if verdict else "invite"
    return Decision(
        outcome=outcome,
        reason=(verdict.reason if verdict else None) or "invited",
        journey=journey.name if journey else None,
        instance=journey.instance if journey else None,
        step=journey.step if journey else None,
        rule=candidate.rule.id,
        survey=candidate.survey.name,
        metric=candidate.survey.metric,
        channel=invitation.channel if invitation else None,
        locale=candidate.locale if invitation else None,
        due_at=candidate.due if invitation else None,
        eligible_again_at=verdict.eligible_again_at if verdict and invitation is None else None,
        invitation_id=invitation.id if invitation else None,
        gate=verdict.gate if verdict else None,
        actual=verdict.actual if verdict else None,
        limit=verdict.limit if verdict else None,
        revision=situation.rules.revision,
    )
