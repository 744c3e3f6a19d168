"""Customers, journal, invitations and counts on PostgreSQL or SQLite, by set-based SQL."""

from router.store.database import Waits
from router.store.errors import SchemaOutdated, StoreUnavailable
from router.store.migration import current, upgrade
from router.store.reading import Reading
from router.store.recounting import Recounting
from router.store.store import SqlStore
from router.store.transaction import Transaction

__all__ = [
    "Reading",
    "Recounting",
    "SchemaOutdated",
    "SqlStore",
    "StoreUnavailable",
    "Transaction",
    "Waits",
    "current",
    "upgrade",
]
