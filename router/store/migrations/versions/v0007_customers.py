"""Customers under the keys of their ids: `" 7"` and `7.0` become `7`, and what they said goes with them."""

from contextlib import suppress
from typing import Any, Final

from alembic import op
from msgspec.structs import replace
from sqlalchemy import Connection, text

from router.decide import sayings
from router.model.customer import Customer, Profile
from router.model.encoding import (
    UnreadableRow,
    decode_interaction,
    decode_state,
    encode_interaction,
    encode_state,
)
from router.model.keys import customer_key
from router.model.past_journeys import with_ended
from router.policy.consent import said_at

revision = "0007"
down_revision = "0006"

# By table, what besides the customer tells its rows apart.
_TABLES: Final = {
    "journal": "key",
    "invitations": "id",
    "shadow_differences": "(shadow, key)",
    "set_aside": "1",
}
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
    """Moves customers to the keys of their ids. Of two spellings one customer is made, who said the noes of both.

    What is stored of one that cannot be read stays where it is.
    """
    otherwise = _SPELT_OTHERWISE + _OF_DATABASE[connection.dialect.name]
    found = connection.execute(text(f"SELECT customer_id FROM customers WHERE {otherwise} ORDER BY 1"))  # noqa: S608
    for name in [row.customer_id for row in found.all()]:
        key = customer_key(name)
        if key not in ("", name):
            with suppress(UnreadableRow):
                _move(connection, name, key)


def _move(connection: Connection, name: str, key: str) -> None:
    there, moved = _state(connection, key), _state(connection, name)
    if moved is None:
        return
    moved = _under(key, moved)
    names = {"name": name, "key": key}
    if there is None:
        connection.execute(text("UPDATE customers SET customer_id = :key WHERE customer_id = :name"), names)
        _put(connection, key, moved)
    else:
        _put(connection, key, _made_one(there, moved))
        wake = text(
            "UPDATE customers SET wake_at = moved.wake_at FROM (SELECT wake_at FROM customers WHERE customer_id = :name)"
            " AS moved WHERE customers.customer_id = :key AND moved.wake_at IS NOT NULL"
            " AND (customers.wake_at IS NULL OR customers.wake_at > moved.wake_at)"
        )
        connection.execute(wake, names)
        connection.execute(text("DELETE FROM customers WHERE customer_id = :name"), names)
        _drop_twins(connection, names)
    _move_rows(connection, names, there.seq if there is not None else 0)


def _drop_twins(connection: Connection, names: dict[str, str]) -> None:
    """Deletes the rows that the customer has under the key as well: what both have is kept once."""
    for table, other in _TABLES.items():
        connection.execute(
            text(
                f"DELETE FROM {table} WHERE customer_id = :name"  # noqa: S608
                f" AND {other} IN (SELECT {other.strip('()')} FROM {table} WHERE customer_id = :key)"
            ),
            names,
        )


def _move_rows(connection: Connection, names: dict[str, str], behind: int) -> None:
    """Moves all rows; their places come behind those that the customer has."""
    query = text("SELECT key, body FROM journal WHERE customer_id = :name")
    bodies: list[dict[str, Any]] = []
    for row in connection.execute(query, {"name": names["name"]}).all():
        with suppress(UnreadableRow):
            body = encode_interaction(replace(decode_interaction(row.body), customer_id=names["key"]))
            bodies.append({"body": body, "name": names["name"], "row": row.key})
    if bodies:
        connection.execute(
            text("UPDATE journal SET body = :body WHERE customer_id = :name AND key = :row"), bodies
        )
    places = {"journal": ", seq = seq + :behind", "invitations": ", settled_seq = settled_seq + :behind"}
    for table in (*_TABLES, "instance_owners"):
        update = f"UPDATE {table} SET customer_id = :key{places.get(table, '')} WHERE customer_id = :name"  # noqa: S608
        connection.execute(text(update), {**names, "behind": behind} if table in places else names)


def _state(connection: Connection, name: str) -> Customer | None:
    body = connection.execute(text("SELECT body FROM customers WHERE customer_id = :name"), {"name": name})
    found = body.scalar()
    return None if found is None else decode_state(found)


def _put(connection: Connection, name: str, customer: Customer) -> None:
    connection.execute(
        text("UPDATE customers SET body = :body, version = version + 1 WHERE customer_id = :name"),
        {"body": encode_state(customer), "name": name},
    )


def _under(key: str, customer: Customer) -> Customer:
    invitations = tuple(
        replace(one, interaction=replace(one.interaction, customer_id=key)) if one.interaction else one
        for one in customer.invitations
    )
    return replace(customer, id=key, invitations=invitations)


def _made_one(there: Customer, moved: Customer) -> Customer:
    """One customer of two: asked as often as both, in the journeys of both, with the preferences of `there`."""
    known = {one.id for one in there.invitations}
    invitations = (*there.invitations, *(one for one in moved.invitations if one.id not in known))
    other = [one for one in moved.journeys if there.journey(one.name, one.instance) is None]
    lying = {(one.name, one.instance) for group in moved.past for one in group.passes()}
    return replace(
        there,
        seq=there.seq + moved.seq,
        profile=_with_noes(there.profile, moved.profile),
        live=(*there.live, *(one for one in other if (one.name, one.instance) not in lying)),
        invitations=tuple(sorted(invitations, key=lambda one: one.at)),
        past=with_ended(there.past, (one for one in other if (one.name, one.instance) in lying)),
    )


def _with_noes(profile: Profile, said: Profile) -> Profile:
    """The profile after the noes of another spelling of the same customer, each at its time."""
    for entry in said.suppressed:
        profile = sayings.suppressed(profile, entry, said_at(said, f"suppressed/{entry}"))
    for channel in [channel for channel, agreed in said.consent.items() if not agreed]:
        profile = sayings.agreed(profile, {channel: False}, said_at(said, f"consent/{channel}"))
    if said.unclear is not None:
        profile = sayings.unclear_consent(profile, said.unclear)
    # A list of channels, and `forget`, take back each earlier yes that they do not repeat.
    whole = max(said_at(said, "consent"), said_at(said, "forget"))
    void = {
        channel
        for channel, agreed in profile.consent.items()
        if agreed and said_at(profile, f"consent/{channel}") < whole and channel not in said.consent
    }
    return replace(
        profile, consent={channel: yes for channel, yes in profile.consent.items() if channel not in void}
    )
