"""Counts of sources' records in a database: added up by hour, whoever adds; read over a time; let go."""

import asyncio
from datetime import datetime, timedelta

from router.insights.sources import SourceFigures, WhyCount, source_figures
from router.model.source_counts import SourceCount, SourceRecord
from router.service.source_counts import KEPT, SourceCounts, counts_of
from router.store import SqlStore
from tests.contract.rows import NOON as ABOUT_NOON

NOON = ABOUT_NOON.replace(microsecond=0)

CLOSED = "closed by itself"


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def at(hours: float) -> int:
    return int(after(hours).timestamp() * 1000)


async def test_processes_add_up_what_they_counted(store: SqlStore, other: SqlStore) -> None:
    batch = [
        SourceRecord("helpdesk", "mapped", "", at(-1)),
        SourceRecord("helpdesk", "mapped", "", at(-2)),
        SourceRecord("helpdesk", "skipped", CLOSED, at(0)),
        SourceRecord("crm", "dead_letter", "mapping_failed", at(5)),
    ]
    mine, theirs = SourceCounts(store), SourceCounts(other)
    for hours in (0, 0.5, 1):
        for one in (mine, theirs):
            one.add(counts_of(batch, after(hours)))
    await asyncio.gather(mine.stored(after(1)), theirs.stored(after(1)))
    await mine.stored(after(1))

    assert await store.source_counts.counted() == [
        # A producer's clock is ahead: a record is as late as its batch at most.
        SourceCount("crm", NOON, "dead_letter", "mapping_failed", 6, after(1)),
        SourceCount("helpdesk", NOON, "mapped", "", 12, after(-1)),
        SourceCount("helpdesk", NOON, "skipped", CLOSED, 6, NOON),
    ]
    [later] = [one for one in await other.source_counts.counted(since=after(1)) if one.source == "crm"]
    assert (later.hour, later.records) == (after(1), 2)
    [earlier] = [one for one in await other.source_counts.counted(until=after(1)) if one.source == "crm"]
    assert earlier.records == 4
    assert await store.source_counts.last_records() == {"crm": after(1), "helpdesk": NOON}


async def test_hours_of_long_ago_are_let_go(store: SqlStore) -> None:
    counts = SourceCounts(store)
    record = SourceRecord("crm", "mapped", "", at(0))
    counts.add(counts_of([record], NOON - KEPT - timedelta(hours=1)))
    counts.add(counts_of([record], NOON - KEPT))
    await counts.stored(NOON)
    assert [one.hour for one in await store.source_counts.counted()] == [NOON - KEPT]


async def test_what_cannot_be_stored_now_is_stored_later(store: SqlStore) -> None:
    away = await SqlStore.open("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    counts = SourceCounts(away)
    counts.add(counts_of([SourceRecord("crm", "mapped", "", at(0))], NOON))
    await counts.stored(NOON)
    await away.close()
    counts._store = store
    await counts.stored(NOON)
    assert [one.records for one in await store.source_counts.counted()] == [1]


def test_figures_are_of_sources_in_force_and_of_those_that_were() -> None:
    counts = [
        SourceCount("gone", NOON, "mapped", "", 3, NOON),
        SourceCount("gone", NOON, "skipped", CLOSED, 4, NOON),
        SourceCount("gone", NOON, "dead_letter", "not_json", 5, NOON),
    ]
    why = (WhyCount("dead_letter", "not_json", 5), WhyCount("skipped", CLOSED, 4))
    assert source_figures([], counts, {"gone": NOON}) == [SourceFigures("gone", None, 3, 4, 5, why, NOON)]
