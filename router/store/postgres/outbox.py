"""What the dispatcher does on PostgreSQL: finding what is due, holding and settling it, rate caps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text

from router.model.invitation_states import LAPSE_AFTER
from router.model.ledger import Due, DueRow, Lease, Situation, StoredState
from router.store.postgres.base import PostgresStatements
from router.store.transaction import in_order

# Only customers are locked, and none is waited for: workers lock customers first and their invitations after. The
# rows are read again behind the locks: until then another dispatcher may have taken them.
_TAKE: Final = text("""
    SELECT i.customer_id, CAST(i.id AS text), c.version, c.body
    FROM invitations i JOIN customers c ON c.customer_id = i.customer_id
    WHERE i.next_at <= :now AND (i.leased_until IS NULL OR i.leased_until <= :wall)
        AND NOT EXISTS (SELECT FROM set_aside s WHERE s.customer_id = i.customer_id)
    ORDER BY i.next_at, i.customer_id LIMIT :limit FOR NO KEY UPDATE OF c SKIP LOCKED
""")
_SITUATION: Final = text("""
    SELECT clock_timestamp(), ARRAY(SELECT customer_id FROM set_aside),
        EXISTS (SELECT FROM journal WHERE customer_id = '')
""")
_TAKEN: Final = text("""
    SELECT i.customer_id, CAST(i.id AS text), i.kind, i.state, i.due_at, i.next_at, i.revision, i.recipient,
        CASE WHEN i.state = 'queued' THEN i.body END
    FROM unnest(CAST(:customers AS text[]), CAST(CAST(:ids AS text[]) AS uuid[])) AS taken (customer_id, id)
    JOIN invitations i ON i.customer_id = taken.customer_id AND i.id = taken.id
    WHERE i.next_at <= :now AND (i.leased_until IS NULL OR i.leased_until <= :wall)
""")
_HOLD: Final = text("""
    UPDATE invitations i SET lease_token = :token, leased_until = :until
    FROM unnest(CAST(:customers AS text[]), CAST(CAST(:ids AS text[]) AS uuid[])) AS held (customer_id, id)
    WHERE i.customer_id = held.customer_id AND i.id = held.id
""")
# Ids go as texts: asyncpg asks of each element of an array what it is, unless it is a text.
# The state is a parameter: as a literal it would let the planner walk the whole index of what is open for each row.
_SETTLE: Final = text("""
    UPDATE invitations i
    SET state = 'sent', lease_token = NULL, leased_until = NULL,
        recipient = CASE WHEN i.keep_recipient THEN i.recipient END,
        next_at = CASE WHEN i.kind <> 'cancellation' THEN i.settled_at + CAST(:lapse AS interval) END
    FROM unnest(CAST(:customers AS text[]), CAST(CAST(:ids AS text[]) AS uuid[])) AS done (customer_id, id)
    WHERE i.customer_id = done.customer_id AND i.id = done.id
        AND i.state = CAST(:queued AS text) AND i.lease_token = :token
""")

_LAPSE: Final = text("""
    UPDATE invitations i
    SET state = 'unanswered', reason = 'not_answered', changed_at = :now, next_at = NULL, recipient = NULL
    FROM unnest(CAST(:customers AS text[]), CAST(CAST(:ids AS text[]) AS uuid[])) AS over (customer_id, id)
    WHERE i.customer_id = over.customer_id AND i.id = over.id
""")
_WAKEFUL: Final = text("""
    SELECT customer_id FROM customers c
    WHERE wake_at <= :now AND NOT EXISTS (SELECT FROM set_aside s WHERE s.customer_id = c.customer_id)
    ORDER BY wake_at LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_FREE_MOMENTS: Final = text("SELECT cap, free_at FROM rate_caps WHERE cap = ANY(CAST(:caps AS text[]))")
_KEEP_MOMENTS: Final = text("""
    INSERT INTO rate_caps (cap, free_at)
    SELECT * FROM unnest(CAST(:caps AS text[]), CAST(:moments AS timestamptz[]))
    ON CONFLICT (cap) DO UPDATE SET free_at = excluded.free_at
""")


class PostgresOutbox(PostgresStatements):
    """What is due, and what became of it."""

    async def situation(self) -> Situation:
        """See `Transaction.situation`."""
        [(now, names, nobodys)] = await self._rows(_SITUATION)
        return Situation(now, frozenset(names), nobodys)

    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        """See `Transaction.due`."""
        taken = await self._rows(_TAKE, now=now, wall=wall, limit=limit)
        if not taken:
            return Due([], {})
        customers, ids = [row[0] for row in taken], [row[1] for row in taken]
        found = await self._rows(_TAKEN, now=now, wall=wall, customers=customers, ids=ids)
        states = {customer_id: StoredState(version, body) for customer_id, _, version, body in taken}
        return Due(in_order(DueRow(*row) for row in found), states)

    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        """See `Transaction.hold`."""
        if ids:
            customers, names = [customer for customer, _ in ids], [name for _, name in ids]
            await self._count(_HOLD, token=lease.token, until=lease.until, customers=customers, ids=names)

    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        """See `Transaction.settle`."""
        if not ids:
            return 0
        done = sorted(ids)
        return await self._count(
            _SETTLE,
            token=token,
            queued="queued",
            lapse=LAPSE_AFTER,
            customers=[c for c, _ in done],
            ids=[i for _, i in done],
        )

    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        """See `Transaction.lapse`."""
        if ids:
            customers, names = [customer for customer, _ in ids], [name for _, name in ids]
            await self._count(_LAPSE, now=now, customers=customers, ids=names)

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """See `Transaction.wakeful`."""
        return [customer_id for (customer_id,) in await self._rows(_WAKEFUL, now=now, limit=limit)]

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """See `Transaction.free_moments`."""
        await self._lock([("rate cap", cap) for cap in caps])
        return dict(map(tuple, await self._rows(_FREE_MOMENTS, caps=sorted(caps))))

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """See `Transaction.keep_moments`."""
        if moments:
            caps = sorted(moments)
            await self._count(_KEEP_MOMENTS, caps=caps, moments=[moments[cap] for cap in caps])
