"""Counting what two rule sets come to, a pair of decisions at a time."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from router.authoring.comparison.effect import Effect, Example, count, counts
from router.decide.batch import Changed, Planned
from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.field_values import Values
from router.model.invitation_states import InvitationState

LOST: Final[frozenset[InvitationState]] = frozenset({"cancelled", "displaced", "expired"})
"""What comes to nothing before it is sent. What was withdrawn or bounced later was sent."""

_BY: Final = ("rule", "survey", "step", "channel")
_NO_JOURNEY: Final = "no journey"
_NO_CHANNEL: Final = "no channel"


class _Sums:
    """The counts of one side. `asked` holds the customers that have invitations and how many."""

    def __init__(self, fields: tuple[str, ...] = ()) -> None:
        self.invitations: dict[str, Counter[str]] = {by: Counter() for by in _BY}
        self.fields: dict[str, Counter[str]] = {field: Counter() for field in fields}
        self.asked: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.withdrawn: Counter[str] = Counter()

    def add(self, customer: str, invitation: Invitation, by: int, values: tuple[str, ...] = ()) -> None:
        step = f"{invitation.journey}: {invitation.step}" if invitation.journey else _NO_JOURNEY
        names = (invitation.rule, invitation.survey, step, invitation.channel or _NO_CHANNEL)
        for kind, name in zip(_BY, names, strict=True):
            self.invitations[kind][name] += by
        for counted, value in zip(self.fields.values(), values, strict=False):
            counted[value] += by
        self.asked[customer] += by


class EffectTally:
    """Counts for both sides: 0 is before, 1 is after."""

    def __init__(self, fields: tuple[str, ...] = ()) -> None:
        self._sums = (_Sums(fields), _Sums(fields))
        self._values = Values(fields)
        # What an invitation is counted by is kept from when it was planned: the customer may change meanwhile.
        self._counted: tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]] = ({}, {})
        self._interactions = 0
        self._customers: set[str] = set()
        self._since: datetime | None = None
        self._until: datetime | None = None

    def interaction(self, customers: Iterable[str], time: datetime) -> None:
        """Counts an interaction of these customers; there are two where each side knows another one."""
        self._interactions += 1
        self._customers.update(customers)
        self._since = time if self._since is None else min(self._since, time)
        self._until = time if self._until is None else max(self._until, time)

    def decided(self, side: int, decision: Decision) -> None:
        """Counts a decision: one on an interaction, or one that time alone brought about."""
        if decision.outcome == "no_survey":
            self._sums[side].refusals[decision.reason] += 1

    def planned(self, side: int, planned: Planned, customer: Customer | None = None) -> None:
        """Counts an invitation of a customer as they are. What follows one is no invitation more."""
        invitation = planned.invitation
        if invitation.kind != "invitation":
            return
        values: tuple[str, ...] = ()
        if self._values.fields:
            values = self._counted[side][invitation.id] = self._values.of(invitation.interaction, customer)
        self._sums[side].add(planned.customer_id, invitation, 1, values)

    def changed(self, side: int, changed: Changed) -> None:
        """Counts what became of an invitation that was counted: it is sent, moved or withdrawn."""
        sums, invitation = self._sums[side], changed.change.invitation
        if invitation.kind != "invitation":
            return
        values = self._counted[side].get(invitation.id, ())
        sums.add(changed.customer_id, changed.was, -1, values)
        if invitation.state in LOST:
            sums.withdrawn[changed.change.reason or invitation.state] += 1
        else:
            sums.add(changed.customer_id, invitation, 1, values)

    def effect(self, examples: tuple[Example, ...], otherwise: int) -> Effect:
        """The sum."""
        before, after = self._sums
        was, now = +before.asked, +after.asked
        both = was.keys() & now.keys()
        by = {kind: counts(before.invitations[kind], after.invitations[kind]) for kind in _BY}
        return Effect(
            interactions=self._interactions,
            customers=len(self._customers),
            since=self._since,
            until=self._until,
            invitations=count("invitations", was.total(), now.total()),
            asked=count("customers", len(was), len(now)),
            gained=len(now.keys() - was.keys()),
            lost=len(was.keys() - now.keys()),
            more_often=sum(now[name] > was[name] for name in both),
            less_often=sum(now[name] < was[name] for name in both),
            otherwise=otherwise,
            rules=by["rule"],
            surveys=by["survey"],
            steps=by["step"],
            channels=by["channel"],
            refusals=counts(before.refusals, after.refusals),
            withdrawn=counts(before.withdrawn, after.withdrawn),
            examples=examples,
            by={field: counts(before.fields[field], after.fields[field]) for field in self._values.fields},
        )
