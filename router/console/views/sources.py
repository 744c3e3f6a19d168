"""Sources: is data coming in, and what becomes of it."""

from typing import Final

from router.console.page import Page, Shown
from router.console.visit import Visit
from router.insights.sources import sources
from router.pages.csv_table import Table

_COLUMNS: Final = ("source", "topic", "mapped", "skipped", "dead_letters", "last_record_at")


async def show(visit: Visit) -> Shown:
    """The figures of all sources in force, and of others that have any, as `sources counts` tells them."""
    days = visit.filters.days(visit.today)
    found = await sources(
        visit.console.store.source_counts, visit.rules.sources.values(), days, visit.voice.zone
    )
    told = days.told(visit.language)
    values = {"found": found, "period": f"{told[0].upper()}{told[1:]}."}
    rows = [[getattr(one, name) for name in _COLUMNS] for one in found]
    return Shown("sources.html", values, found, Table(_COLUMNS, rows))


PAGE = Page("/sources", "Sources", show, group="Run")
