"""Calendar periods and local time."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from router.model.policy import CalendarPeriod


def period_name(period: CalendarPeriod, at: datetime, zone: tzinfo) -> str:
    """The calendar period that holds a moment: `2026`, `2026-11`, `2026-W47` or `2026-11-22`."""
    local = at.astimezone(zone)
    if period == "calendar_year":
        return f"{local.year}"
    if period == "calendar_month":
        return f"{local.year}-{local.month:02}"
    if period == "calendar_week":
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    return local.date().isoformat()


def next_period(period: CalendarPeriod, at: datetime, zone: tzinfo) -> datetime:
    """The first moment of the next calendar period, aware UTC."""
    day = at.astimezone(zone).date()
    if period == "calendar_year":
        day = day.replace(year=day.year + 1, month=1, day=1)
    elif period == "calendar_month":
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    elif period == "calendar_week":
        day += timedelta(days=7 - day.weekday())
    else:
        day += timedelta(days=1)
    return instant(datetime.combine(day, time()), zone)


def instant(local: datetime, zone: tzinfo) -> datetime:
    """The first moment at which the zone's clocks show a naive local time or a later one, aware UTC.

    A time that a daylight-saving change skips gives the moment of the change; one that occurs twice the first.
    """
    early = local.replace(tzinfo=zone, fold=0)
    late = local.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset() or _shown(early, zone) == local:
        return early.astimezone(UTC)
    before, after = late.astimezone(UTC), early.astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if _shown(middle, zone) < local:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def instant_after(local: datetime, zone: tzinfo, after: datetime) -> datetime:
    """As `instant`, but the second time that the clocks show it where the first is not later than `after`."""
    first = instant(local, zone)
    return first if first > after else local.replace(tzinfo=zone, fold=1).astimezone(UTC)


def set_back(after: datetime, before: datetime, zone: tzinfo) -> datetime | None:
    """The moment between two, at which the zone's clocks are set back; None where they are not."""
    offset = after.astimezone(zone).utcoffset()
    if offset is None or (before.astimezone(zone).utcoffset() or offset) >= offset:
        return None
    early, late = after, before
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    moment = late.replace(microsecond=0)
    return moment if after < moment < before else None


def _shown(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0)
