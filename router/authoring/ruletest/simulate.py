"""One test told to the core: interactions in their order on a simulated clock, then time until all is settled."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from router.authoring.language.amounts import duration
from router.decide import Explanation, explain
from router.decide.batch import Decided
from router.decide.decide import NOT_ASKED_ABOUT, moved
from router.decide.preferences import recorded
from router.decide.simulation import Simulation
from router.model.customer import Customer, Invitation, Profile
from router.model.customer_signals import Occurred, noted
from router.model.decision import Decision, Reason, Verdict
from router.model.fields import of_interaction
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
from router.model.invitation_states import ASKED, RELEASED_STATES, InvitationState
from router.model.journey import Move
from router.model.keyed_hash import IN_MEMORY, with_hashes
from router.model.keys import as_key
from router.model.ledger import QuotaKey
from router.model.rule_tests import OF_RULE, RuleTest
from router.model.schedules import is_scheduled
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet

_AT_THE_END = datetime.max.replace(tzinfo=UTC)


class DecidedEvent:
    """The decision on an event of a test, and what it was made on."""

    def __init__(self, decided: Decided, counts: Mapping[QuotaKey, int], rules: RuleSet) -> None:
        self.decided = decided
        self.counts = counts
        self._rules = rules

    @property
    def before(self) -> Customer:
        """The customer right before the event."""
        return self.decided.before

    @property
    def moves(self) -> tuple[Move, ...]:
        """What the event did to the customer's journeys."""
        decided = self.decided
        if decided.decision.reason == "duplicate" or decided.interaction.type in NOT_ASKED_ABOUT:
            return ()
        return moved(decided.interaction, self.before, self._rules, decided.now)[1]

    def planned(self, name: str) -> bool:
        """Whether the event planned the invitation with this id."""
        return any(one.invitation_id == name for one in self.decided.decision.asking)

    @cached_property
    def explanation(self) -> Explanation:
        """The trace of every rule and gate."""
        seen = self.decided.decision.reason == "duplicate"
        now, interaction = self.decided.now, self.decided.interaction
        return explain(interaction, self.before, self._rules, now, seen=seen, counts=self.counts)


class InvitationOutcome(Struct, frozen=True):
    """An invitation that was planned, and what became of it: released to be sent `at`, or ended then.

    `text` is all that it says, in the language of the decision, a line for each part.
    """

    customer: str
    planned: Invitation
    decision: Decision
    state: InvitationState
    at: datetime
    channel: str | None
    reason: Reason | None = None
    verdict: Verdict | None = None
    text: str = ""

    @property
    def sent(self) -> bool:
        """Whether it reached the sender."""
        return self.state in RELEASED_STATES


class Run(Struct, frozen=True):
    """A test told to its end."""

    test: RuleTest
    rules: RuleSet
    events: tuple[DecidedEvent, ...]
    invitations: tuple[InvitationOutcome, ...]

    @property
    def sent(self) -> tuple[InvitationOutcome, ...]:
        """What reached the sender, in order of time."""
        sent = (invitation for invitation in self.invitations if invitation.sent)
        return tuple(sorted(sent, key=lambda invitation: (invitation.at, invitation.customer)))


def simulate(test: RuleTest, rules: RuleSet) -> Run:
    """Tells the test to the core. The clock is the event time, or when an event was heard of; it never goes back."""
    customers = (_customer(name, test, rules) for name in test.customers)
    simulation = Simulation(InForce(rules), customers)
    events: list[DecidedEvent] = []
    if rules.schedules:
        # What is known of the customers before the first event counts from the start on.
        simulation.settle(min((event.heard_at for event in test.events), default=test.start))
    now = datetime.min.replace(tzinfo=UTC)
    for event in test.events:
        now = max(now, event.heard_at)
        simulation.settle(now)
        counts = dict(simulation.counts)
        about = _about(event.interaction, simulation.customers)
        decided = simulation.take(about, now, owned=about is not event.interaction)
        events.append(DecidedEvent(decided, counts, rules))
    if rules.schedules:
        simulation.settle(test.until or max(now, test.start))
        simulation.end_of_schedules()
    simulation.settle(_AT_THE_END)
    happened = simulation.drained()
    events += [_by_schedule(one, rules) for one in happened.decided if is_scheduled(one.interaction)]
    events.sort(key=lambda event: event.decided.now)
    decision_on = {one.invitation.id: one.decision for one in happened.planned if one.decision is not None}
    changed = {one.change.invitation.id: one for one in happened.changed}
    outcomes: list[InvitationOutcome] = []
    for planned in happened.planned:
        # At the end of time each has come to something, and its last change says to what.
        last = changed[planned.invitation.id]
        outcomes.append(
            InvitationOutcome(
                customer=planned.customer_id,
                planned=planned.invitation,
                decision=decision_on[planned.invitation.root_id],
                state=last.change.invitation.state,
                at=last.at,
                channel=last.change.invitation.channel,
                reason=last.change.reason,
                verdict=last.change.verdict,
                text=_said(planned.invitation, decision_on[planned.invitation.root_id].locale, rules),
            )
        )
    return Run(test, rules, tuple(events), tuple(outcomes))


def _by_schedule(decided: Decided, rules: RuleSet) -> DecidedEvent:
    """The decision on a day of a schedule. Of the quota counters those are known that left no place."""
    counts = {QuotaKey(quota, value, period): used for quota, value, period, used in decided.decision.used_up}
    return DecidedEvent(decided, counts, rules)


def _said(invitation: Invitation, locale: str | None, rules: RuleSet) -> str:
    written = rules.surveys[invitation.survey].texts.get(locale or "")
    if written is None:
        return ""
    text = written.with_facts(invitation.facts)
    return "\n".join(
        part for part in (text.subject, text.introduction, text.question, text.follow_up) if part
    )


def _about(interaction: Interaction, customers: Mapping[str, Customer]) -> Interaction:
    """A delivery report or an answer that names no invitation with the one it is about: the latest released."""
    attributes = interaction.attributes
    if interaction.type not in (DELIVERY_TYPE, RESPONSE_TYPE) or "invitation_id" in attributes:
        return interaction
    customer = customers.get(interaction.customer_id) or Customer(interaction.customer_id)
    rule = attributes.get(OF_RULE)
    released = [one for one in customer.invitations if one.state in ASKED and rule in (None, one.rule)]
    latest = max(released, key=lambda one: one.at, default=None)
    said = {name: value for name, value in attributes.items() if name != OF_RULE}
    return replace(interaction, attributes=said | {"invitation_id": latest.id if latest else ""})


def _customer(name: str, test: RuleTest, rules: RuleSet) -> Customer:
    """A customer of the test before its first event: what is known, and the invitations sent before."""
    history: list[Invitation] = []
    for past in test.history:
        if past.customer != name:
            continue
        about = Interaction("", "", "", past.at, past.customer, attributes=past.attributes)
        given = {field: of_interaction(about, field) for field in rules.policy.compared}
        given |= {"journey": past.journey}
        keys = {field: as_key(given[field]) for field in rules.policy.compared}
        history.append(
            Invitation(
                id=f"earlier-{len(history) + 1}",
                rule=past.rule or "",
                survey=past.survey,
                metric=rules.surveys[past.survey].metric,
                channel=past.channel,
                priority=0,
                at=past.at,
                state="sent",
                journey=past.journey,
                attributes={field: key for field, key in keys.items() if key is not None},
                delivered_at=past.delivered_at,
                answered_at=past.answered_at,
            )
        )
    given = {key: value for key, value in test.customers[name].items() if key not in rules.signals}
    preferences = Interaction("", "", PREFERENCES_TYPE, test.start, name, attributes=given)
    profile = recorded(Profile(), with_hashes(preferences, IN_MEMORY), rules, test.start)
    occurred = _occurred(test.customers[name], test.start, rules)
    return Customer(name, profile=profile, invitations=tuple(history), occurred=occurred)


def _occurred(given: Mapping[str, Any], start: datetime, rules: RuleSet) -> Occurred:
    """What a test gives of signals, as interactions of the first type of each.

    Those that are counted happened when the test says that the latest did, where that is given too, else half of
    `within` ago. What a shorter window counts, a longer one of the same type counts as well.
    """
    told = {name: signal for name, signal in rules.signals.items() if name in given}
    latest = {
        signal.types[0]: start - (duration(given[name]) or timedelta())
        for name, signal in told.items()
        if signal.kind == "last"
    }
    happened = list(latest.items())
    counted = sorted((signal.within, name) for name, signal in told.items() if signal.kind == "count")
    shortest: dict[str, timedelta] = {}
    for within, name in counted:
        types = told[name].types
        there = sum(kind in types and start - at < within for kind, at in happened)
        # Outside the shorter windows that count them too; where they may not be later than the latest, at that.
        inside = max((shortest.get(kind, timedelta()) for kind in types), default=timedelta())
        moment = start - (inside + within) / 2
        if (newest := latest.get(types[0])) is not None and start - newest < within and not inside:
            moment = newest
        happened += [(types[0], moment)] * max(given[name] - there, 0)
        shortest.update(dict.fromkeys(types, within))
    occurred: Occurred = {}
    for kind, at in happened:
        occurred = noted(occurred, kind, at, rules.remembered, start)
    return occurred
