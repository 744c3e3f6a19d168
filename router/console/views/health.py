"""Health: what is due and what is planned, which rules are in force, and who is set aside."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Final

from msgspec import to_builtins

from router.console.page import Page, Shown
from router.console.visit import Visit
from router.insights.forecast import Forecast, forecast
from router.pages.csv_table import Table
from router.words.voice import calendar_day

_AHEAD: Final = timedelta(days=7)
_ASIDE: Final = 100


async def show(visit: Visit) -> Shown:
    """Figures of now; everything that waits for somebody links to where it is dealt with."""
    store, now = visit.console.store, visit.now
    backlog, course, revisions, aside, ahead = await asyncio.gather(
        store.reading.backlog(now),
        store.revisions.course(),
        store.revisions.revisions(limit=1),
        store.reading.set_aside(),
        forecast(store.reading, visit.rules.policy, now + _AHEAD, now),
    )
    days = _days(ahead, visit)
    values = {
        "backlog": backlog,
        "planned": sum(hour.count for hour in ahead.planned),
        "days": days,
        "most": max((count for _, count in days), default=0),
        "held_back": [
            (one.cap, one.held_back, visit.voice.moment(one.last_leaves_at)) for one in ahead.held_back
        ],
        "quotas": [
            (one.quota, one.value, one.used, one.max, visit.voice.moment(one.until))
            for one in ahead.quotas[:50]
        ],
        "course": course,
        "since": visit.voice.moment(course.at) if course else "",
        "revision": visit.rules.revision,
        "newest": revisions[0] if revisions else None,
        "aside": [(one.cause, visit.voice.moment(one.since)) for one in aside[:_ASIDE]],
        "asides": len(aside),
    }
    data = {
        "at": now,
        "backlog": backlog,
        "course": to_builtins(course),
        "revision": visit.rules.revision,
        "set_aside": len(aside),
        "forecast": ahead,
    }
    return Shown("health.html", values, data, Table(["day", "planned"], [list(day) for day in days]))


def _days(ahead: Forecast, visit: Visit) -> list[tuple[str, int]]:
    """What is planned by day of the policy's clock, the first day first; overdue ones are of today."""
    counts: Counter[str] = Counter()
    for hour in sorted(ahead.planned, key=lambda one: one.at):
        day = max(hour.at, visit.now).astimezone(visit.voice.zone).date()
        counts[calendar_day(day, visit.language)] += hour.count
    return list(counts.items())


PAGE = Page("/health", "Health", show, role="operator", group="Run", filtered=False)
