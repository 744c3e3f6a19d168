"""Audit: who did what, when, what about, and why."""

from datetime import timedelta
from typing import Final

from router.console.page import Page, Shown
from router.console.problems import Problem
from router.console.visit import Visit
from router.insights.periods import begins
from router.model.access import AuditEntry
from router.model.keys import customer_key
from router.pages.csv_table import Table

_MOST: Final = 100
_MOST_AS_CSV: Final = 10_000
_COLUMNS: Final = (
    "seq",
    "at",
    "person",
    "way",
    "action",
    "about",
    "customer",
    "before",
    "after",
    "why",
    "refused",
)


async def show(visit: Visit) -> Shown:
    """The entries that match all that is asked for, the latest first. Looking at them is an entry as well."""
    before = visit.asked("before")
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Problem("{before} is no entry of the audit.", before=before[:50])
    as_csv = visit.request.query_params.get("format") == "csv"
    most = _MOST_AS_CSV if as_csv else _MOST
    days, zone = visit.filters.days(visit.today), visit.voice.zone
    customer = visit.asked("customer")
    hashed = visit.console.hashes.customer(customer_key(customer)) if customer else ()
    entries = await visit.console.store.access.entries(
        person=visit.asked("person"),
        action=visit.asked("action"),
        customers=[one.hex() for one in hashed],
        since=begins(days.first, zone) if days.first is not None else None,
        until=begins(days.last + timedelta(days=1), zone),
        before=int(before) if before is not None else None,
        limit=most + 1,
    )
    await visit.note("read audit", customer=customer_key(customer) if customer else None)
    more = entries[most - 1].seq if len(entries) > most else None
    entries = entries[:most]
    table = Table(_COLUMNS, [[getattr(one, name) for name in _COLUMNS] for one in entries])
    return Shown("audit.html", {"entries": entries, "more": more}, [_told(one) for one in entries], table)


def _told(entry: AuditEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in _COLUMNS}


_PARAMS: Final = {
    "person": "only what this person did",
    "action": "only this action",
    "customer": "only what was done about this customer",
    "before": "only entries before the one with this `seq`",
}
PAGE = Page("/audit", "Audit", show, role="admin", group="Run", params=_PARAMS)
