"""States, journal, invitations and counts on PostgreSQL."""

from collections.abc import Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import astuple
from sqlalchemy import text

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
from router.model.remembered import RememberedRow
from router.model.responses import ResponseRow
from router.store.cell_rows import COVERAGE_COLUMNS, SCORE_COLUMNS, coverage_values, score_values
from router.store.postgres.base import PostgresStatements
from router.store.responses import COLUMNS, UPDATES, answerable_of, answerable_query, values_of
from router.store.transaction import FOLLOWING, MOST_FORGOTTEN, forgotten_before, last_changes

_customer: Final = attrgetter("customer_id")
_JOURNAL_COLUMNS: Final = JournalRow.__struct_fields__
_INVITATION_COLUMNS: Final = InvitationRow.__struct_fields__
# JSON: asyncpg asks of each element of an array what it is, which costs more than all else here.
_STATES: Final = """
    SELECT customer_id, version, body FROM customers
    WHERE customer_id = ANY(ARRAY(SELECT json_array_elements_text($1::json))) ORDER BY customer_id FOR UPDATE
"""
_JOURNALED: Final = """
    SELECT j.customer_id, j.key
    FROM ROWS FROM (json_array_elements_text($1::json), unnest($2::uuid[])) AS asked (customer_id, key)
    JOIN journal j ON j.customer_id = asked.customer_id AND j.key = asked.key
"""

_COUNTS: Final = text("""
    SELECT q.quota, q.value, q.period, q.count
    FROM unnest(CAST(:quotas AS text[]), CAST(:values AS text[])) AS asked (quota, value)
    JOIN quota_counts q ON q.quota = asked.quota AND q.value = asked.value
""")
_UPDATE_STATES: Final = """
    UPDATE customers c SET
        version = new.version + 1, body = new.body, wake_at = new.wake_at, scheduled_by = new.scheduled_by
    FROM ROWS FROM (
        json_to_recordset($1::json) AS (
            customer_id text, version integer, wake_at timestamptz, scheduled_by bigint
        ),
        unnest($2::bytea[])
    ) AS new (customer_id, version, wake_at, scheduled_by, body)
    WHERE c.customer_id = new.customer_id AND c.version = new.version
"""
# What is released and held at once keeps its place in the queue: no index changes until it is settled.
# The states are parameters here and in _SETTLE: as literals they would let the planner walk the whole index of
# open invitations for each row, which after an ANALYZE that finds it small it does.
_CHANGE: Final = text("""
    UPDATE invitations i SET
        state = new.state, reason = new.reason, changed_at = coalesce(new.changed_at, new.at),
        next_at = CASE WHEN new.state = 'queued' AND CAST(:token AS uuid) IS NOT NULL THEN i.next_at ELSE new.next_at END,
        settled_at = CASE WHEN i.state = CAST(:planned AS text) OR new.state = 'queued' THEN new.at ELSE i.settled_at END,
        settled_seq = CASE WHEN i.state = CAST(:planned AS text) THEN new.seq ELSE i.settled_seq END,
        due_at = coalesce(new.due_at, i.due_at), channel = coalesce(new.channel, i.channel),
        recipient = CASE
            WHEN new.state IN ('planned', 'queued') OR i.keep_recipient AND new.state = ANY(CAST(:open AS text[]))
            THEN i.recipient END,
        lease_token = CASE WHEN new.state = 'queued' THEN coalesce(CAST(:token AS uuid), i.lease_token) END,
        leased_until = CASE WHEN new.state = 'queued' THEN coalesce(CAST(:until AS timestamptz), i.leased_until) END
    FROM json_to_recordset(CAST(:changes AS json)) AS new (
        customer_id text, id uuid, state text, reason text, at timestamptz, seq integer, due_at timestamptz,
        next_at timestamptz, changed_at timestamptz, channel text
    )
    WHERE i.customer_id = new.customer_id AND i.id = new.id AND i.state = ANY(CAST(:open AS text[]))
""")
_SAVE_COUNTS: Final = text("""
    INSERT INTO quota_counts (quota, value, period, count)
    SELECT * FROM unnest(
        CAST(:quotas AS text[]), CAST(:values AS text[]), CAST(:periods AS text[]), CAST(:counts AS integer[]))
    ON CONFLICT (quota, value, period) DO UPDATE SET count = excluded.count
""")
# What follows an invitation is sent to the address that came with it, which is kept for this.
_INHERIT: Final = text("""
    UPDATE invitations i SET recipient = (
        SELECT p.recipient FROM invitations p
        WHERE p.customer_id = i.customer_id AND p.root = i.root AND p.recipient IS NOT NULL LIMIT 1
    )
    FROM unnest(CAST(:customers AS text[]), CAST(:ids AS uuid[])) AS new (customer_id, id)
    WHERE i.customer_id = new.customer_id AND i.id = new.id
""")
_OWNERS: Final = text("""
    SELECT o.attribute, o.value, o.customer_id
    FROM unnest(CAST(:attributes AS text[]), CAST(:values AS text[])) AS asked (attribute, value)
    JOIN instance_owners o ON o.attribute = asked.attribute AND o.value = asked.value
""")
_SAVE_OWNERS: Final = text("""
    INSERT INTO instance_owners (attribute, value, customer_id)
    SELECT * FROM unnest(CAST(:attributes AS text[]), CAST(:values AS text[]), CAST(:customers AS text[]))
    ON CONFLICT DO NOTHING
""")
_REMEMBERED: Final = """
    SELECT key, body FROM remembered_values WHERE key = ANY($1::uuid[]) ORDER BY key FOR UPDATE
"""
_REMEMBER: Final = """
    UPDATE remembered_values r SET body = new.body, noted_on = new.noted_on
    FROM unnest($1::uuid[], $2::bytea[], $3::date[]) AS new (key, body, noted_on)
    WHERE r.key = new.key
"""
# Few at a time, and none that another process has in hand.
_FORGET: Final = """
    DELETE FROM remembered_values WHERE key IN (
        SELECT key FROM remembered_values WHERE noted_on < $1 ORDER BY noted_on LIMIT $2 FOR UPDATE SKIP LOCKED
    )
"""
_ASKED: Final = text("SELECT id, customer_id FROM invitations WHERE id = ANY(CAST(:ids AS uuid[]))")

# Each step by an index, whatever PostgreSQL knows of the tables: one that was never analyzed is not read as a whole.
_ANSWERABLE: Final = answerable_query("""
    unnest($1::text[], $2::uuid[]) AS asked (customer_id, name)
    CROSS JOIN LATERAL (
        SELECT a.id, a.root FROM invitations a
        WHERE a.customer_id = asked.customer_id AND a.id = asked.name OFFSET 0
    ) a
    CROSS JOIN LATERAL (
        SELECT * FROM invitations i
        WHERE i.customer_id = asked.customer_id AND i.root = a.root AND i.kind <> 'cancellation' OFFSET 0
    ) i
    LEFT JOIN LATERAL (
        SELECT * FROM responses r
        WHERE r.customer_id = asked.customer_id AND r.invitation_id = a.root OFFSET 0
    ) r ON true
""")
_SAVE_RESPONSES: Final = text(f"""
    INSERT INTO responses ({", ".join(COLUMNS)})
    SELECT {", ".join(COLUMNS)} FROM json_populate_recordset(CAST(NULL AS responses), CAST(:rows AS json))
    ON CONFLICT (customer_id, invitation_id) DO UPDATE SET {UPDATES}
""")  # noqa: S608 - fixed columns


class PostgresLedger(PostgresStatements):
    """States, journal, invitations and counts.

    A busy dispatcher meets nearly every batch of a worker at some customer; without locks the whole batch
    would be decided again each time.
    """

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """See `Transaction.load`."""
        states: dict[str, StoredState] = {}
        journaled: set[tuple[str, UUID]] = set()
        driver = await self._driver()
        if customers:
            for customer_id, version, body in await driver.fetch(_STATES, _as_json(sorted(customers))):
                states[customer_id] = StoredState(version, body)
        if keys:
            pairs = sorted(keys, key=itemgetter(0))
            rows = await driver.fetch(_JOURNALED, _as_json([c for c, _ in pairs]), [k for _, k in pairs])
            journaled.update((customer_id, key) for customer_id, key in rows)
        return states, journaled

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """See `Transaction.counts`."""
        if not values:
            return {}
        asked = sorted(set(values))
        await self._lock(asked)
        found = await self._rows(_COUNTS, quotas=[q for q, _ in asked], values=[v for _, v in asked])
        return {QuotaKey(quota, value, period): count for quota, value, period, count in found}

    async def save(self, changes: Changes) -> None:
        """See `Transaction.save`."""
        await self._save_states(changes.states)
        journal = sorted(changes.journal, key=_customer)
        await self._copy("journal", _JOURNAL_COLUMNS, [astuple(row) for row in journal])
        planned = sorted(changes.planned, key=_customer)
        await self._copy("invitations", _INVITATION_COLUMNS, [astuple(row) for row in planned])
        await self._inherit([row for row in planned if row.kind in FOLLOWING])
        await self._change(last_changes(changes.changed), changes.lease)
        await self._save_counts(changes.counts)
        await self._save_owners(changes.owners)
        # Appended, not added: two transactions never wait for one another on a cell.
        await self._copy("score_changes", SCORE_COLUMNS, [score_values(cell) for cell in changes.scores])
        coverage = [coverage_values(cell) for cell in changes.coverage]
        await self._copy("coverage_changes", COVERAGE_COLUMNS, coverage)
        await self._save_responses(changes.responses)
        await self.add_alerts(changes.alerts)
        await self._remember(changes.remembered)

    async def remembered(self, keys: Sequence[UUID]) -> dict[UUID, bytes]:
        """See `Transaction.remembered`."""
        found = await (await self._driver()).fetch(_REMEMBERED, list(keys))
        return {key: bytes(body) for key, body in found}

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """See `Transaction.owners`."""
        attributes, values = [key.attribute for key in instances], [key.value for key in instances]
        found = await self._rows(_OWNERS, attributes=attributes, values=values)
        return {InstanceKey(attribute, value): customer for attribute, value, customer in found}

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """See `Transaction.asked`."""
        return dict(map(tuple, await self._rows(_ASKED, ids=list(invitations))))

    async def answerable(self, named: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], Answerable]:
        """See `Transaction.answerable`."""
        found = await (await self._driver()).fetch(
            _ANSWERABLE, [customer for customer, _ in named], [name for _, name in named]
        )
        return answerable_of(found, named, _as_it_is, _as_it_is)

    async def _save_states(self, states: Sequence[StateRow]) -> None:
        rows = sorted(states, key=_customer)
        known = [row for row in rows if row.version]
        if known:
            driver = await self._driver()
            updates = [
                {
                    "customer_id": row.customer_id,
                    "version": row.version,
                    "wake_at": row.wake_at,
                    "scheduled_by": row.scheduled_by,
                }
                for row in known
            ]
            done = await driver.execute(_UPDATE_STATES, _as_json(updates), [row.body for row in known])
            updated = int(done.removeprefix("UPDATE "))
            if updated != len(known):
                raise Conflict(f"{len(known) - updated} of {len(known)} customers changed meanwhile")
        new = [
            (row.customer_id, 1, row.body, row.wake_at, row.scheduled_by) for row in rows if not row.version
        ]
        await self._copy("customers", ("customer_id", "version", "body", "wake_at", "scheduled_by"), new)

    async def _inherit(self, rows: Sequence[InvitationRow]) -> None:
        if rows:
            customers, ids = [row.customer_id for row in rows], [row.id for row in rows]
            await self._count(_INHERIT, customers=customers, ids=ids)

    async def _change(self, changes: Sequence[InvitationChange], lease: Lease | None) -> None:
        if changes:
            await self._count(
                _CHANGE,
                open=sorted(OPEN_STATES),
                planned="planned",
                token=lease.token if lease else None,
                until=lease.until if lease else None,
                changes=_as_json(changes),
            )

    async def _save_counts(self, counts: Mapping[QuotaKey, int]) -> None:
        if counts:
            keys = sorted(counts)
            await self._count(
                _SAVE_COUNTS,
                quotas=[key.quota for key in keys],
                values=[key.value for key in keys],
                periods=[key.period for key in keys],
                counts=[counts[key] for key in keys],
            )

    async def _save_owners(self, owners: Mapping[InstanceKey, str]) -> None:
        if owners:
            keys = sorted(owners)
            await self._count(
                _SAVE_OWNERS,
                attributes=[key.attribute for key in keys],
                values=[key.value for key in keys],
                customers=[owners[key] for key in keys],
            )

    async def _remember(self, rows: Sequence[RememberedRow]) -> None:
        if not rows:
            return
        driver = await self._driver()
        known = [row for row in rows if not row.new]
        if known:
            keys, bodies, days = zip(*((row.key, row.body, row.noted_on) for row in known), strict=True)
            await driver.execute(_REMEMBER, keys, bodies, days)
        new = [(row.key, row.body, row.noted_on) for row in rows if row.new]
        await self._copy("remembered_values", ("key", "body", "noted_on"), new)
        await driver.execute(_FORGET, forgotten_before(rows), MOST_FORGOTTEN)

    async def _save_responses(self, rows: Sequence[ResponseRow]) -> None:
        if rows:
            ordered = sorted(rows, key=_customer)
            await self._count(_SAVE_RESPONSES, rows=_as_json([values_of(row) for row in ordered]))


def _as_it_is(value: Any) -> Any:
    return value


def _as_json(rows: Any) -> str:
    return msgspec.json.encode(rows).decode()
