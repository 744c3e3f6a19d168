"""The slow reading: every minute is looked at on the zone's own clock, and the next allowed one found by walking."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from msgspec import Struct

MINUTE = timedelta(minutes=1)


class Wish(Struct, frozen=True):
    """When something may be sent: quiet from a time to another, open days and times, holidays of a region."""

    name: str
    quiet: tuple[time, time] | None = None
    open: tuple[time, time] | None = None
    days: frozenset[int] = frozenset(range(7))
    region: str | None = None

    def allows(self, local: datetime, free_days: frozenset[date]) -> bool:
        """Whether a clock on the wall that shows this lets something be sent."""
        shown = local.time()
        if self.quiet is not None:
            begin, end = self.quiet
            silent = begin <= shown < end if begin < end else shown >= begin or shown < end
            if silent:
                return False
        if self.open is None:
            return True
        begin, end = self.open
        closed = local.weekday() not in self.days or local.date() in free_days
        return not closed and begin <= shown and (shown < end or end == time())


def free_days_of(region: str | None, years: range) -> frozenset[date]:
    """The public holidays, straight from the package."""
    if region is None:
        return frozenset()
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=years))


def next_allowed(wish: Wish, zone: ZoneInfo, begin: datetime, minutes: int) -> list[int | None]:
    """For every minute from `begin` on, how many minutes later the first allowed one is; None past the end."""
    free_days = free_days_of(wish.region, range(begin.year - 1, begin.year + 5))
    found: list[int | None] = [None] * minutes
    ahead: int | None = None
    for number in range(minutes - 1, -1, -1):
        local = (begin + number * MINUTE).astimezone(zone).replace(tzinfo=None)
        ahead = 0 if wish.allows(local, free_days) else (None if ahead is None else ahead + 1)
        found[number] = ahead
    return found


def utc(year: int, month: int = 1, day: int = 1) -> datetime:
    """Midnight UTC."""
    return datetime(year, month, day, tzinfo=UTC)
