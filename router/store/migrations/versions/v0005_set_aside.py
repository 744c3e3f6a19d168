"""Customers who are left alone, because what is to be stored of them cannot be."""

from alembic import op

revision = "0005"
down_revision = "0004"

POSTGRESQL = """
CREATE TABLE set_aside (
    customer_id text COLLATE "C" NOT NULL PRIMARY KEY,
    since timestamptz NOT NULL,
    cause text NOT NULL,
    place text NOT NULL
)
"""

SQLITE = """
CREATE TABLE set_aside (
    customer_id TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    cause TEXT NOT NULL,
    place TEXT NOT NULL
)
"""


def upgrade() -> None:
    op.execute(SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL)
