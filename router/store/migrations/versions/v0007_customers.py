"""Customers under the keys of their ids: `" 7"` and `7.0` become `7`, and what they said goes with them."""

from typing import Any, Final

from alembic import op
from msgspec.structs import replace
from sqlalchemy import Connection, text

from router.decide import sayings
from router.model.customer import Customer, Profile
from router.model.encoding import decode_interaction, decode_state, encode_interaction, encode_state
from router.model.keys import customer_key
from router.policy.consent import said_at

revision = "0007"
down_revision = "0006"

_TABLES: Final = ("invitations", "instance_owners", "set_aside", "shadow_differences")
# Only these can have another key than the text they are stored as.
_SPELT_OTHERWISE: Final = (
    "(customer_id LIKE '%.0' OR customer_id LIKE '%e+%' OR customer_id IN ('True', 'False')"
)
_OF_DATABASE: Final = {
    "postgresql": r" OR customer_id <> btrim(customer_id, E' \t\r\n\f\v')"
    " OR octet_length(customer_id) <> length(customer_id))",
    "sqlite": " OR customer_id <> trim(customer_id, ' ' || char(9, 10, 11, 12, 13))"
    " OR length(CAST(customer_id AS BLOB)) <> length(customer_id))",
}


def upgrade() -> None:
    """What Alembic calls."""
    move(op.get_bind())


def move(connection: Connection) -> None:
    """Moves customers to the keys of their ids. One that is there already hears the noes, and keeps all else."""
    otherwise = _SPELT_OTHERWISE + _OF_DATABASE[connection.dialect.name]
    found = connection.execute(text(f"SELECT customer_id FROM customers WHERE {otherwise} ORDER BY 1"))  # noqa: S608
    for name in [row.customer_id for row in found.all()]:
        key = customer_key(name)
        if key not in ("", name):
            there, moved = _state(connection, key), _state(connection, name)
            if moved is not None and there is not None:
                _put(connection, key, replace(there, profile=_with_noes(there.profile, moved.profile)))
            elif moved is not None:
                _rename(connection, name, key, moved)


def _state(connection: Connection, name: str) -> Customer | None:
    body = connection.execute(text("SELECT body FROM customers WHERE customer_id = :name"), {"name": name})
    found = body.scalar()
    return None if found is None else decode_state(found)


def _put(connection: Connection, name: str, customer: Customer) -> None:
    connection.execute(
        text("UPDATE customers SET body = :body, version = version + 1 WHERE customer_id = :name"),
        {"body": encode_state(customer), "name": name},
    )


def _rename(connection: Connection, name: str, key: str, customer: Customer) -> None:
    both: dict[str, Any] = {"name": name, "key": key}
    connection.execute(text("UPDATE customers SET customer_id = :key WHERE customer_id = :name"), both)
    invitations = tuple(
        replace(one, interaction=replace(one.interaction, customer_id=key)) if one.interaction else one
        for one in customer.invitations
    )
    _put(connection, key, replace(customer, id=key, invitations=invitations))
    journaled = connection.execute(text("SELECT key, body FROM journal WHERE customer_id = :name"), both)
    for row in journaled.all():
        body = encode_interaction(replace(decode_interaction(row.body), customer_id=key))
        connection.execute(
            text(
                "UPDATE journal SET customer_id = :key, body = :body WHERE customer_id = :name AND key = :row"
            ),
            both | {"body": body, "row": row.key},
        )
    for table in _TABLES:
        connection.execute(text(f"UPDATE {table} SET customer_id = :key WHERE customer_id = :name"), both)  # noqa: S608


def _with_noes(profile: Profile, said: Profile) -> Profile:
    """The profile after the noes of another spelling of the same customer, each at its time."""
    for entry in said.suppressed:
        profile = sayings.suppressed(profile, entry, said_at(said, f"suppressed/{entry}"))
    for channel in [channel for channel, agreed in said.consent.items() if not agreed]:
        profile = sayings.agreed(profile, {channel: False}, said_at(said, f"consent/{channel}"))
    return profile if said.unclear is None else sayings.unclear_consent(profile, said.unclear)
