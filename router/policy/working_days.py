"""Working days: business hours of the policy, counted one after the other."""

from datetime import date, datetime, timedelta
from typing import Final

from router.model.policy import Hours, Policy
from router.policy.calendar import instant
from router.policy.hours import own_zone
from router.policy.open_days import OpenDays

_MOST_DAYS: Final = 3_660
"""Days looked at before giving up: only hours that never open reach it."""


def working_days_later(at: datetime, days: int, policy: Policy) -> datetime | None:
    """The moment by which so many working days of business hours are over, in the policy's zone; None if never.

    Business time is counted: from Friday 15:00, two days of 9:00 to 18:00 end on Tuesday 15:00; from Saturday on Tuesday
    18:00. Without business hours every day is a working day.
    """
    zone = own_zone(policy)
    open_days: OpenDays | None = policy.worked_out.get("working days")
    if open_days is None:
        open_days = policy.worked_out["working days"] = OpenDays(None, policy.business_hours)
    now = at.astimezone(zone).replace(tzinfo=None, fold=0)
    left = days * _length(now.date(), policy.business_hours or Hours())
    for _ in range(_MOST_DAYS):
        opens = open_days.first_from(now)
        if opens is None:
            return None
        closes = next(end for start, end in open_days.on(opens.date()) if start <= opens < end)
        if closes - opens >= left:
            return instant(opens + left, zone)
        left -= closes - opens
        now = closes
    return None


def _length(day: date, hours: Hours) -> timedelta:
    """How long a working day is: that of the usual hours."""
    start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
    return (end if end > start else end + timedelta(days=1)) - start
