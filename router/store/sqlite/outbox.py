"""What the dispatcher does on SQLite: finding what is due, holding and settling it, rate caps."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from router.model.invitation_states import LAPSE_AFTER
from router.model.ledger import Due, DueRow, Lease, Situation, StoredState
from router.store.schema import MICROSECOND, from_micros, to_micros
from router.store.sqlite.base import SqliteStatements
from router.store.transaction import in_order

_DUE: Final = """
    SELECT i.customer_id, i.id, i.kind, i.state, i.due_at, i.next_at, i.revision, i.recipient,
        CASE WHEN i.state = 'queued' THEN i.body END, c.version, c.body
    FROM invitations i JOIN customers c ON c.customer_id = i.customer_id
    WHERE i.next_at <= ?1 AND (i.leased_until IS NULL OR i.leased_until <= ?2)
        AND NOT EXISTS (SELECT 1 FROM set_aside s WHERE s.customer_id = i.customer_id)
    ORDER BY i.next_at, i.customer_id LIMIT ?3
"""
_HOLD: Final = "UPDATE invitations SET lease_token = ?, leased_until = ? WHERE customer_id = ? AND id = ?"
_SETTLE: Final = """
    UPDATE invitations
    SET state = 'sent', lease_token = NULL, leased_until = NULL,
        recipient = CASE WHEN keep_recipient THEN recipient END,
        next_at = CASE WHEN kind <> 'cancellation' THEN settled_at + ? END
    WHERE customer_id = ? AND id = ? AND state = 'queued' AND lease_token = ?
"""
_LAPSE: Final = """
    UPDATE invitations
    SET state = 'unanswered', reason = 'not_answered', changed_at = ?, next_at = NULL, recipient = NULL
    WHERE customer_id = ? AND id = ?
"""
_WAKEFUL: Final = """
    SELECT customer_id FROM customers c
    WHERE wake_at <= ? AND NOT EXISTS (SELECT 1 FROM set_aside s WHERE s.customer_id = c.customer_id)
    ORDER BY wake_at LIMIT ?
"""
_FREE_MOMENTS: Final = """
    SELECT r.cap, r.free_at FROM json_each(?) asked CROSS JOIN rate_caps r ON r.cap = asked.value
"""
_KEEP_MOMENT: Final = """
    INSERT INTO rate_caps (cap, free_at) VALUES (?, ?)
    ON CONFLICT (cap) DO UPDATE SET free_at = excluded.free_at
"""


class SqliteOutbox(SqliteStatements):
    """What is due, and what became of it."""

    async def situation(self) -> Situation:
        """See `Transaction.situation`."""
        names = [customer_id for (customer_id,) in await self._rows("SELECT customer_id FROM set_aside")]
        [(nobodys,)] = await self._rows("SELECT EXISTS (SELECT 1 FROM journal WHERE customer_id = '')")
        return Situation(datetime.now(UTC), frozenset(names), bool(nobodys))

    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        """See `Transaction.due`."""
        found = await self._rows(_DUE, to_micros(now), to_micros(wall), limit)
        states = {row[0]: StoredState(row[-2], row[-1]) for row in found}
        return Due(in_order(_due(row) for row in found), states)

    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        """See `Transaction.hold`."""
        until = to_micros(lease.until)
        await self._many(
            _HOLD, [(lease.token.bytes, until, customer, UUID(name).bytes) for customer, name in ids]
        )

    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        """See `Transaction.settle`."""
        lapse = LAPSE_AFTER // MICROSECOND
        return await self._many(
            _SETTLE, [(lapse, customer_id, UUID(name).bytes, token.bytes) for customer_id, name in ids]
        )

    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        """See `Transaction.lapse`."""
        await self._many(_LAPSE, [(to_micros(now), customer, UUID(name).bytes) for customer, name in ids])

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """See `Transaction.wakeful`."""
        return [customer_id for (customer_id,) in await self._rows(_WAKEFUL, to_micros(now), limit)]

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """See `Transaction.free_moments`."""
        found = await self._rows(_FREE_MOMENTS, json.dumps(sorted(caps)))
        return {cap: from_micros(free_at) for cap, free_at in found}

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """See `Transaction.keep_moments`."""
        await self._many(_KEEP_MOMENT, [(cap, to_micros(at)) for cap, at in moments.items()])


def _due(row: Sequence[Any]) -> DueRow:
    customer_id, name, kind, state, due_at, next_at, revision, recipient, body, *_ = row
    return DueRow(
        customer_id, str(UUID(bytes=name)), kind, state, from_micros(due_at), from_micros(next_at), revision, recipient, body
    )  # fmt: skip
