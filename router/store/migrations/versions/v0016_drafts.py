"""Drafts: changes of the rules that are being written."""

from alembic import op

revision = "0016"
down_revision = "0015"

# Every saving of a file is a row of its own, so that whoever saves over another's text loses nothing of it.
_TABLES = """
CREATE TABLE drafts (
    started_at {instant} NOT NULL,
    ended_at {instant},
    number integer NOT NULL PRIMARY KEY,
    base integer NOT NULL,
    revision integer,
    name {text} NOT NULL,
    author {text} NOT NULL
);

CREATE TABLE draft_files (
    at {instant} NOT NULL,
    draft integer NOT NULL,
    version integer NOT NULL,
    file {text} NOT NULL,
    author {text} NOT NULL,
    content {bytes},
    PRIMARY KEY (draft, file, version)
)
"""

POSTGRESQL = {"instant": "timestamptz", "text": 'text COLLATE "C"', "bytes": "bytea"}
SQLITE = {"instant": "BIGINT", "text": "TEXT", "bytes": "BLOB"}


def upgrade() -> None:
    types = SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL
    for statement in _TABLES.format(**types).split(";"):
        op.execute(statement)
