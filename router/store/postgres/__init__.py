"""A transaction on PostgreSQL."""

from router.store.postgres.ledger import PostgresLedger
from router.store.postgres.outbox import PostgresOutbox


class PostgresTransaction(PostgresLedger, PostgresOutbox):
    """All that a transaction can do: the worker's part and the dispatcher's."""
