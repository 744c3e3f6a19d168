"""Owners of instances and counters of quotas under the keys of their values: `7.0` becomes `7`."""

from alembic import op
from sqlalchemy import Connection, text

from router.model.keys import as_key

revision = "0004"
down_revision = "0003"

# Only these can have another key than the text they are stored as.
_SPELT_OTHERWISE = (
    """(value LIKE '%.0' OR value LIKE '%e+%' OR value IN ('True', 'False') OR length(value) > 200"""
)
_OF_DATABASE = {
    "postgresql": r" OR value <> btrim(value, E' \t\r\n') OR octet_length(value) <> length(value))",
    "sqlite": " OR value <> trim(value, ' ' || char(9, 10, 13)) OR length(CAST(value AS BLOB)) <> length(value))",
}


def upgrade() -> None:
    """What Alembic calls."""
    move(op.get_bind())


def move(connection: Connection) -> None:
    """Moves what was stored under a spelling to its key: an owner under the key stays, counts are added."""
    otherwise = _SPELT_OTHERWISE + _OF_DATABASE[connection.dialect.name]
    _move_owners(connection, otherwise)
    _move_counts(connection, otherwise)


def _move_owners(connection: Connection, otherwise: str) -> None:
    query = f"SELECT attribute, value, customer_id FROM instance_owners WHERE {otherwise} ORDER BY 1, 2"  # noqa: S608
    found = connection.execute(text(query)).all()
    for attribute, value, customer in found:
        if (key := as_key(value)) != value:
            connection.execute(
                text("DELETE FROM instance_owners WHERE attribute = :attribute AND value = :value"),
                {"attribute": attribute, "value": value},
            )
            if key is not None:
                connection.execute(
                    text(
                        "INSERT INTO instance_owners (attribute, value, customer_id) VALUES (:attribute, :key, :customer)"
                        " ON CONFLICT (attribute, value) DO NOTHING"
                    ),
                    {"attribute": attribute, "key": key, "customer": customer},
                )


def _move_counts(connection: Connection, otherwise: str) -> None:
    found = connection.execute(
        text(f"SELECT quota, value, period, count FROM quota_counts WHERE {otherwise}")  # noqa: S608
    ).all()
    for quota, value, period, count in found:
        if (key := as_key(value)) != value:
            connection.execute(
                text("DELETE FROM quota_counts WHERE quota = :quota AND value = :value AND period = :period"),
                {"quota": quota, "value": value, "period": period},
            )
            if key is not None:
                connection.execute(
                    text(
                        "INSERT INTO quota_counts (quota, value, period, count) VALUES (:quota, :key, :period, :count)"
                        " ON CONFLICT (quota, value, period) DO UPDATE SET count = quota_counts.count + excluded.count"
                    ),
                    {"quota": quota, "key": key, "period": period, "count": count},
                )
