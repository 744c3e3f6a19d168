"""A transaction on SQLite. One writer at a time, so nothing conflicts but what the caller read before."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from router.model.invitation_states import LAPSE_AFTER, OPEN_STATES
from router.model.ledger import (
    Changes,
    Conflict,
    InstanceKey,
    InvitationChange,
    InvitationRow,
    JournalRow,
    Leased,
    QuotaKey,
    StateRow,
    StoredState,
)
from router.store.schema import MICROSECOND, from_micros, to_micros
from router.store.transaction import AT_THE_SENDER, FOLLOWING, Transaction, last_changes

_STATES: Final = """
    SELECT c.customer_id, c.version, c.body
    FROM json_each(?) asked CROSS JOIN customers c ON c.customer_id = asked.value
"""
# JSON holds no bytes: the keys come as one blob, 16 bytes for each place in the list of customers.
_JOURNALED: Final = """
    SELECT j.customer_id, j.key
    FROM json_each(?1) asked
    CROSS JOIN journal j ON j.customer_id = asked.value AND j.key = substr(?2, asked.key * 16 + 1, 16)
"""
_COUNTS: Final = """
    SELECT q.quota, q.value, q.period, q.count
    FROM json_each(?) asked
    CROSS JOIN quota_counts q
        ON q.quota = json_extract(asked.value, '$[0]') AND q.value = json_extract(asked.value, '$[1]')
"""
_UPDATE_STATE: Final = (
    "UPDATE customers SET version = version + 1, body = ?, wake_at = ? WHERE customer_id = ? AND version = ?"
)
_NEW_STATE: Final = "INSERT INTO customers (customer_id, version, body, wake_at) VALUES (?, 1, ?, ?)"
_JOURNAL: Final = f"""
    INSERT INTO journal ({", ".join(JournalRow.__struct_fields__)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - fixed column names
_ROW: Final = ", ".join(InvitationRow.__struct_fields__)
_PLANNED: Final = (
    f"INSERT INTO invitations ({_ROW}) VALUES ({', '.join('?' * len(InvitationRow.__struct_fields__))})"  # noqa: S608
)
_OPEN: Final = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
_CHANGE: Final = f"""
    UPDATE invitations SET
        state = ?1, reason = ?2, due_at = coalesce(?5, due_at), next_at = ?8, changed_at = ?9,
        settled_at = CASE WHEN state = 'planned' THEN ?3 ELSE settled_at END,
        settled_seq = CASE WHEN state = 'planned' THEN ?4 ELSE settled_seq END,
        recipient = CASE
            WHEN ?1 IN ('planned', 'queued') OR keep_recipient AND ?1 IN ({_OPEN}) THEN recipient END,
        lease_token = CASE WHEN ?1 = 'queued' THEN lease_token END,
        leased_until = CASE WHEN ?1 = 'queued' THEN leased_until END
    WHERE customer_id = ?6 AND id = ?7 AND state IN ({_OPEN})
"""  # noqa: S608 - fixed states
_INHERIT: Final = """
    UPDATE invitations AS i SET recipient = (
        SELECT p.recipient FROM invitations p
        WHERE p.customer_id = i.customer_id AND p.root = i.root AND p.recipient IS NOT NULL LIMIT 1
    )
    WHERE i.customer_id = ? AND i.id = ?
"""
_SAVE_COUNT: Final = """
    INSERT INTO quota_counts (quota, value, period, count) VALUES (?, ?, ?, ?)
    ON CONFLICT (quota, value, period) DO UPDATE SET count = excluded.count
"""
_DUE: Final = f"""
    SELECT {_ROW} FROM invitations
    WHERE next_at <= ? AND state IN ('planned', 'queued') AND (leased_until IS NULL OR leased_until <= ?)
    ORDER BY next_at, customer_id LIMIT ?
"""  # noqa: S608 - fixed column names
_LEASE: Final = "UPDATE invitations SET lease_token = ?, leased_until = ? WHERE customer_id = ? AND id = ?"
_RELEASE: Final = (
    "UPDATE invitations SET lease_token = NULL, leased_until = NULL WHERE id = ? AND lease_token = ?"
)
_SETTLE: Final = """
    UPDATE invitations
    SET state = 'sent', lease_token = NULL, leased_until = NULL,
        recipient = CASE WHEN keep_recipient THEN recipient END,
        next_at = CASE WHEN kind <> 'cancellation' THEN settled_at + ? END
    WHERE customer_id = ? AND id = ? AND state = 'queued' AND lease_token = ?
"""
_LAPSE: Final = f"""
    UPDATE invitations
    SET state = 'unanswered', reason = 'not_answered', changed_at = ?1, next_at = NULL, recipient = NULL
    WHERE (customer_id, id) IN (
        SELECT customer_id, id FROM invitations
        WHERE next_at <= ?1 AND state IN ({", ".join(f"'{state}'" for state in AT_THE_SENDER)})
        ORDER BY next_at, customer_id LIMIT ?2
    )
"""  # noqa: S608 - fixed states
_WAKEFUL: Final = "SELECT customer_id FROM customers WHERE wake_at <= ? ORDER BY wake_at LIMIT ?"
_OWNERS: Final = """
    SELECT o.attribute, o.value, o.customer_id
    FROM json_each(?) asked
    CROSS JOIN instance_owners o
        ON o.attribute = json_extract(asked.value, '$[0]') AND o.value = json_extract(asked.value, '$[1]')
"""
_SAVE_OWNER: Final = (
    "INSERT INTO instance_owners (attribute, value, customer_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
)
_ASKED: Final = """
    SELECT i.id, i.customer_id
    FROM json_each(?1) asked CROSS JOIN invitations i ON i.id = substr(?2, asked.key * 16 + 1, 16)
"""
_FREE_MOMENTS: Final = """
    SELECT r.cap, r.free_at FROM json_each(?) asked CROSS JOIN rate_caps r ON r.cap = asked.value
"""
_KEEP_MOMENT: Final = """
    INSERT INTO rate_caps (cap, free_at) VALUES (?, ?)
    ON CONFLICT (cap) DO UPDATE SET free_at = excluded.free_at
"""


class SqliteTransaction(Transaction):
    """Begun with BEGIN IMMEDIATE: what it loads nobody else can change."""

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """See `Transaction.load`."""
        states: dict[str, StoredState] = {}
        journaled: set[tuple[str, UUID]] = set()
        if customers:
            for customer_id, version, body in await self._rows(_STATES, json.dumps(sorted(customers))):
                states[customer_id] = StoredState(version, body)
        if keys:
            asked = sorted(keys, key=lambda pair: pair[0])
            names = json.dumps([customer_id for customer_id, _ in asked])
            found = await self._rows(_JOURNALED, names, b"".join([key.bytes for _, key in asked]))
            journaled.update((customer_id, UUID(bytes=key)) for customer_id, key in found)
        return states, journaled

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """See `Transaction.counts`."""
        if not values:
            return {}
        found = await self._rows(_COUNTS, json.dumps(sorted(set(values))))
        return {QuotaKey(quota, value, period): count for quota, value, period, count in found}

    async def save(self, changes: Changes) -> None:
        """See `Transaction.save`."""
        await self._save_states(changes.states)
        journal = sorted(changes.journal, key=lambda row: row.customer_id)
        await self._many(_JOURNAL, [_journal_values(row) for row in journal])
        planned = sorted(changes.planned, key=lambda row: row.customer_id)
        await self._many(_PLANNED, [_invitation_values(row) for row in planned])
        following = [row for row in planned if row.kind in FOLLOWING]
        await self._many(_INHERIT, [(row.customer_id, row.id.bytes) for row in following])
        await self._many(_CHANGE, [_change_values(change) for change in last_changes(changes.changed)])
        await self._save_counts(changes.counts)
        owners = [(key.attribute, key.value, customer) for key, customer in changes.owners.items()]
        await self._many(_SAVE_OWNER, owners)

    async def lease(self, now: datetime, wall: datetime, until: datetime, limit: int) -> list[Leased]:
        """See `Transaction.lease`."""
        token = uuid4()
        found = await self._rows(_DUE, to_micros(now), to_micros(wall), limit)
        rows = [_invitation(row) for row in found]
        end = to_micros(until)
        await self._many(_LEASE, [(token.bytes, end, row.customer_id, row.id.bytes) for row in rows])
        return [Leased(row, token) for row in rows]

    async def release(self, token: UUID, ids: Sequence[UUID]) -> None:
        """See `Transaction.release`."""
        await self._many(_RELEASE, [(invitation.bytes, token.bytes) for invitation in ids])

    async def settle(self, token: UUID, ids: Sequence[tuple[str, UUID]]) -> int:
        """See `Transaction.settle`."""
        lapse = LAPSE_AFTER // MICROSECOND
        return await self._many(
            _SETTLE, [(lapse, customer_id, invitation.bytes, token.bytes) for customer_id, invitation in ids]
        )

    async def lapse(self, now: datetime, limit: int) -> int:
        """See `Transaction.lapse`."""
        found = await self._connection.exec_driver_sql(_LAPSE, (to_micros(now), limit))
        return found.rowcount

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """See `Transaction.wakeful`."""
        return [customer_id for (customer_id,) in await self._rows(_WAKEFUL, to_micros(now), limit)]

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """See `Transaction.owners`."""
        asked = json.dumps([[key.attribute, key.value] for key in instances])
        found = await self._rows(_OWNERS, asked)
        return {InstanceKey(attribute, value): customer for attribute, value, customer in found}

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """See `Transaction.asked`."""
        places = json.dumps(list(range(len(invitations))))
        found = await self._rows(_ASKED, places, b"".join([name.bytes for name in invitations]))
        return {UUID(bytes=name): customer_id for name, customer_id in found}

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """See `Transaction.free_moments`."""
        found = await self._rows(_FREE_MOMENTS, json.dumps(sorted(caps)))
        return {cap: from_micros(free_at) for cap, free_at in found}

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """See `Transaction.keep_moments`."""
        await self._many(_KEEP_MOMENT, [(cap, to_micros(at)) for cap, at in moments.items()])

    async def _save_states(self, states: Sequence[StateRow]) -> None:
        rows = sorted(states, key=lambda row: row.customer_id)
        known = [
            (row.body, _micros(row.wake_at), row.customer_id, row.version) for row in rows if row.version
        ]
        updated = await self._many(_UPDATE_STATE, known)
        if updated != len(known):
            raise Conflict(f"{len(known) - updated} of {len(known)} customers changed meanwhile")
        new = [(row.customer_id, row.body, _micros(row.wake_at)) for row in rows if not row.version]
        await self._many(_NEW_STATE, new)

    async def _save_counts(self, counts: Mapping[QuotaKey, int]) -> None:
        rows = [(key.quota, key.value, key.period, count) for key, count in counts.items()]
        await self._many(_SAVE_COUNT, rows)

    async def _rows(self, statement: str, *parameters: Any) -> Sequence[Any]:
        return (await self._connection.exec_driver_sql(statement, parameters)).all()

    async def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
        parameters = list(rows)
        if not parameters:
            return 0
        try:
            return (await self._connection.exec_driver_sql(statement, parameters)).rowcount
        except IntegrityError as error:
            raise Conflict("a row exists already") from error


def _journal_values(row: JournalRow) -> tuple[Any, ...]:
    return (
        row.customer_id,
        row.key.bytes,
        row.seq,
        to_micros(row.time),
        to_micros(row.now),
        row.interaction_id,
        row.revision,
        row.reason,
        row.verdict,
        row.body,
    )


def _invitation_values(row: InvitationRow) -> tuple[Any, ...]:
    return (
        row.customer_id,
        row.id.bytes,
        row.key.bytes,
        row.rule,
        row.survey,
        row.metric,
        row.channel,
        row.state,
        to_micros(row.due_at),
        to_micros(row.planned_at),
        row.revision,
        row.body,
        row.recipient,
        row.kind,
        row.root.bytes if row.root else None,
        row.keep_recipient,
        _micros(row.next_at),
    )


def _invitation(row: Sequence[Any]) -> InvitationRow:
    fields = dict(zip(InvitationRow.__struct_fields__, row, strict=True))
    for name in ("id", "key", "root"):
        fields[name] = UUID(bytes=fields[name]) if fields[name] else None
    for name in ("due_at", "planned_at", "next_at"):
        fields[name] = None if fields[name] is None else from_micros(fields[name])
    fields["keep_recipient"] = bool(fields["keep_recipient"])
    return InvitationRow(**fields)


def _change_values(change: InvitationChange) -> tuple[Any, ...]:
    return (
        change.state,
        change.reason,
        to_micros(change.at),
        change.seq,
        _micros(change.due_at),
        change.customer_id,
        change.id.bytes,
        _micros(change.next_at),
        to_micros(change.changed_at or change.at),
    )


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)
