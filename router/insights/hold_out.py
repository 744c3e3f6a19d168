"""The hold-out report: what became of customers who are never asked, and of those who might have been."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from router.insights.by_customer import JournalByCustomer, customers
from router.insights.rule_book import RuleBook
from router.model.decision import DECISION_REASONS
from router.model.encoding import decode_decision, decode_type
from router.model.ledger import JournalRow
from router.model.policy import Policy
from router.policy.draw import draw
from router.scores.hold_out import Effect, Happened, effects
from router.scores.score import Enough
from router.scores.share import share_interval

_PLANNED: Final = frozenset({*DECISION_REASONS["invite"], *DECISION_REASONS["defer"]})
"""With these a question may have been planned."""


class Wanted(Struct, frozen=True):
    """Customers who came in from `since` on and before `until`, and what happened `within` a span after it."""

    outcomes: tuple[str, ...]
    within: timedelta
    since: datetime
    until: datetime


class GroupOutcome(Struct, frozen=True):
    """To how many customers of a group it happened, as a share with its interval where there are any."""

    customers: int
    share: float | None
    low: float | None
    high: float | None


class Outcome(Struct, frozen=True):
    """One interaction type in the time after. `difference` is the askable less the held out, with its interval.

    The other members as in `router.scores.hold_out.HeldAgainst`.
    """

    type: str
    held_out: GroupOutcome
    askable: GroupOutcome
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    effect: Effect
    needed: int | None


class HoldOutReport(Struct, frozen=True):
    """Customers by their first touchpoint that a rule matched, and what happened in the time after it.

    `share` is the hold-out of the policy. `held_out` and `askable` are how many customers the draw put into each group; of the latter for `asked` a question
    was planned within the span. `unfinished` are those whose span is not over, `otherwise_drawn` those who came in under another hold-out than
    that of now: both are left out. `smallest` is the smallest difference that matters.
    """

    at: datetime
    wanted: Wanted
    share: float
    smallest: float
    held_out: int
    askable: int
    asked: int
    unfinished: int
    otherwise_drawn: int
    outcomes: tuple[Outcome, ...]


class Followed(Struct, frozen=True):
    """A customer from the first touchpoint that a rule matched: by which revision, and what came after it when."""

    customer_id: str
    entered_at: datetime
    revision: int
    asked: bool
    happened: frozenset[str]


class Tally:
    """Counts customers by assignment: intention to treat, so that nothing that asking does decides who is compared."""

    def __init__(self, policy: Policy, outcomes: Sequence[str]) -> None:
        self.policy = policy
        self.groups = {True: 0, False: 0}
        self.asked = 0
        self.happened = {kind: {True: 0, False: 0} for kind in outcomes}

    def held_out(self, customer_id: str) -> bool:
        """Whether the draw holds the customer out, as the gate has it."""
        return draw(self.policy.salt, "hold_out", "", customer_id) < self.policy.hold_out

    def take(self, customer: Followed) -> None:
        """Counts a customer once, in the group that the draw puts them into."""
        held_out = self.held_out(customer.customer_id)
        self.groups[held_out] += 1
        self.asked += customer.asked and not held_out
        for kind in customer.happened:
            self.happened[kind][held_out] += 1

    def outcomes(self, smallest: float, enough: Enough) -> tuple[Outcome, ...]:
        """What became of both groups."""
        sides = [
            tuple(Happened(counts[group], self.groups[group]) for group in (True, False))
            for counts in self.happened.values()
        ]
        found = effects([(first, second) for first, second in sides], smallest, enough=enough)
        told = []
        for kind, (first, second), one in zip(self.happened, sides, found, strict=True):
            difference = one.difference
            point, low, high = (difference.point, *difference.interval) if difference else (None, None, None)
            told.append(
                Outcome(kind, _group(first), _group(second), point, low, high, one.p, one.effect, one.needed)
            )
        return tuple(told)


async def hold_out(
    reader: JournalByCustomer,
    rules: RuleBook,
    wanted: Wanted,
    now: datetime,
    progress: Callable[[int], None] = lambda _rows: None,
) -> HoldOutReport:
    """The report. `progress` is told how many rows of the journal are read. Raises what the reader raises."""
    policy = rules.now.policy
    tally, unfinished, otherwise_drawn = Tally(policy, wanted.outcomes), 0, 0
    async for rows in customers(reader, None, progress):
        customer = followed(rows, wanted.outcomes, wanted.within)
        if customer is None or not wanted.since <= customer.entered_at < wanted.until:
            continue
        await rules.read([customer.revision])
        drawn_by = rules.by(customer.revision).policy
        if (drawn_by.salt, drawn_by.hold_out) != (policy.salt, policy.hold_out):
            otherwise_drawn += 1
        elif customer.entered_at + wanted.within > now:
            unfinished += 1
        else:
            tally.take(customer)
    enough = Enough(policy.scores.least, policy.scores.enough)
    return HoldOutReport(
        now,
        wanted,
        policy.hold_out,
        policy.scores.smallest_share,
        tally.groups[True],
        tally.groups[False],
        tally.asked,
        unfinished,
        otherwise_drawn,
        tally.outcomes(policy.scores.smallest_share, enough),
    )


def followed(rows: Sequence[JournalRow], outcomes: Collection[str], within: timedelta) -> Followed | None:
    """A customer by all their rows in the order decided; None where no rule ever matched.

    The first match is the same for whoever is held out and whoever is not, for nobody can have been asked before it.
    """
    entry = next((row for row in rows if decode_decision(row.verdict).rule), None)
    if entry is None:
        return None
    end, happened, asked = entry.time + within, set[str](), False
    for row in rows:
        if entry.time < row.time <= end and (kind := decode_type(row.body)) in outcomes:
            happened.add(kind)
        if row.reason in _PLANNED and row.time <= end:
            asked = asked or decode_decision(row.verdict).invitation_id is not None
    return Followed(entry.customer_id, entry.time, entry.revision, asked, frozenset(happened))


def _group(found: Happened) -> GroupOutcome:
    if not found.n:
        return GroupOutcome(0, None, None, None)
    return GroupOutcome(found.positives, found.positives / found.n, *share_interval(found.positives, found.n))
