"""What becomes of one interaction: the journeys it moves, the invitations it cancels, the survey it earns."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from router.decide.cancelling import cancelled, withdrawn_as_suppressed
from router.decide.candidates import Situation, matching, proposed
from router.decide.change import Change, ended, freed, remembered, without
from router.decide.choose import Choice, choose, planned
from router.decide.counters import LookedAt
from router.decide.coverage import PLANNED, REFUSED, touchpoint_of, unmatched
from router.decide.occasions import dates_after
from router.decide.preferences import (
    implied,
    not_understood,
    recorded,
    said_when,
    unclear_members,
    unreadable,
)
from router.decide.reports import reported
from router.journeys import abandon, fold
from router.model.customer import Customer, Invitation
from router.model.customer_signals import noted
from router.model.decision import Decision, Outcome, Reason
from router.model.interaction import (
    DELIVERY_TYPE,
    EXPIRY_TYPE,
    PREFERENCES_TYPE,
    RESPONSE_TYPE,
    UNCLEAR_TYPE,
    Interaction,
)
from router.model.journey import Journey, Move
from router.model.ledger import QuotaKey
from router.model.past_journeys import PastJourneys, laid_by, taken_out, with_ended
from router.model.responses import Covered
from router.rules.facts import Facts
from router.rules.index import CompiledRule
from router.rules.ruleset import RuleSet

MAX_JOURNEYS = 1_000
"""Journeys remembered of one customer, so that an id that everybody shares cannot fill a state without end."""

NO_COUNTS: Mapping[QuotaKey, int] = {}
NOT_ASKED_ABOUT = frozenset({PREFERENCES_TYPE, DELIVERY_TYPE, RESPONSE_TYPE, UNCLEAR_TYPE})
"""Interaction types that say something about the customer or an invitation and are no occasion to ask."""

_NO_SITUATIONS: Mapping[str, Situation] = {}
_MOVEMENT_REASONS: dict[str, Reason] = {"late": "late", "repeated": "step_repeated", "none": "no_transition"}


class Folded(Struct, frozen=True):
    """The outcome of one interaction: the customer after it, the decision, what was planned and what changed.

    `planned` are the invitations of `decision.asking`, in that order. `covered` is what it changed in the coverage.
    """

    customer: Customer
    decision: Decision
    planned: tuple[Invitation, ...] = ()
    changes: tuple[Change, ...] = ()
    moves: tuple[Move, ...] = ()
    covered: Covered | None = None

    def journey_of(self, decision: Decision) -> Journey | None:
        """The pass that one of its decisions speaks of, after the interaction."""
        named = decision.journey, decision.instance
        passes = (move.journey for move in self.moves)
        return next((one for one in passes if (one.name, one.instance) == named), None)


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
    if seen:
        return Folded(customer, _plain("duplicate", rules))
    if not interaction.customer_id:
        about_invitation = interaction.type in (DELIVERY_TYPE, RESPONSE_TYPE)
        return Folded(customer, _plain("unknown_invitation" if about_invitation else "no_customer", rules))
    if interaction.type in NOT_ASKED_ABOUT:
        return _told(interaction, customer, rules, now)
    after, moves, changes = moved(interaction, customer, rules, now)
    looked_at = LookedAt(counts) if rules.policy.quotas else None
    situation = Situation(
        interaction, after, rules, now, moves, looked_at or counts, freed(changes) if changes else ()
    )
    matches = matching(situation)
    if not matches:
        covered = unmatched(_shown(moves), interaction, after, rules) if moves else None
        return Folded(after, _unmatched(situation), (), changes, moves, covered)
    folded = earned(situation, changes, matches)[0]
    used_up = (
        looked_at.used_up(rules.policy, folded.planned if rules.besides else ())
        if looked_at is not None
        else ()
    )
    return replace(folded, decision=replace(folded.decision, used_up=used_up)) if used_up else folded


def _told(interaction: Interaction, customer: Customer, rules: RuleSet, now: datetime) -> Folded:
    """Preferences, a delivery report or an answer, folded into the customer."""
    if interaction.type in (DELIVERY_TYPE, RESPONSE_TYPE):
        found = reported(interaction, customer, rules, now)
        decision = _plain(found.reason, rules)
        return Folded(found.customer, decision, (), found.changes, covered=found.covered)
    profile, at = customer.profile, said_when(interaction, now)
    if interaction.type == UNCLEAR_TYPE:
        unclear, profile = True, not_understood(profile, interaction, rules, at)
    else:
        unclear = bool(unclear_members(interaction, rules))
        profile = recorded(profile, interaction, rules, at)
    changed = Customer(
        customer.id,
        customer.seq + 1,
        profile,
        customer.live,
        customer.invitations,
        customer.past,
        dates_after(customer, interaction, (), rules, now),
        customer.occurred,
    )
    after, changes = _withdrawn(customer, changed, rules, now)
    decision = _plain("preferences_unclear" if unclear else "preferences_recorded", rules)
    if unread := unreadable(interaction):
        decision = replace(decision, actual=unread)
    return Folded(after, decision, (), changes)


def _withdrawn(
    before: Customer, customer: Customer, rules: RuleSet, now: datetime
) -> tuple[Customer, tuple[Change, ...]]:
    """The customer without what a new suppression takes back."""
    if customer.profile.suppressed == before.profile.suppressed or not customer.invitations:
        return customer, ()
    changes = withdrawn_as_suppressed(customer, rules, now)
    return replace(customer, invitations=without(customer.invitations, changes)), changes


def moved(
    interaction: Interaction, customer: Customer, rules: RuleSet, now: datetime
) -> tuple[Customer, tuple[Move, ...], tuple[Change, ...]]:
    """The customer with the interaction folded into journeys and consent, and what it takes back taken back."""
    live, past, moves = _travelled(interaction, customer, rules, now)
    profile = customer.profile
    if rules.telling(interaction.type) is not None:
        profile = implied(profile, interaction, rules, said_when(interaction, now))
    invitations = customer.invitations
    changes: tuple[Change, ...] = ()
    if invitations:
        invitations = remembered(invitations, now, rules)
        changes = cancelled(interaction, invitations, rules, now)
        if changes:
            invitations = without(invitations, changes)
    occurred = customer.occurred
    if interaction.type in rules.remembered:
        occurred = noted(occurred, interaction.type, interaction.time, rules.remembered, now)
    dates = dates_after(customer, interaction, moves, rules, now)
    after = Customer(customer.id, customer.seq + 1, profile, live, invitations, past, dates, occurred)
    if profile is not customer.profile:
        after, more = _withdrawn(customer, after, rules, now)
        changes += more
    return after, moves, changes


def _travelled(
    interaction: Interaction, customer: Customer, rules: RuleSet, now: datetime
) -> tuple[tuple[Journey, ...], tuple[PastJourneys, ...], tuple[Move, ...]]:
    """The customer's live and past journeys after the interaction, and the moves that it made."""
    if interaction.type == EXPIRY_TYPE:
        left, move = abandon(customer.live, interaction)
        live, past = _remembered(left, customer.past, rules, now)
        return live, past, (move,) if move else ()
    live, past = _remembered(customer.live, customer.past, rules, now)
    moves: tuple[Move, ...] = ()
    for journey_map in rules.maps_of_type.get(interaction.type, ()):
        instance = journey_map.instance_of(interaction)
        if past and instance is not None:
            past, named = taken_out(past, journey_map.name, instance)
            live = (*live, named) if named is not None else live
        live, move = fold(journey_map, live, interaction, instance)
        if move is not None:
            moves = (*moves, move)
    if ended := [journey for journey in live if journey.ended and laid_by(journey)]:
        live, past = tuple([journey for journey in live if not laid_by(journey)]), with_ended(past, ended)
    return live, past, moves


def _remembered(
    live: tuple[Journey, ...], past: tuple[PastJourneys, ...], rules: RuleSet, now: datetime
) -> tuple[tuple[Journey, ...], tuple[PastJourneys, ...]]:
    """The live and past journeys without the abandoned ones.

    Of more than `MAX_JOURNEYS` the ended ones go first, then those idle longest.
    """
    maps, many = rules.maps, len(live)
    for group in past:
        many += len(group.entries)
        if many > MAX_JOURNEYS or (group.name in maps and maps[group.name].idle(group.oldest, now)):
            # Those of the past are laid by again when the interaction is folded.
            live, past = (*live, *(journey for one in past for journey in one.passes())), ()
            break
    alive = [
        journey
        for journey in live
        if (journey_map := maps.get(journey.name)) is None or not journey_map.expired(journey, now)
    ]
    while len(alive) > MAX_JOURNEYS:
        alive.remove(min(alive, key=_precedence))
    return live if len(alive) == len(live) else tuple(alive), past


def _precedence(journey: Journey) -> tuple[object, ...]:
    return not journey.ended, journey.active_at, journey.name, journey.instance or ""


def earned(
    situation: Situation, changes: tuple[Change, ...], matches: list[tuple[CompiledRule, Facts]]
) -> tuple[Folded, Mapping[str, Situation]]:
    """What the matching rules come to, and of those tried after a first was chosen the situation that each was tried on.

    A rule is tried unless one before it was chosen; one with `also` is tried in any case, and ends the search for none.
    """
    choices = _tried(situation, matches)
    folded = _concluded(situation, changes, choices)
    if not situation.rules.besides or len(choices) == len(matches):
        return folded, _NO_SITUATIONS
    found = not choices[-1].candidate.rule.also
    situations: dict[str, Situation] = {}
    for entry, facts in matches[len(choices) :]:
        if found and not entry.rule.also:
            continue
        # No priority is higher than those before: what was planned for this interaction cannot be displaced by it.
        situation = situations[entry.rule.id] = replace(
            situation, customer=folded.customer, freed=freed(folded.changes), planned=folded.planned
        )
        choice = choose(proposed(situation, entry, facts), situation.rules.gates[entry.rule.id].candidate)
        if choice.chosen:
            found = found or not entry.rule.also
            folded = _with_another(folded, _concluded(situation, folded.changes, [choice]))
    return folded, situations


def _with_another(first: Folded, more: Folded) -> Folded:
    return replace(
        first,
        customer=more.customer,
        decision=replace(first.decision, also=(*first.decision.also, more.decision)),
        planned=(*first.planned, *more.planned),
        changes=more.changes,
    )


def _tried(situation: Situation, matches: list[tuple[CompiledRule, Facts]]) -> list[Choice]:
    """The candidates in order, up to the first that is chosen."""
    choices: list[Choice] = []
    for entry, facts in matches:
        choices.append(
            choose(proposed(situation, entry, facts), situation.rules.gates[entry.rule.id].candidate)
        )
        if choices[-1].chosen:
            break
    return choices


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
    for move in moves:
        if move.movement == "entered":
            return move
    return moves[0] if moves else None


def _concluded(situation: Situation, cancelled: tuple[Change, ...], choices: list[Choice]) -> Folded:
    customer, moves = situation.customer, situation.moves
    best = choices[-1] if choices[-1].chosen else choices[0]
    about = best.candidate.journey
    move = next((move for move in moves if move.journey is about), None) if about else _shown(moves)
    # One interaction is one touchpoint: it is counted as the first invitation asks about it.
    touchpoint = (
        None if situation.planned else touchpoint_of(move, situation.interaction, customer, situation.rules)
    )
    if not best.chosen:
        covered = Covered(touchpoint, REFUSED) if touchpoint else None
        return Folded(customer, _decision(best, situation, None), (), cancelled, moves, covered)
    covered = Covered(touchpoint, PLANNED) if touchpoint else None
    invitation, gone = planned(best.candidate, touchpoint), best.candidate.displaced
    displaced = tuple([ended(it, "displace", "displaced") for it in customer.invitations if it.id in gone])
    kept = [entry for entry in customer.invitations if entry.id not in gone]
    after, decision = (
        replace(customer, invitations=(*kept, invitation)),
        _decision(best, situation, invitation),
    )
    return Folded(after, decision, (invitation,), (*cancelled, *displaced), moves, covered)


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
