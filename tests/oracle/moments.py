"""When an invitation may go out: hours and windows, by trying every moment at which anything changes."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from router.model.policy import Hours, Policy, QuietHours, SpecialDay

DAYS_AHEAD = 40
"""How far an opening is looked for: longer than any row of holidays and closed days that is generated."""

COUNTRIES = ("DE-BY", "JP", "NL", "US")
"""The regions among the texts that are made up; no other names one."""

_off: dict[tuple[str, int], frozenset[date]] = {}


def zone_for(policy: Policy, own: str | None) -> ZoneInfo:
    """The zone of a customer's hours. Every zone that is generated exists."""
    return ZoneInfo(own) if policy.zone_of_customer and own else ZoneInfo(policy.zone)


def country(said: object) -> str | None:
    """A region, as far as there is such a one."""
    return said.upper() if isinstance(said, str) and said.upper() in COUNTRIES else None


def is_open(at: datetime, policy: Policy, zone: ZoneInfo, home: str | None, *, business: bool) -> bool:
    """Whether quiet hours and, if asked for, business hours allow a moment; `home` is the customer's own region."""
    local = at.astimezone(zone)
    if policy.quiet_hours is not None and _quiet(local, policy.quiet_hours, home):
        return False
    return not business or policy.business_hours is None or _working(local, policy.business_hours, home)


def _quiet(local: datetime, quiet: QuietHours, home: str | None) -> bool:
    own = next((one for one in quiet.weekdays if one.weekday == local.weekday()), None)
    usual = (
        _falls_into(local.time(), own.start, own.end)
        if own
        else _falls_into(local.time(), quiet.start, quiet.end)
    )
    special = _special(local.date(), quiet.special_days)
    if special is not None:
        return usual or _falls_into(local.time(), special.start, special.end)
    return usual or _is_holiday(local.date(), quiet, home)


def _falls_into(now: time, start: time | None, end: time | None) -> bool:
    """Whether a time of day lies between two, past midnight or not; without one of them from or until then, without both always."""
    if start is None or end is None:
        return (start is None or now >= start) and (end is None or now < end)
    return start <= now < end if start < end else now >= start or now < end


def _working(local: datetime, hours: Hours, home: str | None) -> bool:
    minute, day = local.hour * 60 + local.minute + local.second / 60, local.date()
    opens: tuple[int, int] | None = _minutes(hours.start, hours.end) if day.weekday() in hours.days else None
    own = next((one for one in hours.weekdays if one.weekday == day.weekday()), None)
    special = _special(day, hours.special_days)
    if special is None and _is_holiday(day, hours, home):
        return False
    for part in (own, special):
        if part is None:
            continue
        if part.start is not None and part.end is not None:
            opens = _minutes(part.start, part.end)
        elif (part.start is None and part.end is None) or opens is None:
            opens = None
        else:
            begins, ends = _minutes(part.start or time(), part.end or time())
            opens = max(opens[0], begins), min(opens[1], ends)
    return opens is not None and opens[0] <= minute < opens[1]


def _minutes(start: time, end: time) -> tuple[int, int]:
    return start.hour * 60 + start.minute, end.hour * 60 + end.minute or 24 * 60


def _special(day: date, days: tuple[SpecialDay, ...]) -> SpecialDay | None:
    """The special day that a day is, rather one of this year than one of every year."""
    here = [
        one for one in days if (one.month, one.day) == (day.month, day.day) and one.year in (None, day.year)
    ]
    return min(here, key=lambda one: one.year is None, default=None)


def _is_holiday(day: date, kept: Hours | QuietHours, home: str | None) -> bool:
    regions = (home,) if kept.holidays_of and home else kept.holidays
    return any(day in _holidays(region, day.year) for region in regions)


def _holidays(region: str, year: int) -> frozenset[date]:
    if (region, year) not in _off:
        name, _, part = region.partition("-")
        _off[region, year] = frozenset(holidays.country_holidays(name, subdiv=part or None, years=year))
    return _off[region, year]


def openings(at: datetime, until: datetime, policy: Policy, zone: ZoneInfo) -> Iterable[datetime]:
    """`at`, and every moment up to `until` at which hours may begin. The zones generated have no summer time."""
    yield at
    kept = [one for one in (policy.quiet_hours, policy.business_hours) if one is not None]
    parts = [part for one in kept for part in (one, *one.weekdays, *one.special_days)]
    clocks = {time(), *(clock for part in parts for clock in (part.start, part.end) if clock is not None)}
    day = at.astimezone(zone).date()
    while datetime.combine(day, time(), zone) <= until:
        for clock in sorted(clocks):
            moment = datetime.combine(day, clock, zone).astimezone(UTC)
            if at < moment <= until:
                yield moment
        day += timedelta(days=1)


def first_open(
    at: datetime, policy: Policy, zone: ZoneInfo, home: str | None, *, business: bool
) -> datetime | None:
    """The first moment from `at` on that the hours allow."""
    if policy.quiet_hours is None and not (business and policy.business_hours):
        return at
    until = at + timedelta(days=DAYS_AHEAD)
    return next(
        (
            one
            for one in openings(at, until, policy, zone)
            if is_open(one, policy, zone, home, business=business)
        ),
        None,
    )


def most_in_a_span(times: list[datetime], at: datetime, width: timedelta) -> int:
    """The most that a half-open span of `width` that holds `at` would hold, one at `at` included."""
    everything = [*times, at]
    starts = [start for start in everything if start <= at < start + width]
    return max(sum(start <= one < start + width for one in everything) for start in starts)


def period(name: str, at: datetime, zone: ZoneInfo) -> str:
    """The name of the calendar period that holds a moment."""
    local = at.astimezone(zone)
    spelled = {
        "calendar_year": local.strftime("%Y"),
        "calendar_month": local.strftime("%Y-%m"),
        "calendar_week": local.strftime("%G-W%V"),
        "calendar_day": local.strftime("%Y-%m-%d"),
    }
    return spelled[name]


def period_after(name: str, at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the next calendar period: the first midnight with another name."""
    now, day = period(name, at, zone), at.astimezone(zone).date()
    while True:
        day += timedelta(days=1)
        begin = datetime.combine(day, time(), zone).astimezone(UTC)
        if period(name, begin, zone) != now:
            return begin


def earliest(moments: Iterable[datetime], fits: Callable[[datetime], bool]) -> datetime | None:
    """The earliest of the moments that fits."""
    return next((moment for moment in sorted(set(moments)) if fits(moment)), None)


def drawn(policy: Policy, purpose: str, name: str, customer: str) -> float:
    """The documented draw: SHA-256 over the four, the first 8 bytes as a share of 2^64."""
    digest = hashlib.sha256(f"{policy.salt}/{purpose}/{name}/{customer}".encode()).hexdigest()
    return float(int(digest[:16], 16) / 2**64)
