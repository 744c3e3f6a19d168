"""Counting what two rule sets come to, a pair of decisions at a time."""

from collections import Counter
from datetime import datetime
from typing import Final

from router.comparison.effect import Effect, Example, count, counts
from router.decide import Change
from router.model.customer import Invitation
from router.model.decision import Decision
from router.model.invitation_states import COUNTED_STATES

_BY: Final = ("rule", "survey", "step", "channel")
_NO_JOURNEY: Final = "no journey"
_NO_CHANNEL: Final = "no channel"


class _Sums:
    """The counts of one side. `asked` holds the customers that have invitations and how many."""

    def __init__(self) -> None:
        self.invitations: dict[str, Counter[str]] = {by: Counter() for by in _BY}
        self.asked: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.withdrawn: Counter[str] = Counter()

    def add(self, customer: str, invitation: Invitation, by: int) -> None:
        step = f"{invitation.journey}: {invitation.step}" if invitation.journey else _NO_JOURNEY
        names = (invitation.rule, invitation.survey, step, invitation.channel or _NO_CHANNEL)
        for kind, name in zip(_BY, names, strict=True):
            self.invitations[kind][name] += by
        self.asked[customer] += by


class Tally:
    """Counts for both sides: 0 is before, 1 is after."""

    def __init__(self) -> None:
        self._sums = (_Sums(), _Sums())
        self._interactions = 0
        self._customers: set[str] = set()
        self._since: datetime | None = None
        self._until: datetime | None = None

    def interaction(self, customer: str, time: datetime, before: Decision, after: Decision) -> None:
        """Counts an interaction and the two decisions on it."""
        self._interactions += 1
        if customer:
            self._customers.add(customer)
        self._since = time if self._since is None else min(self._since, time)
        self._until = time if self._until is None else max(self._until, time)
        for sums, decision in zip(self._sums, (before, after), strict=True):
            if decision.outcome == "no_survey":
                sums.refusals[decision.reason] += 1

    def planned(self, side: int, customer: str, invitation: Invitation) -> None:
        """Counts an invitation."""
        self._sums[side].add(customer, invitation, 1)

    def changed(self, side: int, customer: str, change: Change) -> None:
        """Counts what became of an invitation that was counted: it is sent, moved or withdrawn."""
        sums = self._sums[side]
        sums.add(customer, change.before, -1)
        if change.invitation.state in COUNTED_STATES:
            sums.add(customer, change.invitation, 1)
        else:
            sums.withdrawn[change.reason or change.invitation.state] += 1

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
        )
