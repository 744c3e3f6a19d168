"""The hours of each local day in which a customer may be asked: weekdays, holidays, special days and quiet hours together."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any, Final

import holidays

from router.model.policy import Hours, QuietHours, SpecialDay, WeekdayHours

DAYS_AHEAD: Final = 400
"""Days in which an opening is looked for: more than a year's, so only impossible hours reach it."""

_MOST_DAYS: Final = 2_000
"""Days kept at a time. A log of several years in any order keeps working them out again only beyond."""

_DAY: Final = timedelta(days=1)
_WHOLE: Final = (time(), time())
Span = tuple[datetime, datetime]


@cache
def regions() -> frozenset[str]:
    """All countries (`NL`) and parts of them (`DE-BY`) whose public holidays are known."""
    known = holidays.list_supported_countries(include_aliases=False)
    return frozenset(known) | {f"{country}-{part}" for country, parts in known.items() for part in parts}


def region_of(value: Any) -> str | None:
    """The region that an attribute of a customer names, `nl` as `NL`; None where it names none that is known."""
    name = value.strip().upper() if isinstance(value, str) else ""
    return name if name in regions() else None


@lru_cache(maxsize=4096)
def public_holidays(region: str, year: int) -> Mapping[date, str]:
    """The public holidays of a country (`NL`) or a part of one (`DE-BY`) in a year, with their English names.

    `region` is one of `regions`: loading a rule set refuses any other.
    """
    country, _, part = region.partition("-")
    # Without a language the names would be those of the machine's own.
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US"))


class OpenDays:
    """The open hours of local days by a policy's hours. Each day is worked out once.

    `home` is the customer's own region, where that is known and asked for: its holidays hold in the place of others.
    """

    def __init__(self, quiet: QuietHours | None, hours: Hours | None, home: str | None = None) -> None:
        self._quiet, self._hours, self._home = quiet, hours, home
        self._days: dict[date, tuple[Span, ...]] = {}
        self._after: dict[date, datetime | None] = {}

    def first_from(self, local: datetime) -> datetime | None:
        """The first open local time from one on; None where there is none within `DAYS_AHEAD` days."""
        day = local.date()
        for start, end in self.on(day):
            if local < end:
                return max(start, local)
        if day not in self._after:
            self._after[day] = next((spans[0][0] for spans in self._following(day) if spans), None)
        return self._after[day]

    def _following(self, day: date) -> Iterator[tuple[Span, ...]]:
        return (self.on(day + number * _DAY) for number in range(1, DAYS_AHEAD + 1))

    def on(self, day: date) -> tuple[Span, ...]:
        """The open hours of a day, in order; none where it is closed."""
        spans = self._days.get(day)
        if spans is None:
            if len(self._days) >= _MOST_DAYS:
                self._days.clear()
                self._after.clear()
            spans = self._days[day] = self._worked_out(day)
        return spans

    def name_of(self, day: date) -> str | None:
        """The name of the special day or holiday that changes a day's hours; None where it is a day like others."""
        for kept in (self._quiet, self._hours):
            if kept is None:
                continue
            special = _special(day, kept)
            if special is not None:
                return special.name or "special day"
            if (holiday := self._holiday(day, kept)) is not None:
                return holiday
        return None

    def _worked_out(self, day: date) -> tuple[Span, ...]:
        opening = _spans(day, self._working(day)) if self._hours else _spans(day, _WHOLE)
        for silent_from, silent_to in self._silent(day):
            opening = tuple(
                part
                for start, end in opening
                for part in ((start, min(end, silent_from)), (max(start, silent_to), end))
                if part[0] < part[1]
            )
        return opening

    def _working(self, day: date) -> tuple[time, time] | None:
        """The business hours of a day; None: it is closed."""
        hours = self._hours or Hours()
        usual: tuple[time, time] | None = (hours.start, hours.end) if day.weekday() in hours.days else None
        if (own := _weekday(day, hours)) is not None:
            usual = _cut(own, usual)
        if (special := _special(day, hours)) is not None:
            return _cut(special, usual)
        return None if self._holiday(day, hours) is not None else usual

    def _silent(self, day: date) -> tuple[Span, ...]:
        """The quiet hours of a day."""
        quiet = self._quiet
        if quiet is None:
            return ()
        own = _weekday(day, quiet)
        if own is not None and own.start is None and own.end is None:
            return _spans(day, _WHOLE)
        start, end = (own.start, own.end) if own is not None else (quiet.start, quiet.end)
        silent = _around(day, start, end)
        special = _special(day, quiet)
        if special is not None:
            if special.start is None and special.end is None:
                return _spans(day, _WHOLE)
            return (*silent, *_around(day, special.start, special.end))
        return _spans(day, _WHOLE) if self._holiday(day, quiet) is not None else silent

    def _holiday(self, day: date, kept: Hours | QuietHours) -> str | None:
        """The name of the holiday that a day is, with its region."""
        among = (self._home,) if kept.holidays_of and self._home else kept.holidays
        for region in among:
            name = public_holidays(region, day.year).get(day)
            if name is not None:
                return f"{name} ({region})"
        return None


def _weekday(day: date, kept: Hours | QuietHours) -> WeekdayHours | None:
    return next((one for one in kept.weekdays if one.weekday == day.weekday()), None)


def _special(day: date, kept: Hours | QuietHours) -> SpecialDay | None:
    """The special day that a day is; one of this very year goes before one of every year."""
    if not kept.special_days:
        return None
    here = [one for one in kept.special_days if (one.month, one.day) == (day.month, day.day)]
    return next((one for year in (day.year, None) for one in here if one.year == year), None)


def _cut(own: SpecialDay | WeekdayHours, usual: tuple[time, time] | None) -> tuple[time, time] | None:
    """What a day of its own leaves of the usual hours, or the hours that it gives itself; None: it is closed."""
    if own.start is None and own.end is None:
        return None
    if own.start is not None and own.end is not None:
        return own.start, own.end
    if usual is None:
        # Noon on Christmas Eve makes no working day of a Sunday.
        return None
    start, end = usual
    if own.end is not None:
        # Open until then; where the usual hours begin later, not at all.
        return (start, min(own.end, end) if end != time() else own.end) if start < own.end else None
    late = max(start, own.start or start)
    return (late, end) if end == time() or late < end else None


def _around(day: date, start: time | None, end: time | None) -> tuple[Span, ...]:
    """Quiet from a time to another; past midnight that is the day's morning and its evening."""
    if start is not None and end is not None and start < end:
        return _spans(day, (start, end))
    morning = _spans(day, (time(), end)) if end is not None and end > time() else ()
    return (*morning, *(_spans(day, (start, time())) if start is not None else ()))


def _spans(day: date, hours: tuple[time, time] | None) -> tuple[Span, ...]:
    """Hours of a day as local times; an end at midnight is that after the day."""
    if hours is None:
        return ()
    start, end = hours
    midnight = datetime.combine(day, time())
    return (
        (
            datetime.combine(day, start),
            datetime.combine(day, end) if end != time() else midnight + _DAY,
        ),
    )
