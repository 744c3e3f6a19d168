"""Schedules held against each other."""

from datetime import time

from router.authoring.comparison.fields import changed_fields
from router.model.schedules import Schedule
from router.model.spelling import duration


def schedule_changes(before: Schedule, after: Schedule) -> list[str]:
    """What differs between two schedules of one name."""
    lines = [] if before.type == after.type else [f"makes {after.type} in place of {before.type}"]
    if (days := days_in_words(after)) != (was := days_in_words(before)):
        lines.append(f"{days} in place of {was}")
    if (hours := _hours(after)) != (earlier := _hours(before)):
        lines.append(f"{hours} in place of {earlier}")
    told = ("catch_up",)
    skip = tuple(name for name in Schedule.__struct_fields__ if name not in told)
    return lines + changed_fields(before, after, skip=skip)


def schedule_words(schedule: Schedule) -> list[str]:
    """What a schedule makes and when, in short."""
    return [
        f"makes {schedule.type}",
        days_in_words(schedule),
        _hours(schedule),
        f"caught up for {duration(schedule.catch_up)}",
    ]


def days_in_words(schedule: Schedule) -> str:
    """The days of a schedule, in a few words."""
    if schedule.by_draw:
        return f"once a {_period(schedule)}, on a day of each customer's own"
    start = (
        f"customer.{schedule.attribute}" if schedule.attribute else f"{schedule.step} of {schedule.journey}"
    )
    moved = (
        f"{abs(schedule.offset)} days {'before' if schedule.offset < 0 else 'after'} "
        if schedule.offset
        else ""
    )
    each = f"each {_period(schedule)} " if schedule.every else ""
    return f"{moved}{each}{'from' if each else 'on' if not moved else ''} {start}".replace("  ", " ")


def _period(schedule: Schedule) -> str:
    return (schedule.every or "").replace("_", " ")


def _hours(schedule: Schedule) -> str:
    end = "24:00" if schedule.ends == time() else f"{schedule.ends:%H:%M}"
    return f"at {end}" if schedule.begins == schedule.ends else f"from {schedule.begins:%H:%M} to {end}"
