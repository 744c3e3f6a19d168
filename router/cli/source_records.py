"""`sources counts`: what became of the records that vendors sent."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, JudgedBy, Since, Until
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.pages import asked_days as dates

if TYPE_CHECKING:
    from pathlib import Path

    from router.insights.sources import SourceFigures
    from router.settings import Settings


def counts(
    since: Since = None, until: Until = None, rules: JudgedBy = None, data: Data = None, json: Json = False
) -> None:
    """Show how many records of each source were mapped, passed over, or became dead letters, and why.

    Counted by the service as it reads, to the hour, and kept for 90 days. What is read again is counted again.
    """
    found, days = asyncio.run(_figures(settings_of(data), rules, (since, until)))
    if json:
        print_json(found)
        return
    if not found:
        print_lines(["The rule set has no sources: a source is a file that opens with `source:`."])
        return
    columns = ["source", "topic", "mapped", "skipped", "dead letters", "last record"]
    rows = [
        [one.source, one.topic, one.mapped, one.skipped, one.dead_letters, one.last_record_at]
        for one in found
    ]
    print_table(f"Records of sources, {days}", columns, rows)
    reasons = [
        [one.source, why.outcome.replace("_", " "), why.why, why.records] for one in found for why in one.why
    ]
    if reasons:
        print_table("Why", ["source", "outcome", "why", "records"], reasons)


async def _figures(
    settings: "Settings", given: "Path | None", period: tuple[str | None, str | None]
) -> "tuple[list[SourceFigures], str]":
    from router.insights.periods import begins, today
    from router.insights.sources import source_figures
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        zone = own_zone(rules.policy)
        days = dates.days(*period, today(datetime.now(UTC), zone))
        first = begins(days.first, zone) if days.first else None
        counted = await store.source_counts.counted(first, begins(days.after, zone))
        last = await store.source_counts.last_records()
        return source_figures(rules.sources.values(), counted, last), days.words(rules.policy.zone)
