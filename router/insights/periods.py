"""The days that a report is about."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from router.words.periods import period_words
from router.words.voice import Language


class Days(NamedTuple):
    """From the first day to the last, both included; None: since the beginning. Days of the policy's zone."""

    first: date | None
    last: date

    @property
    def after(self) -> date:
        """The first day that no longer counts."""
        return self.last + timedelta(days=1)

    @property
    def before(self) -> "Days | None":
        """As many days right before; None where there is no beginning."""
        if self.first is None:
            return None
        return Days(self.first - (self.after - self.first), self.first - timedelta(days=1))

    def told(self, language: Language = "en") -> str:
        """`1 September to 30 September 2026`."""
        return period_words(self.first, self.last, language)

    def words(self, zone: str, language: Language = "en") -> str:
        """`1 September to 30 September 2026, days in Europe/Amsterdam`."""
        return period_words(self.first, self.last, language, zone)


def today(now: datetime, zone: tzinfo) -> date:
    """The day that it is in the zone."""
    return now.astimezone(zone).date()


def begins(day: date, zone: tzinfo) -> datetime:
    """The moment that a day begins in the zone, in UTC: days on which clocks change are shorter or longer."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
