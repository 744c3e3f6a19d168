"""What happens to an invitation after it was sent; owners of instances; rate caps; erased customers; waking up."""

from alembic import op

revision = "0003"
down_revision = "0002"

# One queue for the dispatcher, whatever it has to do: `next_at` takes the place of the due time in its index.
POSTGRESQL = """
ALTER TABLE customers ADD COLUMN wake_at timestamptz;

CREATE INDEX customers_wake ON customers (wake_at) WHERE wake_at IS NOT NULL;

ALTER TABLE invitations
    ADD COLUMN next_at timestamptz,
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN root uuid,
    ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'invitation',
    ADD COLUMN keep_recipient boolean NOT NULL DEFAULT false;

UPDATE invitations SET next_at = due_at, root = id WHERE state IN ('planned', 'queued');

DROP INDEX invitations_due;

CREATE INDEX invitations_next ON invitations (next_at, customer_id) WHERE next_at IS NOT NULL;

CREATE TABLE instance_owners (
    attribute text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (attribute, value)
);

CREATE INDEX instance_owners_customer ON instance_owners (customer_id);

CREATE TABLE rate_caps (
    cap text COLLATE "C" NOT NULL PRIMARY KEY,
    free_at timestamptz NOT NULL
);

CREATE TABLE erased_customers (
    hash bytea NOT NULL PRIMARY KEY,
    at timestamptz NOT NULL,
    suppressed text NOT NULL
)
"""

SQLITE = """
ALTER TABLE customers ADD COLUMN wake_at BIGINT;

CREATE INDEX customers_wake ON customers (wake_at) WHERE wake_at IS NOT NULL;

ALTER TABLE invitations ADD COLUMN next_at BIGINT;

ALTER TABLE invitations ADD COLUMN changed_at BIGINT;

ALTER TABLE invitations ADD COLUMN root BLOB;

ALTER TABLE invitations ADD COLUMN kind TEXT NOT NULL DEFAULT 'invitation';

ALTER TABLE invitations ADD COLUMN keep_recipient BOOLEAN NOT NULL DEFAULT 0;

UPDATE invitations SET next_at = due_at, root = id WHERE state IN ('planned', 'queued');

DROP INDEX invitations_due;

CREATE INDEX invitations_next ON invitations (next_at, customer_id) WHERE next_at IS NOT NULL;

CREATE TABLE instance_owners (
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (attribute, value)
);

CREATE INDEX instance_owners_customer ON instance_owners (customer_id);

CREATE TABLE rate_caps (
    cap TEXT NOT NULL PRIMARY KEY,
    free_at BIGINT NOT NULL
);

CREATE TABLE erased_customers (
    hash BLOB NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    suppressed TEXT NOT NULL
)
"""


def upgrade() -> None:
    script = SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL
    for statement in script.split(";"):
        op.execute(statement)
