"""The values that instances of sources were last seen with."""

from alembic import op

revision = "0013"
down_revision = "0014"

_TABLE = """
CREATE TABLE remembered_values (
    key {key} NOT NULL PRIMARY KEY,
    body {body} NOT NULL,
    noted_on date NOT NULL
)
"""


def upgrade() -> None:
    # The day and not the moment is kept: it changes once a day at most, so that the index seldom has to.
    sqlite = op.get_context().dialect.name == "sqlite"
    op.execute(_TABLE.format(key="BLOB", body="BLOB") if sqlite else _TABLE.format(key="uuid", body="bytea"))
    op.execute("CREATE INDEX remembered_values_noted_on ON remembered_values (noted_on)")
