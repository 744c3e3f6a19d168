"""What time alone brings a customer: the end of a journey that is idle for too long, the day of a schedule."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from msgspec.structs import replace

from router.journeys import next_expiry
from router.model.customer import Customer, Dates
from router.model.fields import of_customer
from router.model.interaction import Interaction
from router.model.journey import Move
from router.model.policy import Policy
from router.model.schedules import (
    DATE,
    DUE_DATE,
    NUMBER,
    SCHEDULE,
    SCHEDULE_SOURCE,
    Schedule,
    is_scheduled,
    step_key,
)
from router.policy.due_dates import counted_from, date_of, moment_of, own_day
from router.policy.hours import customer_zone
from router.rules.ruleset import RuleSet

_DAY: Final = timedelta(days=1)
KEPT: Final = timedelta(days=60)
"""How long it is remembered that the day of a schedule was made that is no more: longer than any is caught up."""


def next_by_itself(customer: Customer, rules: RuleSet) -> tuple[datetime, Interaction] | None:
    """The interaction that time alone brings first, with the clock it is decided at; None: there will be none."""
    expiry = next_expiry(customer, rules.maps, rules.awaited)
    occasion = next_occasion(customer, rules) if rules.schedules else None
    if expiry is not None and (occasion is None or expiry.time <= occasion[0]):
        return expiry.time, expiry
    return occasion


def next_occasion(customer: Customer, rules: RuleSet) -> tuple[datetime, Interaction] | None:
    """The next day of a schedule as an interaction at its moment, and the clock it is decided at; None: there is none.

    That clock is the moment itself, unless the day became known only after it: then it is decided at once.
    """
    found = occasions(customer, rules)
    return found[0] if found else None


def occasions(customer: Customer, rules: RuleSet) -> list[tuple[datetime, Interaction]]:
    """The next day of each schedule that has one, as of `next_occasion`, in the order of time."""
    dates = customer.dates
    if dates is None:
        return []
    found = [
        (max(occasion.time, dates.at), occasion)
        for schedule in rules.schedules.values()
        if (occasion := _occasion(schedule, customer, dates, rules)) is not None
    ]
    return sorted(found, key=lambda one: (one[0], one[1].time, one[1].id))


def too_late(occasion: Interaction, rules: RuleSet, now: datetime) -> bool:
    """Whether a day of a schedule is found so long after its moment that it is passed over."""
    schedule = rules.schedules.get(occasion.attributes.get(SCHEDULE, "")) if is_scheduled(occasion) else None
    return schedule is not None and now - occasion.time > schedule.catch_up


def passed_over(customer: Customer, occasion: Interaction, rules: RuleSet) -> Customer:
    """The customer without a day of a schedule that is not to be made any more."""
    return replace(
        customer, seq=customer.seq + 1, dates=dates_after(customer, occasion, (), rules, occasion.time)
    )


def looked_at(customer: Customer, rules: RuleSet, now: datetime) -> Customer:
    """The customer whose schedules count from `now` on, where they were not looked at before or others are in force."""
    if not rules.schedules:
        return customer
    known = customer.dates
    return replace(customer, dates=replace(known, at=max(known.at, now)) if known else Dates(now))


def dates_after(
    customer: Customer, interaction: Interaction, moves: Iterable[Move], rules: RuleSet, now: datetime
) -> Dates | None:
    """What schedules go by after an interaction that is decided at `now`; as it was where the set has none."""
    known = customer.dates
    if not rules.schedules:
        return known
    made, entered = (known.made, known.entered) if known else ({}, {})
    if is_scheduled(interaction):
        name, day = interaction.attributes[SCHEDULE], date.fromisoformat(interaction.attributes[DUE_DATE])
        kept = {one: made[one] for one in made if one in rules.schedules or day - made[one] < KEPT}
        made = kept | {name: max(day, made.get(name, day))}
    if rules.counted_from:
        for move in moves:
            key = step_key(move.journey.name, move.step) if move.step and move.movement == "entered" else ""
            if key in rules.counted_from:
                entered = {**entered, key: max(interaction.time, entered.get(key, interaction.time))}
    return Dates(max(now, known.at) if known else now, made, entered)


def _occasion(schedule: Schedule, customer: Customer, dates: Dates, rules: RuleSet) -> Interaction | None:
    """The first day of a schedule that is neither made nor over for longer than it is caught up."""
    policy = rules.policy
    zone = customer_zone(policy, customer.profile.zone)
    start = _start(schedule, customer, dates, zone)
    if start is None and not schedule.by_draw:
        return None
    after = dates.at - schedule.catch_up
    since = after.astimezone(zone).date()
    if schedule.id in dates.made:
        since = max(since, dates.made[schedule.id] + _DAY)
    try:
        while (found := _day(schedule, start, since, policy, customer.id)) is not None:
            day, number = found
            moment = moment_of(schedule, day, zone, policy.salt, customer.id)
            if moment > after:
                return _interaction(schedule, customer.id, moment, day, start, number)
            since = day + _DAY
    except (ValueError, OverflowError):
        # The calendar ends in the year 9999.
        pass
    return None


def _start(schedule: Schedule, customer: Customer, dates: Dates, zone: tzinfo) -> date | None:
    """The date that a schedule counts from; None: it is unknown, or there is none."""
    if schedule.entered is not None:
        entered = dates.entered.get(schedule.entered)
        return entered.astimezone(zone).date() if entered else None
    return date_of(of_customer(customer.profile, schedule.attribute), zone) if schedule.attribute else None


def _day(
    schedule: Schedule, start: date | None, since: date, policy: Policy, customer_id: str
) -> tuple[date, int] | None:
    """The first day on or after `since`, and which one it is, counted from its date."""
    if start is not None:
        return counted_from(schedule, start, since)
    if schedule.every is None:
        return None
    return own_day(schedule.every, schedule.id, policy.salt, customer_id, since), 0


def _interaction(
    schedule: Schedule, customer_id: str, moment: datetime, day: date, start: date | None, number: int
) -> Interaction:
    told: dict[str, str | int] = {SCHEDULE: schedule.id, DUE_DATE: day.isoformat()}
    if start is not None:
        told[DATE] = start.isoformat()
    if number:
        told[NUMBER] = number
    name = f"{schedule.id}/{day.isoformat()}/{customer_id}"
    return Interaction(SCHEDULE_SOURCE, name, schedule.type, moment, customer_id, attributes=told)
