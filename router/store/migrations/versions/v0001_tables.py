"""Customers, journal, invitations, quota counts, revisions."""

from alembic import op

revision = "0001"
down_revision = None

# Times and keys first: no padding between them. Ids compare as bytes: locale-aware comparison is slower.
# Room is left in pages whose rows change, so that an update stays on its page and touches no index.
# Looking up a journal row by interaction id is rare: a hash index would cost a tenth of the throughput, the
# block-range one costs nothing that can be measured and reads some 20 kB for each thousand pages of rows.
# A state of up to 8 kB stays in its row, uncompressed: it is read and written at every interaction.
POSTGRESQL = """
CREATE TABLE customers (
    version integer NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (customer_id)
) WITH (fillfactor = 70, toast_tuple_target = 8160,
        autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

CREATE TABLE journal (
    time timestamptz NOT NULL,
    now timestamptz NOT NULL,
    key uuid NOT NULL,
    seq integer NOT NULL,
    revision integer NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    interaction_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    verdict bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (customer_id, key)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 20000);

CREATE TABLE invitations (
    due_at timestamptz NOT NULL,
    planned_at timestamptz NOT NULL,
    settled_at timestamptz,
    leased_until timestamptz,
    id uuid NOT NULL,
    key uuid NOT NULL,
    lease_token uuid,
    settled_seq integer,
    revision integer NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    survey text COLLATE "C" NOT NULL,
    metric text COLLATE "C" NOT NULL,
    channel text COLLATE "C",
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C",
    recipient text,
    body bytea NOT NULL,
    PRIMARY KEY (customer_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE quota_counts (
    count integer NOT NULL,
    quota text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    PRIMARY KEY (quota, value, period)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE revisions (
    number integer NOT NULL PRIMARY KEY,
    loaded_at timestamptz NOT NULL,
    sha256 text COLLATE "C" NOT NULL UNIQUE
);

CREATE INDEX journal_interaction_id ON journal USING brin
    (interaction_id text_bloom_ops (n_distinct_per_range = 500)) WITH (pages_per_range = 32);

CREATE INDEX invitations_id ON invitations USING hash (id);

CREATE INDEX invitations_due ON invitations (due_at, customer_id) WHERE state IN ('planned', 'queued')
"""

SQLITE = """
CREATE TABLE customers (
    version INTEGER NOT NULL,
    customer_id TEXT NOT NULL PRIMARY KEY,
    body BLOB NOT NULL
);

CREATE TABLE journal (
    time BIGINT NOT NULL,
    now BIGINT NOT NULL,
    key BLOB NOT NULL,
    seq INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    interaction_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    verdict BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (customer_id, key)
);

CREATE TABLE invitations (
    due_at BIGINT NOT NULL,
    planned_at BIGINT NOT NULL,
    settled_at BIGINT,
    leased_until BIGINT,
    id BLOB NOT NULL,
    key BLOB NOT NULL,
    lease_token BLOB,
    settled_seq INTEGER,
    revision INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    survey TEXT NOT NULL,
    metric TEXT NOT NULL,
    channel TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    recipient TEXT,
    body BLOB NOT NULL,
    PRIMARY KEY (customer_id, id)
);

CREATE TABLE quota_counts (
    count INTEGER NOT NULL,
    quota TEXT NOT NULL,
    value TEXT NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (quota, value, period)
);

CREATE TABLE revisions (
    number INTEGER NOT NULL PRIMARY KEY,
    loaded_at BIGINT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE
);

CREATE INDEX journal_interaction_id ON journal (interaction_id);

CREATE INDEX invitations_id ON invitations (id);

CREATE INDEX invitations_due ON invitations (due_at, customer_id) WHERE state IN ('planned', 'queued')
"""


def upgrade() -> None:
    script = SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL
    for statement in script.split(";"):
        op.execute(statement)
