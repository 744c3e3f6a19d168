"""The decision on an interaction, and on an invitation that came due, as docs/concepts.md tells them.

It begins where the journeys have been folded (`router.journeys` has tests of its own): which rules are tried,
which match, in which order, and what the gates, displacement and deferral make of each candidate.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from uuid import uuid5
from zoneinfo import ZoneInfo

from msgspec.structs import replace as with_changes

from router.decide.choose import INVITATION_NAMESPACE
from router.model.customer import Customer, Invitation
from router.model.decision import Decision, Reason, RuleTrace, Verdict
from router.model.interaction import Interaction
from router.model.invitation_states import InvitationState
from router.model.journey import Journey, JourneyDefinition, Move
from router.model.ledger import QuotaKey
from router.model.policy import Limit, Policy, Quota
from router.model.responses import Touchpoint
from router.model.rules import Condition, Rule
from router.model.survey import Survey
from router.rules.evaluate import in_words
from tests.oracle.asking import LIMIT_GATES, Ask, gate_of, places, refusal, verdicts
from tests.oracle.moments import earliest, openings
from tests.oracle.reading import Scene, failure, holds, names_type, open_journeys, ranked, waited_for

Settled = tuple[Invitation, Reason | None]
"""An invitation after its due time, with the reason why it ended."""


@dataclass(frozen=True)
class Definitions:
    """What a rule set is made of."""

    journeys: list[JourneyDefinition]
    rules: list[Rule]
    surveys: dict[str, Survey]
    policy: Policy


@dataclass(frozen=True)
class Choice:
    """What became of a candidate: as it was asked in the end, whether it was taken, who refused or deferred it."""

    ask: Ask
    taken: bool
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Told:
    """All that the oracle says about one interaction."""

    decision: Decision
    planned: tuple[Invitation, ...]
    displaced: frozenset[str]
    traces: list[RuleTrace]


@dataclass(frozen=True)
class Occasion:
    """One interaction with the customer and the moves after the journeys were folded."""

    known: Definitions
    interaction: Interaction
    customer: Customer
    moves: tuple[Move, ...]
    now: datetime
    counts: Mapping[QuotaKey, int]
    lived: Sequence[Interaction]

    def scene(self, journey: Journey | None) -> Scene:
        names = open_journeys(self.customer, self.known.journeys, self.now)
        signals = self.known.policy.customer_signals
        return Scene(self.interaction, self.customer, journey, names, self.now, signals, self.lived)

    def ask(self, rule: Rule, journey: Journey | None) -> Ask:
        """The candidate of a matching rule: due after the delay, never before now, in allowed hours."""
        scene = self.scene(journey)
        ask = Ask(
            rule,
            self.known.surveys[rule.survey],
            self.known.policy,
            self.interaction,
            self.customer,
            self.now,
            None,
            self.counts,
            contrary=against(rule.unless, scene),
            forbidden=forbidden(self.known, scene),
        )
        later = self.interaction.time + rule.delay
        return replace(ask, due=ask.first_allowed_hour(max(self.now, later)))


def against(unless: Condition | None, scene: Scene) -> str | None:
    """The words of an `unless` that holds."""
    return in_words(unless) if unless is not None and holds(unless, scene) else None


def forbidden(known: Definitions, scene: Scene) -> str | None:
    """The words of the first condition of the policy, each on its own, that holds."""
    guard = known.policy.never_ask_while
    return next(
        (words for one in (guard.conditions if guard else ()) if (words := against(one, scene))), None
    )


def chosen(ask: Ask) -> Choice:
    """As it is, in the place of planned ones of lower priority, or at a later moment."""
    refused = refusal(ask)
    if refused is None:
        return Choice(ask, True)
    if refused.gate == "shared_limit":
        for instead in _in_place(ask):
            if refusal(instead) is None:
                return Choice(instead, True)
    if refused.gate in LIMIT_GATES and (later := _later(ask)) is not None and refusal(later) is None:
        return Choice(later, True, refused)
    return Choice(ask, False, refused)


def _in_place(ask: Ask) -> Iterator[Ask]:
    """The candidate with planned ones of lower priority gone, where that satisfies every limit.

    Of all ways to make room those that take the fewest away, and of these the one that keeps the most important:
    highest priority first, then the latest.
    """
    refusing = ask.refusing(ask.at)
    if any(gate_of(limit) != "shared_limit" for limit in refusing):
        return
    fill = {one.id: one for limit in refusing for _, one in ask.counted(limit)}
    lesser = [one for one in fill.values() if one.state == "planned" and one.priority < ask.rule.priority]
    lesser.sort(key=lambda one: (one.priority, one.at, one.id), reverse=True)
    for size in range(1, len(lesser) + 1):
        ways = []
        for taken in combinations(range(len(lesser)), size):
            instead = replace(ask, without=ask.without | {lesser[place].id for place in taken})
            if not instead.refusing(instead.at):
                ways.append(([place in taken for place in range(len(lesser))], instead))
        if ways:
            yield min(ways, key=lambda way: way[0])[1]
            return


def _later(ask: Ask) -> Ask | None:
    """The candidate at the first moment that all limits and the hours allow, if all that refuse may defer so far."""
    refusing = ask.refusing(ask.at)
    if ask.due is None or any(limit.on_limit != "defer" for limit in refusing):
        return None
    latest = ask.due + min(limit.up_to or timedelta() for limit in refusing)
    moments = [opening for moment in ask.relieved(ask.due) for opening in _hours_from(ask, moment, latest)]
    found = earliest(
        moments, lambda moment: not ask.refusing(moment) and ask.first_allowed_hour(moment) == moment
    )
    return None if found is None or found > latest else replace(ask, due=found)


def _hours_from(ask: Ask, at: datetime, latest: datetime) -> list[datetime]:
    return list(openings(at, max(at, latest), ask.policy, ask.zone))


def planned(ask: Ask, journey: Journey | None) -> Invitation:
    """The invitation that a candidate becomes."""
    name = f"{ask.interaction.source}\n{ask.interaction.id}\n{ask.rule.id}"
    entries: tuple[Limit | Quota, ...] = (*ask.policy.limits, *ask.policy.quotas)
    compared = {entry.same for entry in entries if entry.same is not None}
    return Invitation(
        id=str(uuid5(INVITATION_NAMESPACE, name)),
        rule=ask.rule.id,
        survey=ask.survey.name,
        metric=ask.survey.metric,
        channel=ask.channel,
        priority=ask.rule.priority,
        at=ask.at,
        journey=ask.rule.journey,
        instance=journey.instance if journey else None,
        step=journey.step if journey else None,
        attributes={one: text for one in compared if (text := ask.same(one)) is not None},
        expires_at=ask.expires_at,
        interaction=ask.interaction,
        happened_at=ask.interaction.time,
    )


def decided(occasion: Occasion) -> Told:
    """Every rule tried and matched, every candidate through the gates, and what follows."""
    matched: list[tuple[Rule, Journey | None]] = []
    traces: list[RuleTrace] = []
    for rule in ranked(occasion.known.rules):
        move = waited_for(rule, occasion.moves)
        if rule.journey is not None and move is None:
            step = " or ".join(rule.steps) or "a step"
            failed: str | None = f"journey {rule.journey} did not enter {step}"
            traces.append(RuleTrace(rule.id, rule.priority, False, False, failed))
            continue
        journey = move.journey if move and rule.journey else None
        failed = failure(rule.when, occasion.scene(journey))
        traces.append(RuleTrace(rule.id, rule.priority, True, failed is None, failed))
        if failed is None:
            matched.append((rule, journey))
    return _concluded(occasion, matched, traces)


def _concluded(
    occasion: Occasion, matched: list[tuple[Rule, Journey | None]], traces: list[RuleTrace]
) -> Told:
    if not matched:
        return Told(_unmatched(occasion), (), frozenset(), traces)
    winner: str | None = None
    refused, taken = [], []
    full: dict[str, tuple[Verdict, ...]] = {}
    now = occasion
    for rule, journey in matched:
        # A rule that another outranks is told as it would fare without all that was planned.
        outranked = winner is not None and not rule.also
        ask = (occasion if outranked else now).ask(rule, journey)
        choice = chosen(replace(ask, outranked_by=winner if outranked else None))
        full[rule.id] = tuple(verdicts(choice.ask))
        if choice.taken:
            taken.append(_told(occasion, choice, journey, first=not taken))
            winner = winner if rule.also else rule.id
            now = _with_planned(now, taken[-1])
        elif not outranked:
            refused.append(_told(occasion, choice, journey))
    told = (taken or refused)[0]
    decision = with_changes(told.decision, also=tuple(one.decision for one in taken[1:]))
    return Told(
        decision,
        tuple(invitation for one in taken for invitation in one.planned),
        frozenset(name for one in taken for name in one.displaced),
        [with_changes(trace, verdicts=full.get(trace.rule, ())) for trace in traces],
    )


def _with_planned(occasion: Occasion, told: Told) -> Occasion:
    """What the next candidate of the same interaction finds: the invitation planned, those in its place gone."""
    counts, kept = Counter(occasion.counts), []
    for one in occasion.customer.invitations:
        if one.id in told.displaced:
            counts.subtract(places(occasion.known.policy, one))
        else:
            kept.append(one)
    for one in told.planned:
        counts.update(places(occasion.known.policy, one))
    customer = with_changes(occasion.customer, invitations=(*kept, *told.planned))
    return replace(occasion, customer=customer, counts=counts)


def _told(occasion: Occasion, choice: Choice, journey: Journey | None, *, first: bool = True) -> Told:
    ask, verdict = choice.ask, choice.verdict
    invitation = planned(ask, journey) if choice.taken else None
    # The touchpoint is counted once, by the first.
    if invitation is not None and first:
        invitation = with_changes(invitation, touchpoint=_touchpoint(occasion, journey))
    about = journey or _moved(occasion.moves)
    decision = Decision(
        outcome="no_survey" if invitation is None else "invite" if verdict is None else "defer",
        reason="invited" if verdict is None else verdict.reason or "invited",
        journey=about.name if about else None,
        instance=about.instance if about else None,
        step=about.step if about else None,
        rule=ask.rule.id,
        survey=ask.survey.name,
        metric=ask.survey.metric,
        channel=invitation.channel if invitation else None,
        locale=ask.locale if invitation else None,
        due_at=invitation.at if invitation else None,
        eligible_again_at=verdict.eligible_again_at if verdict and not invitation else None,
        invitation_id=invitation.id if invitation else None,
        gate=verdict.gate if verdict else None,
        actual=verdict.actual if verdict else None,
        limit=verdict.limit if verdict else None,
    )
    return Told(decision, (invitation,) if invitation else (), ask.without, [])


def _touchpoint(occasion: Occasion, journey: Journey | None) -> Touchpoint | None:
    """Where a step was entered, by the clock of the policy: of the rule's journey, else of the first that moved."""
    entered = [move for move in occasion.moves if move.movement == "entered"]
    for move in entered if journey is None else [one for one in entered if one.journey == journey]:
        interaction, policy = occasion.interaction, occasion.known.policy
        local = interaction.time.astimezone(ZoneInfo(policy.zone)).replace(tzinfo=None)
        hours = (local - datetime(1970, 1, 1)) // timedelta(hours=1)  # noqa: DTZ001 - a clock on a wall
        return Touchpoint(move.journey.name, str(move.step), interaction.channel, hours)
    return None


def _moved(moves: tuple[Move, ...]) -> Journey | None:
    entered = [move.journey for move in moves if move.movement == "entered"]
    return next(iter([*entered, *(move.journey for move in moves)]), None)


def _unmatched(occasion: Occasion) -> Decision:
    """No rule matched: what the interaction was to the journeys, or that nobody knows its type."""
    about = _moved(occasion.moves)
    if about is None:
        free = [rule for rule in occasion.known.rules if rule.journey is None]
        named = any(names_type(rule, occasion.interaction.type) for rule in free)
        return Decision("no_survey", "no_rule_matched" if named else "step_not_recognised")
    reasons: dict[str, Reason] = {
        "late": "late",
        "repeated": "step_repeated",
        "none": "no_transition",
        "entered": "no_rule_matched",
    }
    movements = [move.movement for move in occasion.moves]
    reason = reasons["entered" if "entered" in movements else movements[0]]
    return Decision("no_survey", reason, about.name, about.instance, about.step)


def came_due(
    known: Definitions, customer: Customer, invitation: Invitation, lived: Sequence[Interaction]
) -> Settled:
    """What becomes of a planned invitation at its due time: moved, released, cancelled or expired."""
    at, rule = invitation.at, next((one for one in known.rules if one.id == invitation.rule), None)
    if invitation.expires_at is not None and not at < invitation.expires_at:
        return _over(invitation, "expired", "expired")
    if rule is None or not rule.enabled or invitation.interaction is None:
        return _over(invitation, "cancelled", "rule_inactive")
    passes = [
        one
        for one in customer.journeys
        if (one.name, one.instance) == (invitation.journey, invitation.instance)
    ]
    names = open_journeys(customer, known.journeys, at)
    passed = passes[0] if passes else None
    scene = Scene(invitation.interaction, customer, passed, names, at, known.policy.customer_signals, lived)
    ask = Ask(
        rule,
        known.surveys[rule.survey],
        known.policy,
        invitation.interaction,
        customer,
        at,
        at,
        {},
        contrary=against(rule.unless, scene),
        forbidden=forbidden(known, scene),
        rechecked=True,
        without=frozenset({invitation.id}),
    )
    if (refused := refusal(ask)) is not None:
        return _over(invitation, "cancelled", refused.reason)
    due = ask.first_allowed_hour(at)
    if due is None or (invitation.expires_at is not None and not due < invitation.expires_at):
        return _over(invitation, "expired", "no_allowed_time")
    if due > at:
        # Quotas go on counting it in the period that it was planned for.
        return with_changes(invitation, at=due, due_at=invitation.due_at or invitation.at), None
    return _released(invitation, ask, at), None


def _released(invitation: Invitation, ask: Ask, at: datetime) -> Invitation:
    """Sent to one channel; what it was about is kept for the other channels that it may be sent to."""
    others = len(ask.rule.channels) > 1
    return with_changes(
        invitation,
        state="queued",
        channel=ask.channel,
        address=ask.interaction.recipient.get(ask.channel) if ask.channel else None,
        respond_by=at + timedelta(days=14),
        interaction=invitation.interaction if others else None,
    )


def _over(invitation: Invitation, state: InvitationState, reason: Reason | None) -> Settled:
    return with_changes(invitation, state=state, interaction=None), reason
