"""By which schedules the time at which a customer is woken was found."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    # Null is what rows have that no schedule has looked at: no row is written for it.
    op.execute("ALTER TABLE customers ADD COLUMN scheduled_by bigint")
