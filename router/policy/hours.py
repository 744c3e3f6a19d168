"""Quiet hours and business hours: when a customer may be asked, in the customer's own time."""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache

import holidays

from router.model.policy import Hours, Policy, QuietHours
from router.model.zones import certain_zone, zone_named
from router.policy.calendar import instant_after, set_back

MAX_STEPS = 400
"""Moves tried before giving up: more than the days of a year, so only impossible hours reach it."""


def customer_zone(policy: Policy, zone: str | None) -> tzinfo:
    """The zone that hours are read in: the customer's where known and wanted, else the policy's."""
    if policy.zone_of_customer and zone and (own := zone_named(zone)):
        return own
    return own_zone(policy)


def own_zone(policy: Policy) -> tzinfo:
    """The policy's zone, in which calendar periods are counted."""
    return certain_zone(policy.zone)


def allowed(at: datetime, policy: Policy, zone: tzinfo, *, business: bool) -> datetime | None:
    """The first moment from `at` on that quiet hours and, if asked for, business hours allow; None if never."""
    hours = policy.business_hours if business else None
    quiet = policy.quiet_hours
    if quiet is None and hours is None:
        return at
    for _ in range(MAX_STEPS):
        local = at.astimezone(zone).replace(tzinfo=None, fold=0)
        target = _after_quiet(local, quiet) if quiet else None
        if target is None and hours:
            target = opening(local, hours)
        if target is None:
            return at
        later = instant_after(target, zone, at)
        # What was closed already may open once more where the clocks show an hour twice.
        at = set_back(at, later, zone) or later
    return None


def _after_quiet(local: datetime, quiet: QuietHours) -> datetime | None:
    """The end of the quiet hours that hold a local time; None outside them."""
    now = local.time()
    if quiet.start < quiet.end:
        inside, tomorrow = quiet.start <= now < quiet.end, False
    else:
        inside, tomorrow = now >= quiet.start or now < quiet.end, now >= quiet.start
    if not inside:
        return None
    return datetime.combine(local.date() + timedelta(days=tomorrow), quiet.end)


def opening(local: datetime, hours: Hours) -> datetime | None:
    """The next opening after a local time, if no holiday is then; None while open."""
    day, now = local.date(), local.time()
    works = day.weekday() in hours.days and (
        hours.holidays is None or day not in public_holidays(hours.holidays, day.year)
    )
    if works and hours.start <= now and (now < hours.end or hours.end == time()):
        return None
    if works and now < hours.start:
        return datetime.combine(day, hours.start)
    return datetime.combine(day + timedelta(days=1), hours.start)


@cache
def public_holidays(region: str, year: int) -> frozenset[date]:
    """The public holidays of a country (`NL`) or a part of one (`DE-BY`) in a year.

    Raises `NotImplementedError` for a region that does not exist; loading a rule set refuses those.
    """
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
