"""What workers and dispatchers do to the tables, and whether the database lets them."""

from typing import Final

from sqlalchemy import text

from router.store.database import Database
from router.store.errors import StoreUnavailable

NEEDED: Final = {
    "alembic_version": ("SELECT",),
    "alerts": ("SELECT", "INSERT", "UPDATE"),
    "coverage_cells": ("SELECT", "INSERT", "UPDATE"),
    "coverage_changes": ("SELECT", "INSERT", "DELETE"),
    "coverage_months": ("SELECT", "INSERT", "UPDATE"),
    "customers": ("SELECT", "INSERT", "UPDATE"),
    "erased_customers": ("SELECT",),
    "instance_owners": ("SELECT", "INSERT"),
    "invitations": ("SELECT", "INSERT", "UPDATE"),
    "journal": ("SELECT", "INSERT"),
    "quota_counts": ("SELECT", "INSERT", "UPDATE"),
    "rate_caps": ("SELECT", "INSERT", "UPDATE"),
    "remembered_values": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "responses": ("SELECT", "INSERT", "UPDATE"),
    "revisions": ("SELECT", "INSERT", "UPDATE"),
    "rule_course": ("SELECT",),
    "score_cells": ("SELECT", "INSERT", "UPDATE"),
    "score_changes": ("SELECT", "INSERT", "DELETE"),
    "score_months": ("SELECT", "INSERT", "UPDATE"),
    "secret_fingerprints": ("SELECT", "INSERT"),
    "set_aside": ("SELECT", "INSERT"),
    "shadow_differences": ("INSERT",),
    "source_records": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
"""The privileges on PostgreSQL, by table: those that docs/operations tells to grant."""

_DENIED: Final = text("""
    SELECT asked.name, asked.privilege
    FROM unnest(CAST(:tables AS text[]), CAST(:privileges AS text[])) AS asked (name, privilege)
    WHERE NOT has_table_privilege(asked.name, asked.privilege)
""")


async def require_rights(database: Database) -> None:
    """Raise StoreUnavailable, naming what to grant, unless the service may do what it needs to."""
    if database.is_sqlite:
        # Changes nothing, and is refused where the file is read-only; the beginning of a transaction is not.
        async with database.begin() as connection:
            await connection.execute(text("UPDATE set_aside SET cause = cause WHERE customer_id IS NULL"))
            return
    pairs = [(table, privilege) for table, privileges in NEEDED.items() for privilege in privileges]
    async with database.connect() as connection:
        read_only = await connection.scalar(text("SELECT pg_is_in_recovery()"))
        tables, privileges = [table for table, _ in pairs], [privilege for _, privilege in pairs]
        rows = await connection.execute(_DENIED, {"tables": tables, "privileges": privileges})
        denied = [f"{privilege} on {table}" for table, privilege in rows]
    if read_only:
        raise StoreUnavailable(f"{database.where} is a standby that only reads: name the primary")
    if denied:
        raise StoreUnavailable(
            f"{database.where} denies this user {', '.join(denied)}: grant it, as `feedback-router docs"
            " operations/database` tells"
        )
