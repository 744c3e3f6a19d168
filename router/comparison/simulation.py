"""The same interactions through two rule sets side by side, compared as they come."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from router.batch import Batch
from router.comparison.differences import Differences, Met
from router.comparison.effect import Effect
from router.comparison.tally import Tally
from router.decide import Change
from router.encoding import decode_state, encode_state
from router.in_force import InForce
from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.interaction import Interaction
from router.model.invitation_states import COUNTED_STATES
from router.ruleset import RuleSet


class Taken(Struct, frozen=True):
    """What one side made of an interaction: the decision, what it planned and what became of earlier plans."""

    decision: Decision
    planned: Invitation | None
    changes: tuple[Change, ...]
    customer: Customer


class _Side:
    """One rule set at work on one customer at a time."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.batch = Batch(InForce(rules), {}, set(), event_time=True)

    def take(
        self, interaction: Interaction, key: UUID, now: datetime, customer: Customer, *, seen: bool
    ) -> Taken:
        batch, name = self.batch, customer.id
        batch.customers = {name: customer}
        if seen:
            batch.seen.add((name, key))
        decided = batch.take(interaction, key, now)
        planned = batch.planned[0].invitation if batch.planned else None
        return Taken(decided.decision, planned, self._drained(), batch.customers[name])

    def settle(self, now: datetime, customer: Customer) -> Taken:
        self.batch.customers = {customer.id: customer}
        self.batch.settle(now)
        nothing = Decision("no_survey", "duplicate")
        return Taken(nothing, None, self._drained(), self.batch.customers[customer.id])

    def _drained(self) -> tuple[Change, ...]:
        batch = self.batch
        changes = tuple(changed.change for changed in batch.changed.values())
        for kept in (batch.changed, batch.decided, batch.planned, batch.touched, batch.seen):
            kept.clear()
        return changes


class _Standing(Struct, gc=False):
    """A customer on both sides, encoded; one value while they do not differ. `after` is None before the change."""

    before: bytes
    after: bytes | None = None


class Comparison:
    """Takes interactions one by one, each with the clock it is decided at, and tells the effect in the end.

    `lead_in` takes what happened before the time looked at: it is decided by the rules before alone and not
    counted, and the rules after begin with what came of it, as they would on the day they are published.
    """

    def __init__(self, before: RuleSet, after: RuleSet) -> None:
        self._sides = (_Side(before), _Side(after))
        self._standings: dict[str, _Standing] = {}
        self._carried: set[str] = set()
        self._tally = Tally()
        self._differences = Differences(before, after)
        self._last: datetime | None = None

    def lead_in(self, interaction: Interaction, key: UUID, now: datetime) -> None:
        """Takes an interaction of before the time looked at."""
        name = interaction.customer_id
        if not name:
            return
        standing = self._standings.get(name)
        customer = decode_state(standing.before) if standing else Customer(name)
        taken = self._sides[0].take(interaction, key, now, customer, seen=False)
        self._standings[name] = _Standing(encode_state(taken.customer))

    def take(self, interaction: Interaction, key: UUID, now: datetime, *, seen: bool = False) -> None:
        """Takes an interaction that counts. `seen`: its source and id were taken before."""
        name = interaction.customer_id
        standing = self._standings.get(name)
        first, second = self._opened(name, standing)
        one = self._sides[0].take(interaction, key, now, first, seen=seen)
        other = self._sides[1].take(interaction, key, now, second, seen=seen)
        self._last = now if self._last is None else max(self._last, now)
        self._tally.interaction(name, interaction.time, one.decision, other.decision)
        self._note(interaction, now, (first, second), (one, other))
        if name:
            self._keep(name, standing, one.customer, other.customer)

    def finish(self) -> Effect:
        """Settles what came due up to the last interaction, and sums up."""
        if self._last is not None:
            for name, standing in self._standings.items():
                if standing.after is not None:
                    self._settle(name, standing, self._last)
        return self._tally.effect(self._differences.examples(), self._differences.count)

    def _opened(self, name: str, standing: _Standing | None) -> tuple[Customer, Customer]:
        if standing is None:
            fresh = Customer(name)
            return fresh, fresh
        before = decode_state(standing.before)
        if standing.after is None:
            self._carried |= {entry.id for entry in before.invitations if entry.state == "planned"}
            return before, before
        return before, before if standing.after is standing.before else decode_state(standing.after)

    def _keep(self, name: str, standing: _Standing | None, one: Customer, other: Customer) -> None:
        before, after = encode_state(one), encode_state(other)
        if after == before:
            after = before
        if standing is None:
            self._standings[name] = _Standing(before, after)
        else:
            standing.before, standing.after = before, after

    def _settle(self, name: str, standing: _Standing, now: datetime) -> None:
        customers = self._opened(name, standing)
        if not any(entry.state == "planned" for one in customers for entry in one.invitations):
            return
        taken = [side.settle(now, one) for side, one in zip(self._sides, customers, strict=True)]
        self._note(None, now, customers, (taken[0], taken[1]))

    def _note(
        self,
        interaction: Interaction | None,
        now: datetime,
        states: tuple[Customer, Customer],
        both: tuple[Taken, Taken],
    ) -> None:
        """Counts what both sides planned and withdrew, and keeps where they differ."""
        for side, taken in enumerate(both):
            if taken.planned is not None:
                self._tally.planned(side, states[side].id, taken.planned)
            for change in taken.changes:
                if change.invitation.id not in self._carried:
                    self._tally.changed(side, states[side].id, change)
        met = Met(interaction, now, states, (both[0].decision, both[1].decision))
        if interaction is not None:
            self._differences.decided(met, both[0].planned, both[1].planned)
        for side, taken in enumerate(both):
            standing = {entry.id for entry in both[1 - side].customer.invitations}
            for change in taken.changes:
                ended = change.invitation.state not in COUNTED_STATES
                if ended and change.invitation.id in standing:
                    self._differences.withdrawn(met, side, change)
