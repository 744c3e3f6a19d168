"""The plan of the next days, and how much of it rate caps will hold back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final, Protocol

from msgspec import Struct

from router.insights.coverage import CoverageReader
from router.insights.due_days import DueDays
from router.insights.planned_by import PlannedBy
from router.model.cells import WantedCoverage
from router.model.ledger import PlannedHour, QuotaKey
from router.model.policy import Policy, RateCap
from router.policy.calendar import next_period, period_name
from router.policy.hours import NamedDay, named_days, own_zone
from router.scores.expected import LEAST_SENT
from router.scores.share import share_interval

HOUR = timedelta(hours=1)
ANSWERS_OF_DAYS: Final = 90
"""The share that answers is that of the last quarter."""


class HeldBack(Struct, frozen=True):
    """The effect of a rate cap on the plan: how many leave later than they are due, and when the last one does."""

    cap: str
    held_back: int
    last_leaves_at: datetime


class QuotaUse(Struct, frozen=True):
    """How far a quota is used in its current period, for the attribute value that it is kept for."""

    quota: str
    value: str
    used: int
    max: int
    until: datetime


class PlannedAnswers(Struct, frozen=True):
    """Of questions about what happened in the `days` before, so many were `sent` and `answered`: of all surveys together.

    If the `planned` invitations are answered alike, from `low` to `high` answers come, by the 95 % interval of the share
    (Wilson); None where too few were sent to say.
    """

    days: int
    sent: int
    answered: int
    planned: int
    low: int | None = None
    high: int | None = None


class Forecast(Struct, frozen=True):
    """The plan from `at` to `until`, by hour; what is overdue stands in the first hour.

    `days` are the special days and holidays in it. `schedules` are the days that schedules bring meanwhile: what is asked on
    them is not planned yet. `answers` are those to expect of the invitations that are planned; `by` counts these by fields.
    """

    at: datetime
    until: datetime
    planned: tuple[PlannedHour, ...]
    held_back: tuple[HeldBack, ...]
    quotas: tuple[QuotaUse, ...]
    schedules: tuple[DueDays, ...] = ()
    days: tuple[NamedDay, ...] = ()
    answers: PlannedAnswers | None = None
    by: tuple[PlannedBy, ...] = ()


class PlanReader(Protocol):
    """The reads that a forecast needs of a store."""

    async def planned_by_hour(self, until: datetime, now: datetime) -> list[PlannedHour]:
        """What is planned, by hour."""

    async def free_moments(self) -> dict[str, datetime]:
        """The next free moment of each rate cap that has one."""

    async def quota_counts(self, quotas: Sequence[str]) -> dict[QuotaKey, int]:
        """The counters of these quotas."""


async def planned_answers(
    cells: CoverageReader, planned: Sequence[PlannedHour], today: date
) -> PlannedAnswers:
    """The answers to expect of what is planned. Raises what `cells` raises."""
    wanted = WantedCoverage(since=today - timedelta(days=ANSWERS_OF_DAYS))
    stages: Counter[str] = Counter()
    for one in await cells.coverage(wanted):
        stages[one.stage] += one.count
    sent, answered = stages["sent"], stages["answered"]
    number = sum(hour.count for hour in planned if hour.kind == "invitation")
    if sent < LEAST_SENT:
        return PlannedAnswers(ANSWERS_OF_DAYS, sent, answered, number)
    share = share_interval(answered, sent)
    low, high = int(number * share.low), ceil(number * share.high)
    return PlannedAnswers(ANSWERS_OF_DAYS, sent, answered, number, low, high)


async def forecast(reading: PlanReader, policy: Policy, until: datetime, now: datetime) -> Forecast:
    """The plan from now on, by what is stored. Raises what the reading raises."""
    planned = await reading.planned_by_hour(until, now)
    free = await reading.free_moments()
    counts = await reading.quota_counts([quota.id for quota in policy.quotas])
    held = (held_back_by(cap, planned, free.get(cap.id, now), now) for cap in policy.rate_caps)
    return Forecast(
        now,
        until,
        tuple(planned),
        tuple(one for one in held if one.held_back),
        quotas_used(policy, counts, now),
        days=named_days(policy, now, until),
    )


def held_back_by(cap: RateCap, planned: Sequence[PlannedHour], free_at: datetime, now: datetime) -> HeldBack:
    """The effect of the cap, whose next free moment is `free_at`. Within an hour the plan counts as even."""
    free, held_back = max(free_at, now), 0
    for hour in sorted(planned, key=lambda hour: hour.at):
        if cap.survey not in (None, hour.survey) or cap.channel not in (None, hour.channel):
            continue
        # What is overdue stands in an hour that has passed, and competes with what is due now.
        begin, end = max(hour.at, now), max(hour.at + HOUR, now)
        free = max(free, begin)
        fits = max(int((end - free) / cap.interval), 0)
        held_back += max(hour.count - fits, 0)
        free += hour.count * cap.interval
    return HeldBack(cap.id, held_back, free)


def quotas_used(policy: Policy, counts: Mapping[QuotaKey, int], now: datetime) -> tuple[QuotaUse, ...]:
    """The quotas in their current periods, the fullest first."""
    zone = own_zone(policy)
    uses = [
        QuotaUse(quota.id, key.value, used, quota.max, next_period(quota.per, now, zone))
        for quota in policy.quotas
        for key, used in counts.items()
        if key.quota == quota.id and key.period == period_name(quota.per, now, zone)
    ]
    return tuple(sorted(uses, key=lambda use: (-use.used / use.max, use.quota, use.value)))
