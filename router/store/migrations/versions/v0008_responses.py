"""Responses with the context that was frozen when they were asked for; alerts; what interactions changed in the coverage; cells."""

from alembic import op

revision = "0008"
down_revision = "0007"

_RESPONSES = """
CREATE TABLE responses (
    happened_at {instant} NOT NULL,
    answered_at {instant} NOT NULL,
    received_at {instant} NOT NULL,
    respond_by {instant},
    customer_id {text} NOT NULL,
    invitation_id {key} NOT NULL,
    key {key} NOT NULL,
    status {text} NOT NULL,
    score integer,
    given {text},
    comment {text},
    answers integer NOT NULL,
    asked_on {text},
    survey {text} NOT NULL,
    metric {text} NOT NULL,
    scale_low integer NOT NULL,
    scale_high integer NOT NULL,
    polarity {text} NOT NULL,
    text_version {text} NOT NULL,
    presentation {text} NOT NULL,
    locale {text},
    journey {text},
    step {text},
    instance {text},
    channel {text},
    rule {text} NOT NULL,
    revision integer NOT NULL,
    attributes {json} NOT NULL,
    effort {json} NOT NULL,
    imported {text},
    excluded_by {text},
    excluded_at {instant},
    excluded_because {text},
    PRIMARY KEY (customer_id, invitation_id)
);

CREATE INDEX responses_invitation ON responses (invitation_id);

CREATE INDEX responses_answered ON responses (answered_at)
"""

# Whoever looks for what has not left, or is not closed, finds that alone, however many are closed.
_ALERTS = """
CREATE TABLE alerts (
    raised_at {instant} NOT NULL,
    due_at {instant},
    leased_until {instant},
    sent_at {instant},
    taken_at {instant},
    closed_at {instant},
    customer_id {text} NOT NULL,
    id {key} NOT NULL,
    invitation_id {key},
    lease_token {key},
    kind {text} NOT NULL,
    rule {text} NOT NULL,
    team {text} NOT NULL,
    topic {text},
    survey {text} NOT NULL,
    state {text} NOT NULL,
    taken_by {text},
    closed_by {text},
    note {text},
    body {bytes} NOT NULL,
    PRIMARY KEY (customer_id, id)
);

CREATE INDEX alerts_id ON alerts (id);

CREATE INDEX alerts_waiting ON alerts (raised_at) WHERE sent_at IS NULL;

CREATE INDEX alerts_open ON alerts (due_at) WHERE closed_at IS NULL
"""

_SCORE_COLUMNS = """
    basis {text} NOT NULL,
    day date NOT NULL,
    survey {text} NOT NULL,
    metric {text} NOT NULL,
    polarity {text} NOT NULL,
    text_version {text} NOT NULL,
    presentation {text} NOT NULL,
    journey {text} NOT NULL,
    step {text} NOT NULL,
    channel {text} NOT NULL,
    rule {text} NOT NULL,
    scale_low integer NOT NULL,
    scale_high integer NOT NULL,
    revision integer NOT NULL,
    attribute {text} NOT NULL,
    value {text} NOT NULL,
    imported {text} NOT NULL,
    n0 integer NOT NULL,
    n1 integer NOT NULL,
    n2 integer NOT NULL,
    n3 integer NOT NULL,
    n4 integer NOT NULL,
    n5 integer NOT NULL,
    n6 integer NOT NULL,
    n7 integer NOT NULL,
    n8 integer NOT NULL,
    n9 integer NOT NULL,
    n10 integer NOT NULL
"""

_STAGES = (
    "had_step",
    "waited",
    "matched",
    "withheld",
    "planned",
    "cancelled",
    "displaced",
    "expired",
    "sent",
    "bounced",
    "delivered",
    "started",
    "answered",
)
_COVERAGE_COLUMNS = """
    day date NOT NULL,
    journey {text} NOT NULL,
    step {text} NOT NULL,
    channel {text} NOT NULL,
    attribute {text} NOT NULL,
    value {text} NOT NULL,
    reason {text} NOT NULL,
""" + ",\n".join(f"    {stage} integer NOT NULL" for stage in _STAGES)

_CELLS = f"""
CREATE TABLE score_cells (cell {{key}} NOT NULL PRIMARY KEY, {_SCORE_COLUMNS});

CREATE INDEX score_cells_day ON score_cells (attribute, basis, day);

CREATE TABLE score_changes (seq {{seq}}, cell {{key}} NOT NULL, {_SCORE_COLUMNS});

CREATE TABLE coverage_cells (cell {{key}} NOT NULL PRIMARY KEY, {_COVERAGE_COLUMNS});

CREATE INDEX coverage_cells_day ON coverage_cells (attribute, day);

CREATE TABLE coverage_changes (seq {{seq}}, cell {{key}} NOT NULL, {_COVERAGE_COLUMNS});

CREATE TABLE coverage_erased (cell {{key}} NOT NULL PRIMARY KEY, {_COVERAGE_COLUMNS})
"""

POSTGRESQL = {
    "instant": "timestamptz",
    "text": 'text COLLATE "C"',
    "key": "uuid",
    "json": "jsonb",
    "seq": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "bytes": "bytea",
}
SQLITE = {
    "instant": "BIGINT",
    "text": "TEXT",
    "key": "BLOB",
    "json": "JSON",
    "seq": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "bytes": "BLOB",
}


def upgrade() -> None:
    types = SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL
    added = (
        "ALTER TABLE invitations ADD COLUMN context {bytes}; ALTER TABLE journal ADD COLUMN covered {bytes};"
    )
    for statement in f"{added}{_RESPONSES};{_ALERTS};{_CELLS}".format(**types).split(";"):
        op.execute(statement)
