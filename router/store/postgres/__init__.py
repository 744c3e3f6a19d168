"""A transaction on PostgreSQL."""

from router.store.postgres.cells import PostgresCells
from router.store.postgres.ledger import PostgresLedger
from router.store.postgres.outbox import PostgresOutbox


class PostgresTransaction(PostgresLedger, PostgresOutbox, PostgresCells):
    """All that a transaction can do: the worker's part and the dispatcher's."""
