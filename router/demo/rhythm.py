"""When things happen at the company: days of the week and hours of the day, in its local time."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from msgspec import Struct

from router.model.zones import certain_zone

COMPANY_ZONE = certain_zone("Europe/Amsterdam")


class Rhythm(Struct, frozen=True):
    """How busy each day (Monday first) and each hour (0 to 23) is, relative to the others.

    0 is closed; where `following` is used the open hours are one unbroken stretch within the day.
    """

    days: tuple[int, ...]
    hours: tuple[int, ...]

    def pick(self, rng: Random, start: datetime, days: int) -> datetime:
        """A moment within `days` days from `start`, busy days and hours more often."""
        first = start.astimezone(COMPANY_ZONE).date()
        dates = [first + timedelta(days=n) for n in range(days)]
        chosen = rng.choices(dates, [self.days[d.weekday()] for d in dates])[0]
        return max(start, self._during(rng, chosen))

    def following(self, rng: Random, at: datetime) -> datetime:
        """`at` itself where that is within opening hours, else a moment of the next opening."""
        local = at.astimezone(COMPANY_ZONE)
        day = local.date()
        if self.days[day.weekday()] and self.hours[local.hour]:
            return at
        if not any(self.hours[local.hour :]):
            day += timedelta(days=1)
        while not self.days[day.weekday()]:
            day += timedelta(days=1)
        return self._during(rng, day)

    def _during(self, rng: Random, day: date) -> datetime:
        hour = rng.choices(range(24), self.hours)[0]
        local = datetime.combine(day, time(hour), COMPANY_ZONE)
        return local.astimezone(UTC) + timedelta(seconds=rng.uniform(0, 3600))


ONLINE = Rhythm(
    days=(10, 10, 10, 11, 11, 12, 15),
    hours=(3, 1, 1, 0, 0, 1, 2, 5, 8, 9, 9, 9, 10, 9, 8, 8, 8, 9, 10, 13, 16, 16, 12, 7),
)
CONTACT_CENTRE = Rhythm(
    days=(16, 13, 12, 12, 11, 4, 0),
    hours=(0, 0, 0, 0, 0, 0, 0, 0, 8, 14, 15, 13, 9, 11, 12, 11, 10, 8, 5, 4, 0, 0, 0, 0),
)
BACK_OFFICE = Rhythm(
    days=(10, 10, 10, 10, 9, 0, 0),
    hours=(0, 0, 0, 0, 0, 0, 0, 0, 6, 10, 10, 10, 6, 9, 10, 10, 8, 0, 0, 0, 0, 0, 0, 0),
)
WAREHOUSE = Rhythm(
    days=(10, 10, 10, 10, 10, 6, 0),
    hours=(0, 0, 0, 0, 0, 0, 4, 8, 8, 8, 8, 8, 6, 8, 8, 9, 10, 10, 9, 8, 5, 0, 0, 0),
)
CARRIER = Rhythm(
    days=(9, 10, 10, 10, 10, 7, 0),
    hours=(0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 9, 10, 10, 9, 8, 8, 7, 7, 8, 8, 4, 0, 0, 0),
)
STORE = Rhythm(
    days=(4, 7, 8, 10, 12, 18, 7),
    hours=(0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 8, 10, 11, 12, 12, 12, 11, 8, 0, 0, 0, 0, 0, 0),
)
