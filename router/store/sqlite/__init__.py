"""A transaction on SQLite."""

from router.store.sqlite.cells import SqliteCells
from router.store.sqlite.ledger import SqliteLedger
from router.store.sqlite.outbox import SqliteOutbox


class SqliteTransaction(SqliteLedger, SqliteOutbox, SqliteCells):
    """All that a transaction can do: the worker's part and the dispatcher's. Begun with BEGIN IMMEDIATE."""
