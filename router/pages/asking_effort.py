"""The question for effort as somebody wrote it, and its report."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from router.insights.by_customer import JournalByCustomer
from router.insights.effort import Span, Wanted, effort
from router.insights.periods import Days, begins, today
from router.pages.asked_days import compared, days
from router.pages.asking import Period
from router.pages.effort_words import Told
from router.pages.known import require_known
from router.policy.hours import own_zone
from router.rules.ruleset import RuleSet
from router.words.voice import Language

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)

NOTHING: Final = Span(_ALWAYS, _ALWAYS)
"""A span for a question whose days are still to be read."""


async def told_effort(
    journal: JournalByCustomer,
    rules: RuleSet,
    wanted: Wanted,
    period: Period,
    now: datetime,
    speaking: Language,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Told:
    """Effort in the days of the period, whatever spans `wanted` has. Raises `WrongQuestion` and what reading raises."""
    require_known(rules, journey=wanted.journey, step=wanted.step)
    zone = own_zone(rules.policy)
    told, before = days(period.since, period.until, today(now, zone)), None
    if period.compare is not None:
        ways = "a period (2026-08) or a date (2026-08-17)"
        told, before, _ = compared(told, period.compare, ways, speaking)

    def span(of: Days) -> Span:
        return Span(begins(of.first, zone) if of.first else _ALWAYS, begins(of.after, zone))

    wanted = replace(wanted, told=span(told), before=span(before) if before else None)
    report = await effort(journal, rules, wanted, now, progress)
    zone_name = rules.policy.zone
    return Told(
        report, told.words(zone_name, speaking), before.words(zone_name, speaking) if before else "", speaking
    )
