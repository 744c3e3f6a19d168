"""The days that schedules will bring: for one customer, and how many of each for all."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from router.decide.occasions import next_occasion, occasions, passed_over
from router.model.customer import Customer
from router.model.encoding import decode_state
from router.model.schedules import DUE_DATE, SCHEDULE
from router.rules.ruleset import RuleSet


class NextDay(Struct, frozen=True):
    """A day of a schedule that comes to a customer, and the interaction that it will be."""

    schedule: str
    type: str
    at: datetime


class DueDays(Struct, frozen=True):
    """To how many customers a schedule brings a day."""

    schedule: str
    type: str
    day: date
    customers: int


class WakingReader(Protocol):
    """The read that this needs of a store."""

    def waking(self, until: datetime) -> AsyncIterator[Sequence[bytes]]:
        """The encoded states of customers whom schedules have looked at and whom time brings something up to then."""


def next_days(customer: Customer, rules: RuleSet) -> tuple[NextDay, ...]:
    """The next day of each schedule that brings the customer one, in the order of time."""
    return tuple(NextDay(one.attributes[SCHEDULE], one.type, at) for at, one in occasions(customer, rules))


async def due_days(reading: WakingReader, rules: RuleSet, until: datetime) -> tuple[DueDays, ...]:
    """What schedules bring up to a moment, by day and schedule. Raises what the reading raises."""
    counts: Counter[tuple[str, str, str]] = Counter()
    if not rules.schedules:
        return ()
    async for bodies in reading.waking(until):
        for body in bodies:
            customer = decode_state(body)
            while (found := next_occasion(customer, rules)) is not None and found[0] <= until:
                told = found[1].attributes
                counts[told[DUE_DATE], told[SCHEDULE], found[1].type] += 1
                customer = passed_over(customer, found[1], rules)
    return tuple(
        DueDays(schedule, kind, date.fromisoformat(day), count)
        for (day, schedule, kind), count in sorted(counts.items())
    )
