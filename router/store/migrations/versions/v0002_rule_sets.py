"""Published rule sets, the course of revisions, differences of a shadow."""

from alembic import op

revision = "0002"
down_revision = "0001"

POSTGRESQL = """
ALTER TABLE revisions ADD COLUMN author text;

ALTER TABLE revisions ADD COLUMN message text;

ALTER TABLE revisions ADD COLUMN content bytea;

ALTER TABLE revisions ADD COLUMN approved_by text;

CREATE TABLE rule_course (
    seq integer NOT NULL PRIMARY KEY,
    live integer NOT NULL,
    rollout integer,
    shadow integer,
    share double precision NOT NULL,
    at timestamptz NOT NULL,
    action text NOT NULL,
    author text NOT NULL,
    message text NOT NULL
);

CREATE TABLE shadow_differences (
    at timestamptz NOT NULL,
    key uuid NOT NULL,
    shadow integer NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    live_verdict bytea NOT NULL,
    shadow_verdict bytea NOT NULL,
    PRIMARY KEY (customer_id, shadow, key)
)
"""

SQLITE = """
ALTER TABLE revisions ADD COLUMN author TEXT;

ALTER TABLE revisions ADD COLUMN message TEXT;

ALTER TABLE revisions ADD COLUMN content BLOB;

ALTER TABLE revisions ADD COLUMN approved_by TEXT;

CREATE TABLE rule_course (
    seq INTEGER NOT NULL PRIMARY KEY,
    live INTEGER NOT NULL,
    rollout INTEGER,
    shadow INTEGER,
    share REAL NOT NULL,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    author TEXT NOT NULL,
    message TEXT NOT NULL
);

CREATE TABLE shadow_differences (
    at BIGINT NOT NULL,
    key BLOB NOT NULL,
    shadow INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    live_verdict BLOB NOT NULL,
    shadow_verdict BLOB NOT NULL,
    PRIMARY KEY (customer_id, shadow, key)
)
"""


def upgrade() -> None:
    script = SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL
    for statement in script.split(";"):
        op.execute(statement)
