"""When an invitation may go out: hours and windows, by trying every moment at which anything changes."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from router.model.policy import Hours, Policy

DAYS_AHEAD = 16
"""How far an opening is looked for: longer than any row of holidays and closed days that is generated."""

_off: dict[tuple[str, int], frozenset[date]] = {}


def zone_for(policy: Policy, own: str | None) -> ZoneInfo:
    """The zone of a customer's hours. Every zone that is generated exists."""
    return ZoneInfo(own) if policy.zone_of_customer and own else ZoneInfo(policy.zone)


def is_open(at: datetime, policy: Policy, zone: ZoneInfo, *, business: bool) -> bool:
    """Whether quiet hours and, if asked for, business hours allow a moment."""
    local = at.astimezone(zone)
    now, quiet = local.time(), policy.quiet_hours
    if quiet is not None:
        after, before = now >= quiet.start, now < quiet.end
        if (after and before) if quiet.start < quiet.end else (after or before):
            return False
    return not business or policy.business_hours is None or _working(local, policy.business_hours)


def _working(local: datetime, hours: Hours) -> bool:
    if local.weekday() not in hours.days or local.date() in _holidays(hours, local.year):
        return False
    return hours.start <= local.time() and (hours.end == time() or local.time() < hours.end)


def _holidays(hours: Hours, year: int) -> frozenset[date]:
    for region in hours.holidays:
        if (region, year) not in _off:
            _off[region, year] = frozenset(holidays.country_holidays(region, years=year))
    return frozenset().union(*(_off[region, year] for region in hours.holidays))


def openings(at: datetime, until: datetime, policy: Policy, zone: ZoneInfo) -> Iterable[datetime]:
    """`at`, and every moment up to `until` at which hours may begin. The zones generated have no summer time."""
    yield at
    clocks = {time(), *((policy.quiet_hours.end,) if policy.quiet_hours else ())}
    if policy.business_hours:
        clocks.add(policy.business_hours.start)
    day = at.astimezone(zone).date()
    while datetime.combine(day, time(), zone) <= until:
        for clock in sorted(clocks):
            moment = datetime.combine(day, clock, zone).astimezone(UTC)
            if at < moment <= until:
                yield moment
        day += timedelta(days=1)


def first_open(at: datetime, policy: Policy, zone: ZoneInfo, *, business: bool) -> datetime | None:
    """The first moment from `at` on that the hours allow."""
    if policy.quiet_hours is None and not (business and policy.business_hours):
        return at
    until = at + timedelta(days=DAYS_AHEAD)
    return next(
        (one for one in openings(at, until, policy, zone) if is_open(one, policy, zone, business=business)),
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
