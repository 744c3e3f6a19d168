"""States, journal, invitations and counts on SQLite."""

import json
from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import msgspec

from router.model.invitation_states import OPEN_STATES
from router.model.ledger import (
    Answerable,
    Changes,
    Conflict,
    InstanceKey,
    InvitationChange,
    InvitationRow,
    JournalRow,
    Lease,
    QuotaKey,
    StateRow,
    StoredState,
)
from router.model.responses import ResponseRow
from router.store.cell_rows import COVERAGE_COLUMNS, SCORE_COLUMNS, coverage_values, score_values
from router.store.responses import (
    COLUMNS,
    IDS,
    PLAIN,
    TIMES,
    UPDATES,
    answerable_of,
    answerable_query,
    values_of,
)
from router.store.schema import from_micros, to_micros
from router.store.sqlite.base import SqliteStatements, micros
from router.store.transaction import FOLLOWING, MOST_FORGOTTEN, forgotten_before, last_changes

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
_UPDATE_STATE: Final = """
    UPDATE customers SET version = version + 1, body = ?, wake_at = ?, scheduled_by = ?
    WHERE customer_id = ? AND version = ?
"""
_NEW_STATE: Final = (
    "INSERT INTO customers (customer_id, version, body, wake_at, scheduled_by) VALUES (?, 1, ?, ?, ?)"
)
_JOURNAL: Final = f"""
    INSERT INTO journal ({", ".join(JournalRow.__struct_fields__)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - fixed column names
_ROW: Final = ", ".join(InvitationRow.__struct_fields__)
_PLANNED: Final = (
    f"INSERT INTO invitations ({_ROW}) VALUES ({', '.join('?' * len(InvitationRow.__struct_fields__))})"  # noqa: S608
)
_OPEN: Final = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
_CHANGE: Final = f"""
    UPDATE invitations SET
        state = ?1, reason = ?2, due_at = coalesce(?5, due_at),
        next_at = CASE WHEN ?1 = 'queued' AND ?11 IS NOT NULL THEN next_at ELSE ?8 END, changed_at = ?9,
        channel = coalesce(?10, channel),
        settled_at = CASE WHEN state = 'planned' OR ?1 = 'queued' THEN ?3 ELSE settled_at END,
        settled_seq = CASE WHEN state = 'planned' THEN ?4 ELSE settled_seq END,
        recipient = CASE
            WHEN ?1 IN ('planned', 'queued') OR keep_recipient AND ?1 IN ({_OPEN}) THEN recipient END,
        lease_token = CASE WHEN ?1 = 'queued' THEN coalesce(?11, lease_token) END,
        leased_until = CASE WHEN ?1 = 'queued' THEN coalesce(?12, leased_until) END
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
_OWNERS: Final = """
    SELECT o.attribute, o.value, o.customer_id
    FROM json_each(?) asked
    CROSS JOIN instance_owners o
        ON o.attribute = json_extract(asked.value, '$[0]') AND o.value = json_extract(asked.value, '$[1]')
"""
_SAVE_OWNER: Final = (
    "INSERT INTO instance_owners (attribute, value, customer_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
)
_REMEMBERED: Final = """
    SELECT r.key, r.body
    FROM json_each(?1) asked CROSS JOIN remembered_values r ON r.key = substr(?2, asked.key * 16 + 1, 16)
"""
_REMEMBER: Final = """
    INSERT INTO remembered_values (key, body, noted_on) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET body = excluded.body, noted_on = excluded.noted_on
"""
_FORGET: Final = """
    DELETE FROM remembered_values WHERE key IN (
        SELECT key FROM remembered_values WHERE noted_on < ? ORDER BY noted_on LIMIT ?
    )
"""
_ASKED: Final = """
    SELECT i.id, i.customer_id
    FROM json_each(?1) asked CROSS JOIN invitations i ON i.id = substr(?2, asked.key * 16 + 1, 16)
"""

_ANSWERABLE: Final = answerable_query("""
    json_each(?1) asked
    CROSS JOIN invitations a ON a.id = substr(?2, asked.key * 16 + 1, 16)
    JOIN invitations i ON i.customer_id = a.customer_id AND i.root = a.root AND i.kind <> 'cancellation'
    LEFT JOIN responses r ON r.customer_id = i.customer_id AND r.invitation_id = i.root
""")
_SAVE_RESPONSE: Final = f"""
    INSERT INTO responses ({", ".join(COLUMNS)}) VALUES ({", ".join("?" * len(COLUMNS))})
    ON CONFLICT (customer_id, invitation_id) DO UPDATE SET {UPDATES}
"""  # noqa: S608 - fixed columns


def _change_of(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


_SCORE_CHANGE: Final = _change_of("score_changes", SCORE_COLUMNS)
_COVERAGE_CHANGE: Final = _change_of("coverage_changes", COVERAGE_COLUMNS)

_in_order: Final = itemgetter(*COLUMNS)


class SqliteLedger(SqliteStatements):
    """States, journal, invitations and counts."""

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
            pairs = sorted(keys, key=lambda pair: pair[0])
            names = json.dumps([customer_id for customer_id, _ in pairs])
            rows = await self._rows(_JOURNALED, names, b"".join([key.bytes for _, key in pairs]))
            journaled.update((customer_id, UUID(bytes=key)) for customer_id, key in rows)
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
        await self._many(
            _CHANGE, [_change_values(change, changes.lease) for change in last_changes(changes.changed)]
        )
        counts = [(key.quota, key.value, key.period, count) for key, count in changes.counts.items()]
        await self._many(_SAVE_COUNT, counts)
        owners = [(key.attribute, key.value, customer) for key, customer in changes.owners.items()]
        await self._many(_SAVE_OWNER, owners)
        await self._many(_SCORE_CHANGE, [_cell_values(score_values(cell)) for cell in changes.scores])
        await self._many(_COVERAGE_CHANGE, [_cell_values(coverage_values(cell)) for cell in changes.coverage])
        await self._many(_SAVE_RESPONSE, [_response_values(row) for row in changes.responses])
        await self.add_alerts(changes.alerts)
        remembered = [(row.key.bytes, row.body, row.noted_on.isoformat()) for row in changes.remembered]
        await self._many(_REMEMBER, remembered)
        if remembered:
            before = forgotten_before(changes.remembered).isoformat()
            await self._many(_FORGET, [(before, MOST_FORGOTTEN)])

    async def remembered(self, keys: Sequence[UUID]) -> dict[UUID, bytes]:
        """See `Transaction.remembered`."""
        asked = {key.bytes: key for key in keys}
        found = await self._rows(_REMEMBERED, json.dumps(list(range(len(asked)))), b"".join(asked))
        return {asked[key]: body for key, body in found}

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

    async def answerable(self, named: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], Answerable]:
        """See `Transaction.answerable`."""
        places = json.dumps(list(range(len(named))))
        found = await self._rows(_ANSWERABLE, places, b"".join([name.bytes for _, name in named]))
        # Nearly all ids in the rows are those that were asked for.
        ids = {name.bytes: name for _, name in named}
        return answerable_of(found, named, lambda raw: ids.get(raw) or UUID(bytes=raw), from_micros)

    async def _save_states(self, states: Sequence[StateRow]) -> None:
        rows = sorted(states, key=lambda row: row.customer_id)
        known = [
            (row.body, micros(row.wake_at), row.scheduled_by, row.customer_id, row.version)
            for row in rows
            if row.version
        ]
        updated = await self._many(_UPDATE_STATE, known)
        if updated != len(known):
            raise Conflict(f"{len(known) - updated} of {len(known)} customers changed meanwhile")
        new = [
            (row.customer_id, row.body, micros(row.wake_at), row.scheduled_by)
            for row in rows
            if not row.version
        ]
        await self._many(_NEW_STATE, new)


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
        row.covered,
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
        micros(row.next_at),
        row.context,
    )


def _change_values(change: InvitationChange, lease: Lease | None) -> tuple[Any, ...]:
    return (
        change.state,
        change.reason,
        to_micros(change.at),
        change.seq,
        micros(change.due_at),
        change.customer_id,
        change.id.bytes,
        micros(change.next_at),
        to_micros(change.changed_at or change.at),
        change.channel,
        lease.token.bytes if lease else None,
        to_micros(lease.until) if lease else None,
    )


def _cell_values(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of a cell with its key as bytes and its day as text."""
    return tuple(
        value.bytes if isinstance(value, UUID) else value.isoformat() if isinstance(value, date) else value
        for value in values
    )


def _response_values(row: ResponseRow) -> tuple[Any, ...]:
    values = values_of(row)
    for name in IDS:
        values[name] = values[name].bytes
    for name in TIMES:
        values[name] = micros(values[name])
    for name in PLAIN:
        values[name] = msgspec.json.encode(values[name]).decode()
    kept: tuple[Any, ...] = _in_order(values)
    return kept
