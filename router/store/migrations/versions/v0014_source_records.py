"""How many records of each source were mapped, skipped or became dead letters, by hour."""

from alembic import op

revision = "0014"
down_revision = "0010"


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    words = "TEXT" if sqlite else 'text COLLATE "C"'
    instant = "BIGINT" if sqlite else "timestamptz"
    op.execute(
        f"CREATE TABLE source_records (source {words} NOT NULL, hour {instant} NOT NULL, outcome {words} NOT NULL,"
        f" why {words} NOT NULL, records bigint NOT NULL, last_at {instant} NOT NULL,"
        " PRIMARY KEY (source, hour, outcome, why))"
    )
