"""Who is signed in to the console, the tokens of its API, and what was done there."""

from alembic import op

revision = "0015"
down_revision = "0013"

_TABLES = """
CREATE TABLE console_sessions (
    begun_at {instant} NOT NULL,
    seen_at {instant} NOT NULL,
    hash {bytes} NOT NULL PRIMARY KEY,
    person {text} NOT NULL,
    name {text} NOT NULL,
    roles {text} NOT NULL,
    way {text} NOT NULL
);

CREATE INDEX console_sessions_seen ON console_sessions (seen_at);

CREATE TABLE console_tokens (
    made_at {instant} NOT NULL,
    ends_at {instant} NOT NULL,
    used_at {instant},
    revoked_at {instant},
    hash {bytes} NOT NULL PRIMARY KEY,
    id {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    roles {text} NOT NULL,
    made_by {text} NOT NULL
);

CREATE TABLE console_audit (
    seq {seq},
    at {instant} NOT NULL,
    person {text} NOT NULL,
    way {text} NOT NULL,
    action {text} NOT NULL,
    about {text} NOT NULL,
    customer {text} NOT NULL,
    before {text} NOT NULL,
    after {text} NOT NULL,
    why {text} NOT NULL,
    refused {text} NOT NULL
);

CREATE INDEX console_audit_at ON console_audit (at);

CREATE INDEX console_audit_customer ON console_audit (customer, seq) WHERE customer <> ''
"""

POSTGRESQL = {
    "instant": "timestamptz",
    "text": 'text COLLATE "C"',
    "seq": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "bytes": "bytea",
}
SQLITE = {
    "instant": "BIGINT",
    "text": "TEXT",
    "seq": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "bytes": "BLOB",
}


def upgrade() -> None:
    types = SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL
    for statement in _TABLES.format(**types).split(";"):
        op.execute(statement)
