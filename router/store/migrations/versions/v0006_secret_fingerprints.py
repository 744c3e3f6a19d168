"""Fingerprints of the secrets that hashes were made with."""

from alembic import op

revision = "0006"
down_revision = "0005"

POSTGRESQL = """
CREATE TABLE secret_fingerprints (
    seq integer NOT NULL PRIMARY KEY,
    fingerprint bytea NOT NULL,
    since timestamptz NOT NULL
)
"""

SQLITE = """
CREATE TABLE secret_fingerprints (
    seq INTEGER NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    since BIGINT NOT NULL
)
"""


def upgrade() -> None:
    op.execute(SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL)
