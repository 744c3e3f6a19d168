"""A batch of interactions folded in order in memory: what an earlier one decided, a later one sees."""

from collections.abc import Iterable, MutableMapping, Sequence
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from msgspec import Struct, convert
from msgspec.structs import replace

from router.decide import Change, advance, decide, looked_at, may_be_followed, next_by_itself, next_moment
from router.decide.decide import NOT_ASKED_ABOUT, Folded
from router.decide.occasions import passed_over, too_late
from router.decide.timetable import Timetable
from router.model.customer import Customer, Invitation, Profile
from router.model.decision import Decision
from router.model.interaction import RESPONSE_TYPE, Interaction, named_invitation
from router.model.invitation_states import COUNTED_STATES, RELEASED_STATES
from router.model.journey import Journey
from router.model.ledger import QuotaKey
from router.model.responses import COMMENT, COMMENT_CUT, Covered
from router.policy.limits import quota_keys
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet

NOBODY = ""
"""The customer of what names none."""


class Decided(Struct, frozen=True):
    """One interaction with its decision. `seq` is its place for the customer, 0 where no customer is known.

    `before` is the customer right before it, `covered` what it changed in the coverage.
    """

    interaction: Interaction
    key: UUID
    decision: Decision
    now: datetime
    seq: int
    before: Customer
    covered: Covered | None = None


class Planned(Struct, frozen=True):
    """An invitation planned in this batch, or what follows one, at the clock `now` by a revision.

    `key` is that of the interaction that it is about; `decided` what planned it, None for one that follows, and
    `decision` the decision there on this invitation. `journey` is the pass that it speaks of, `profile` the customer's, as
    both were then.
    """

    customer_id: str
    invitation: Invitation
    key: UUID
    now: datetime
    revision: int
    keep_recipient: bool
    decided: Decided | None = None
    journey: Journey | None = None
    profile: Profile | None = None
    decision: Decision | None = None

    @property
    def besides(self) -> bool:
        """Whether it was planned besides another about the same interaction."""
        return self.decided is not None and self.decision is not self.decided.decision


class ShadowDecision(Struct, frozen=True):
    """What a shadow rule set would have decided otherwise."""

    decided: Decided
    shadow: Decision


class Changed(Struct, frozen=True):
    """An invitation that changed in this batch. `at` and `seq` are those of its release, where that was in it too.

    `change` is the last one, `changed_at` its clock; `was` is the invitation before the first, `withdrawn` whether one
    of the changes withdrew it.
    """

    customer_id: str
    change: Change
    at: datetime
    seq: int
    changed_at: datetime
    was: Invitation
    withdrawn: bool = False


class Batch:
    """Folds interactions into customers and keeps what a store has to write.

    `customers` are the states loaded, `seen` the dedupe keys known, `counts` the quota counters. With
    `event_time`, invitations that came due before an interaction are settled before it is decided. `invitations` tells
    whose the ones planned here are.
    """

    def __init__(
        self,
        rules: InForce,
        customers: MutableMapping[str, Customer],
        seen: set[tuple[str, UUID]],
        counts: dict[QuotaKey, int] | None = None,
        *,
        event_time: bool = False,
    ) -> None:
        self.rules = rules
        self.customers = customers
        self.seen = seen
        self.counts = counts if counts is not None else {}
        self.event_time = event_time
        self.touched: set[str] = set()
        self.decided: list[Decided] = []
        self.planned: list[Planned] = []
        self.invitations: dict[UUID, str] = {}
        self.changed: dict[str, Changed] = {}
        self.differences: list[ShadowDecision] = []
        self._timetable = Timetable()
        self._scheduled = False
        self._unscheduled: set[str] = set()

    def take(self, interaction: Interaction, key: UUID, now: datetime) -> Decided:
        """Decides the next interaction at the clock `now`."""
        about = None if interaction.customer_id else named_invitation(interaction)
        if about in self.invitations:
            # Planned in this batch: whoever looked up its customer before could not know.
            interaction = replace(interaction, customer_id=self.invitations[about])
        name = interaction.customer_id
        rules = self.rules.of(name)
        if interaction.type == RESPONSE_TYPE and rules.policy.scores.comments == "drop":
            interaction = without_comment(interaction)
        customer = self.customers.get(name) or Customer(name)
        seen = (name, key) in self.seen or ((NOBODY, key) in self.seen and decided_once(interaction, rules))
        # A repeat changes nothing, so time is not passed for its customer either.
        if not seen and (self.event_time or rules.schedules or (rules.awaited and customer.live)):
            customer = self._caught_up(customer, now)
        return self._decide(interaction, key, customer, rules, now, seen=seen)

    def settle(self, now: datetime) -> None:
        """Brings every customer up to `now`: what comes by itself and, on the event-time clock, what is due.

        There each at its own moment and all in the order of these, of one moment in the order of the customers' ids:
        a place in a quota that one frees is seen by the next.
        """
        if not self.event_time:
            for customer in list(self.customers.values()):
                self._caught_up(customer, now)
            return
        self._first_look(now)
        self.schedule()
        while (found := self._timetable.pop(now)) is not None:
            moment, name = found
            self._caught_up(self.customers[name], moment)
            self.schedule()

    def end_of_schedules(self) -> None:
        """From here on no schedule brings anything about."""
        self.rules = InForce(self.rules.live.without_schedules())
        self._unscheduled.update(self.customers)

    def schedule(self) -> None:
        """Notes when time alone changes something next for those that changed; the first time, for all customers."""
        if not self._scheduled:
            self._scheduled = True
            self._unscheduled.update(self.customers)
        for name in self._unscheduled:
            self._timetable.put(name, next_moment(self.customers[name], self.rules.of(name)))
        self._unscheduled.clear()

    def _first_look(self, now: datetime) -> None:
        """The schedules of customers that none has looked at count from now on."""
        for name, customer in list(self.customers.items()) if not self._scheduled else ():
            if customer.dates is None and self.rules.of(name).schedules:
                self.keep(looked_at(customer, self.rules.of(name), now), [], now)

    def _caught_up(self, customer: Customer, now: datetime) -> Customer:
        """The customer with all that time alone has brought about."""
        rules = self.rules.of(customer.id)
        while (found := next_by_itself(customer, rules)) is not None and found[0] <= now:
            moment, interaction = found
            customer = self._advanced(customer, moment)
            at = moment if self.event_time else now
            if too_late(interaction, rules, at):
                self.keep(passed_over(customer, interaction, rules), [], at)
            else:
                self._decide(interaction, key_of(interaction), customer, rules, at, seen=False)
            customer = self.customers[customer.id]
        return self._advanced(customer, now)

    def _advanced(self, customer: Customer, now: datetime) -> Customer:
        """On the event-time clock, the customer with what came due settled."""
        if not self.event_time:
            return customer
        for after, change in advance(customer, self.rules.of(customer.id), now, self.counts):
            customer = after
            self.keep(customer, [change], change.before.at)
        return customer

    def _decide(
        self,
        interaction: Interaction,
        key: UUID,
        customer: Customer,
        rules: RuleSet,
        now: datetime,
        *,
        seen: bool,
    ) -> Decided:
        name = customer.id
        folded = decide(interaction, customer, rules, now, seen=seen, counts=self.counts)
        seq = folded.customer.seq
        decided = Decided(interaction, key, folded.decision, now, seq, customer, folded.covered)
        if seen:
            return decided
        self.seen.add((name, key))
        if folded.customer is not customer:
            self.keep(folded.customer, folded.changes, now)
        for invitation, decision in zip(folded.planned, folded.decision.asking, strict=True):
            self._plan(name, invitation, now, decided, folded, decision)
        self.decided.append(decided)
        shadow = self.rules.shadow
        if shadow is not None:
            other = decide(interaction, customer, shadow, now, counts=self.counts).decision
            if _essence(other) != _essence(folded.decision):
                self.differences.append(ShadowDecision(decided, other))
        return decided

    def keep(self, customer: Customer, changes: Sequence[Change], at: datetime) -> None:
        """Keeps a customer's new state, and what became of invitations by it."""
        self.customers[customer.id] = customer
        self.touched.add(customer.id)
        if self.event_time:
            self._unscheduled.add(customer.id)
        if changes:
            self.note(customer.id, changes, at, customer.seq)

    def note(self, customer_id: str, changes: Iterable[Change], at: datetime, seq: int) -> None:
        """Keeps what became of invitations; the last word on each stands. What follows one is planned."""
        for change in changes:
            name = change.invitation.id
            earlier = self.changed.get(name)
            # Reports and answers still come for one that was withdrawn: it is not withdrawn again.
            withdrawn = change.invitation.state == "withdrawn" and change.before.state != "withdrawn"
            if earlier is not None and earlier.change.invitation.state in RELEASED_STATES:
                # When it was released must not be lost.
                withdrawn = withdrawn or earlier.withdrawn
                since, place = earlier.at, earlier.seq
            else:
                since, place = at, seq
            was = earlier.was if earlier else change.before
            self.changed[name] = Changed(customer_id, change, since, place, at, was, withdrawn)
            self._count(customer_id, change.before, -1)
            self._count(customer_id, change.invitation, 1)
            if change.followed_by is not None:
                self._plan(customer_id, change.followed_by, at)

    def _plan(
        self,
        name: str,
        invitation: Invitation,
        now: datetime,
        decided: Decided | None = None,
        folded: Folded | None = None,
        decision: Decision | None = None,
    ) -> None:
        """Keeps an invitation that has to be written, and counts it."""
        rules = self.rules.of(name)
        entry = rules.rules.get(invitation.rule)
        keep = entry is not None and may_be_followed(invitation, entry.rule)
        about = invitation.interaction
        key = decided.key if decided else key_of(about) if about else convert(invitation.root_id, UUID)
        self.invitations[convert(invitation.id, UUID)] = name
        journey, profile = None, None
        if folded is not None and decision is not None:
            journey, profile = folded.journey_of(decision), folded.customer.profile
        self.planned.append(
            Planned(name, invitation, key, now, rules.revision, keep, decided, journey, profile, decision)
        )
        self._count(name, invitation, 1)

    def _count(self, customer_id: str, invitation: Invitation, by: int) -> None:
        policy = self.rules.of(customer_id).policy
        if policy.quotas and invitation.state in COUNTED_STATES:
            for key in quota_keys(policy, invitation):
                self.counts[key] = max(self.counts.get(key, 0) + by, 0)


def decided_once(interaction: Interaction, rules: RuleSet) -> bool:
    """Whether what was decided as nobody's stays decided when the same source and id come with a customer.

    Preferences, reports, answers, and events that say yes or no are taken then: a customer's no must hold.
    """
    return interaction.type not in NOT_ASKED_ABOUT and rules.telling(interaction.type) is None


def without_comment(answer: Interaction) -> Interaction:
    """An answer without the customer's own words."""
    kept = {name: value for name, value in answer.attributes.items() if name not in (COMMENT, COMMENT_CUT)}
    return answer if len(kept) == len(answer.attributes) else replace(answer, attributes=kept)


def key_of(interaction: Interaction) -> UUID:
    """The dedupe key: the first 16 bytes of BLAKE2b over source and id, NUL between them."""
    text = f"{interaction.source}\0{interaction.id}".encode()
    # The constructor of UUID takes as long as all of this.
    return convert(blake2b(text, digest_size=16).hexdigest(), UUID)


def _essence(decision: Decision) -> tuple[object, ...]:
    """What makes two decisions the same to a customer and to those who read about them."""
    return (
        *map(_essence, decision.also),
        decision.outcome,
        decision.reason,
        decision.rule,
        decision.survey,
        decision.channel,
        decision.due_at,
    )
