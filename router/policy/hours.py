"""Quiet hours and business hours: when a customer may be asked, in the customer's own time."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct

from router.model.fields import member
from router.model.policy import Policy
from router.model.zones import certain_zone, zone_named
from router.policy.calendar import instant_after, set_back
from router.policy.open_days import OpenDays, region_of

MAX_STEPS = 400
"""Moves tried before giving up. Each but those about a clock change leads to an opening."""

_MOST_NAMED = 10
_NOBODY: Mapping[str, Any] = {}


def customer_zone(policy: Policy, zone: str | None) -> tzinfo:
    """The zone that hours are read in: the customer's where known and wanted, else the policy's."""
    if policy.zone_of_customer and zone and (own := zone_named(zone)):
        return own
    return own_zone(policy)


def own_zone(policy: Policy) -> tzinfo:
    """The policy's zone, in which calendar periods are counted."""
    return certain_zone(policy.zone)


def allowed(
    at: datetime, policy: Policy, zone: tzinfo, *, business: bool, attributes: Mapping[str, Any] = _NOBODY
) -> datetime | None:
    """The first moment from `at` on that quiet hours and, if asked for, business hours allow; None if never.

    `attributes` are those known of the customer, which may say whose holidays hold.
    """
    if policy.quiet_hours is None and (not business or policy.business_hours is None):
        return at
    days = open_days(policy, attributes, business=business)
    for _ in range(MAX_STEPS):
        local = at.astimezone(zone).replace(tzinfo=None, fold=0)
        target = days.first_from(local)
        if target is None or target == local:
            return None if target is None else at
        later = instant_after(target, zone, at)
        # What was closed already may open once more where the clocks show an hour twice.
        at = set_back(at, later, zone) or later
    return None


def open_days(policy: Policy, attributes: Mapping[str, Any] = _NOBODY, *, business: bool) -> OpenDays:
    """The open hours of the days for a customer of whom these attributes are known."""
    quiet, hours = policy.quiet_hours, policy.business_hours if business else None
    home = home_region(policy, attributes) if policy.holidays_of else None
    days: OpenDays | None = policy.worked_out.get((business, home))
    if days is None:
        days = policy.worked_out[business, home] = OpenDays(quiet, hours, home)
    return days


def home_region(policy: Policy, attributes: Mapping[str, Any]) -> str | None:
    """The customer's own region by the attribute that the policy names; None where that is unknown or names none."""
    return region_of(member(dict(attributes), policy.holidays_of)) if policy.holidays_of else None


class NamedDay(Struct, frozen=True):
    """A special day or a holiday. `closed`: nobody is asked on it, by whatever rule."""

    day: date
    name: str
    closed: bool


def named_days(policy: Policy, first: datetime, last: datetime) -> tuple[NamedDay, ...]:
    """The special days and holidays of the policy from a moment to another, in its zone; those of customers' own countries aside."""
    zone, quiet, all_hours = (
        own_zone(policy),
        open_days(policy, business=False),
        open_days(policy, business=True),
    )
    begin, end = (moment.astimezone(zone).date() for moment in (first, last))
    days = (begin + timedelta(days=number) for number in range((end - begin).days + 1))
    return tuple(NamedDay(day, name, not quiet.on(day)) for day in days if (name := all_hours.name_of(day)))


def passed_over(wanted: datetime, due: datetime, days: OpenDays, zone: tzinfo) -> tuple[str, ...]:
    """The special days and holidays because of which a moment was moved, as `2026-12-25 Christmas Day (NL)`, in order.

    They are looked for from `due` back, as far as nothing was open, at most `_MOST_NAMED` of them.
    """
    begin, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (wanted, due))
    names: list[str] = []
    day = end.date()
    while begin < end and day >= begin.date() and len(names) < _MOST_NAMED:
        if any(start < end and begin < stop and max(start, begin) < end for start, stop in days.on(day)):
            break
        if name := days.name_of(day):
            names.append(f"{day:%Y-%m-%d} {name}")
        day -= timedelta(days=1)
    return tuple(reversed(names))
