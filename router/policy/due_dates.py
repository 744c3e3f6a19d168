"""The days of a schedule, and the moment of a day: calendar arithmetic, in local time."""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from router.model.schedules import MONTHS, Every, Schedule
from router.policy.calendar import instant
from router.policy.draw import draw

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY: Final = timedelta(days=1)


def is_date(text: str) -> bool:
    """Whether a text is a date or a time, written as 2026-03-01: no number of a case that begins like one."""
    if not _DATE.match(text) or text[10:11] not in ("", "T", " "):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def date_of(value: Any, zone: tzinfo) -> date | None:
    """The date that a text says: `2024-02-29`, or a time with its offset, as the local day then; None: it says none."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text) if _DATE.match(text) else None
        return moment.astimezone(zone).date() if moment is not None and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a month without it: 29 February is 28 February in other years.

    Raises ValueError after the year 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"the year {year} is no year of the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def counted_from(schedule: Schedule, start: date, since: date) -> tuple[date, int] | None:
    """The first day on or after `since` that the schedule counts from a date, and which one it is; None: there is none.

    The first is one period after the date; without `every` there is only the date itself, which is number 0. Raises
    ValueError or OverflowError where the calendar ends.
    """
    shift = timedelta(days=schedule.offset)
    if schedule.every is None:
        return (start + shift, 0) if start + shift >= since else None
    months, wanted = MONTHS[schedule.every], since - shift
    number = max(1, ((wanted.year - start.year) * 12 + wanted.month - start.month) // months)
    while (day := months_later(start, number * months)) < wanted:
        number += 1
    return day + shift, number


def own_day(every: Every, schedule: str, salt: str, customer_id: str, since: date) -> date:
    """The first day on or after `since` that is the customer's own of its period, by a draw for the schedule.

    In every period it lies as far from the beginning, measured by the length of the period. Raises ValueError where the
    calendar ends.
    """
    months = MONTHS[every]
    share = draw(salt, f"schedule_day:{schedule}", "", customer_id)
    first = since.replace(month=(since.month - 1) // months * months + 1, day=1)
    while True:
        following = months_later(first, months)
        day = first + int((following - first).days * share) * _DAY
        if day >= since:
            return day
        first = following


def moment_of(schedule: Schedule, day: date, zone: tzinfo, salt: str, customer_id: str) -> datetime:
    """The moment of a day, aware UTC: between the schedule's local times, by a draw that is the customer's for that day."""
    begin = datetime.combine(day, schedule.begins)
    end = datetime.combine(day, schedule.ends)
    if schedule.ends == time():
        end += _DAY
    share = draw(salt, f"schedule_time:{schedule.id}", day.isoformat(), customer_id)
    return instant(begin + int((end - begin).total_seconds() * share) * timedelta(seconds=1), zone)
