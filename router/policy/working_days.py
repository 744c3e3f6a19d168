"""Working days: business hours of the policy, counted one after the other."""

from datetime import date, datetime, time, timedelta
from typing import Final

from router.model.policy import Hours, Policy
from router.policy.calendar import instant
from router.policy.hours import opening, own_zone

_MOST_DAYS: Final = 3_660
"""Days looked at before giving up: only hours that never open reach it."""


def working_days_later(at: datetime, days: int, policy: Policy) -> datetime | None:
    """The moment by which so many working days of business hours are over, in the policy's zone; None if never.

    Business time is counted: from Friday 15:00, two days of 9:00 to 18:00 end on Tuesday 15:00; from Saturday on Tuesday
    18:00. Without business hours every day is a working day.
    """
    hours = policy.business_hours or Hours()
    zone = own_zone(policy)
    now = at.astimezone(zone).replace(tzinfo=None, fold=0)
    left = days * (_end(now.date(), hours) - datetime.combine(now.date(), hours.start))
    for _ in range(_MOST_DAYS):
        opens = opening(now, hours)
        if opens is not None:
            now = opens
            continue
        closes = _end(now.date(), hours)
        if closes - now >= left:
            return instant(now + left, zone)
        left -= closes - now
        now = closes
    return None


def _end(day: date, hours: Hours) -> datetime:
    """When a day's hours end; midnight is that after the day."""
    return datetime.combine(day + timedelta(days=hours.end == time()), hours.end)
