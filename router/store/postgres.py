"""A transaction on PostgreSQL. Arrays instead of VALUES lists: one fixed statement for any number of rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter, itemgetter
from typing import Any, Final
from uuid import UUID, uuid4

from msgspec.structs import astuple
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

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
from router.store.errors import is_taken
from router.store.transaction import AT_THE_SENDER, FOLLOWING, WAITING, Transaction, last_changes

_customer: Final = attrgetter("customer_id")
_JOURNAL_COLUMNS: Final = JournalRow.__struct_fields__
_INVITATION_COLUMNS: Final = InvitationRow.__struct_fields__
_STATES: Final = text("""
    SELECT customer_id, version, body FROM customers WHERE customer_id = ANY(CAST(:ids AS text[]))
    ORDER BY customer_id FOR UPDATE
""")
_JOURNALED: Final = text("""
    SELECT j.customer_id, j.key
    FROM unnest(CAST(:customers AS text[]), CAST(:keys AS uuid[])) AS asked (customer_id, key)
    JOIN journal j ON j.customer_id = asked.customer_id AND j.key = asked.key
""")
_LOCK_COUNTS: Final = text("""
    SELECT pg_advisory_xact_lock(lock) FROM unnest(CAST(:locks AS bigint[])) AS asked (lock)
""")
_COUNTS: Final = text("""
    SELECT q.quota, q.value, q.period, q.count
    FROM unnest(CAST(:quotas AS text[]), CAST(:values AS text[])) AS asked (quota, value)
    JOIN quota_counts q ON q.quota = asked.quota AND q.value = asked.value
""")
_UPDATE_STATES: Final = text("""
    UPDATE customers c SET version = new.version + 1, body = new.body, wake_at = new.wake_at
    FROM unnest(
        CAST(:ids AS text[]), CAST(:versions AS integer[]), CAST(:bodies AS bytea[]), CAST(:wakes AS timestamptz[])
    ) AS new (customer_id, version, body, wake_at)
    WHERE c.customer_id = new.customer_id AND c.version = new.version
""")
# The states are parameters here and in _SETTLE: as literals they would let the planner walk the whole index of
# open invitations for each row, which after an ANALYZE that finds it small it does.
_CHANGE: Final = text("""
    UPDATE invitations i SET
        state = new.state, reason = new.reason, changed_at = new.changed_at, next_at = new.next_at,
        settled_at = CASE WHEN i.state = CAST(:planned AS text) THEN new.at ELSE i.settled_at END,
        settled_seq = CASE WHEN i.state = CAST(:planned AS text) THEN new.seq ELSE i.settled_seq END,
        due_at = coalesce(new.due_at, i.due_at),
        recipient = CASE
            WHEN new.state IN ('planned', 'queued') OR i.keep_recipient AND new.state = ANY(CAST(:open AS text[]))
            THEN i.recipient END,
        lease_token = CASE WHEN new.state = 'queued' THEN i.lease_token END,
        leased_until = CASE WHEN new.state = 'queued' THEN i.leased_until END
    FROM unnest(
        CAST(:customers AS text[]), CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
        CAST(:ats AS timestamptz[]), CAST(:seqs AS integer[]), CAST(:dues AS timestamptz[]),
        CAST(:nexts AS timestamptz[]), CAST(:changes AS timestamptz[])
    ) AS new (customer_id, id, state, reason, at, seq, due_at, next_at, changed_at)
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
_LEASE: Final = text(f"""
    WITH due AS MATERIALIZED (
        SELECT customer_id, id FROM invitations
        WHERE next_at <= :now AND state = ANY(CAST(:due AS text[]))
            AND (leased_until IS NULL OR leased_until <= :wall)
        ORDER BY next_at, customer_id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE invitations i SET lease_token = :token, leased_until = :until
    FROM due WHERE i.customer_id = due.customer_id AND i.id = due.id
    RETURNING {", ".join(f"i.{name}" for name in _INVITATION_COLUMNS)}
""")  # noqa: S608 - fixed column names
_RELEASE: Final = text("""
    UPDATE invitations SET lease_token = NULL, leased_until = NULL
    WHERE id = ANY(CAST(:ids AS uuid[])) AND lease_token = :token
""")
_SETTLE: Final = text("""
    UPDATE invitations i
    SET state = 'sent', lease_token = NULL, leased_until = NULL,
        recipient = CASE WHEN i.keep_recipient THEN i.recipient END,
        next_at = CASE WHEN i.kind <> 'cancellation' THEN i.settled_at + CAST(:lapse AS interval) END
    FROM unnest(CAST(:customers AS text[]), CAST(:ids AS uuid[])) AS done (customer_id, id)
    WHERE i.customer_id = done.customer_id AND i.id = done.id
        AND i.state = CAST(:queued AS text) AND i.lease_token = :token
""")


_LAPSE: Final = text("""
    WITH over AS MATERIALIZED (
        SELECT customer_id, id FROM invitations
        WHERE next_at <= :now AND state = ANY(CAST(:asked AS text[]))
        ORDER BY next_at, customer_id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE invitations i
    SET state = 'unanswered', reason = 'not_answered', changed_at = :now, next_at = NULL, recipient = NULL
    FROM over WHERE i.customer_id = over.customer_id AND i.id = over.id
""")
_WAKEFUL: Final = text("""
    SELECT customer_id FROM customers WHERE wake_at <= :now
    ORDER BY wake_at LIMIT :limit FOR UPDATE SKIP LOCKED
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
_ASKED: Final = text("SELECT id, customer_id FROM invitations WHERE id = ANY(CAST(:ids AS uuid[]))")
_FREE_MOMENTS: Final = text("SELECT cap, free_at FROM rate_caps WHERE cap = ANY(CAST(:caps AS text[]))")
_KEEP_MOMENTS: Final = text("""
    INSERT INTO rate_caps (cap, free_at)
    SELECT * FROM unnest(CAST(:caps AS text[]), CAST(:moments AS timestamptz[]))
    ON CONFLICT (cap) DO UPDATE SET free_at = excluded.free_at
""")


class PostgresTransaction(Transaction):
    """Read committed, with row locks in key order first, then the locks of the counts.

    A busy dispatcher meets nearly every batch of a worker at some customer; without locks the whole batch
    would be decided again each time.
    """

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """See `Transaction.load`."""
        states: dict[str, StoredState] = {}
        journaled: set[tuple[str, UUID]] = set()
        if customers:
            for customer_id, version, body in await self._rows(_STATES, ids=sorted(customers)):
                states[customer_id] = StoredState(version, body)
        if keys:
            asked = sorted(keys, key=itemgetter(0))
            found = await self._rows(_JOURNALED, customers=[c for c, _ in asked], keys=[k for _, k in asked])
            journaled.update((customer_id, key) for customer_id, key in found)
        return states, journaled

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """See `Transaction.counts`."""
        if not values:
            return {}
        asked = sorted(set(values))
        await self._rows(_LOCK_COUNTS, locks=sorted({_lock(quota, value) for quota, value in asked}))
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
        await self._change(last_changes(changes.changed))
        await self._save_counts(changes.counts)
        await self._save_owners(changes.owners)

    async def lease(self, now: datetime, wall: datetime, until: datetime, limit: int) -> list[Leased]:
        """See `Transaction.lease`."""
        token = uuid4()
        found = await self._rows(
            _LEASE, now=now, wall=wall, until=until, limit=limit, token=token, due=list(WAITING)
        )
        rows = sorted((InvitationRow(*row) for row in found), key=lambda row: (row.due_at, row.customer_id))
        return [Leased(row, token) for row in rows]

    async def release(self, token: UUID, ids: Sequence[UUID]) -> None:
        """See `Transaction.release`."""
        if ids:
            await self._count(_RELEASE, token=token, ids=sorted(ids))

    async def settle(self, token: UUID, ids: Sequence[tuple[str, UUID]]) -> int:
        """See `Transaction.settle`."""
        if not ids:
            return 0
        done = sorted(ids, key=_place)
        return await self._count(
            _SETTLE,
            token=token,
            queued="queued",
            lapse=LAPSE_AFTER,
            customers=[c for c, _ in done],
            ids=[i for _, i in done],
        )

    async def lapse(self, now: datetime, limit: int) -> int:
        """See `Transaction.lapse`."""
        return await self._count(_LAPSE, now=now, limit=limit, asked=list(AT_THE_SENDER))

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """See `Transaction.wakeful`."""
        return [customer_id for (customer_id,) in await self._rows(_WAKEFUL, now=now, limit=limit)]

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """See `Transaction.owners`."""
        attributes, values = [key.attribute for key in instances], [key.value for key in instances]
        found = await self._rows(_OWNERS, attributes=attributes, values=values)
        return {InstanceKey(attribute, value): customer for attribute, value, customer in found}

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """See `Transaction.asked`."""
        return dict(map(tuple, await self._rows(_ASKED, ids=list(invitations))))

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """See `Transaction.free_moments`."""
        await self._rows(_LOCK_COUNTS, locks=sorted(_lock("rate cap", cap) for cap in caps))
        return dict(map(tuple, await self._rows(_FREE_MOMENTS, caps=sorted(caps))))

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """See `Transaction.keep_moments`."""
        if moments:
            caps = sorted(moments)
            await self._count(_KEEP_MOMENTS, caps=caps, moments=[moments[cap] for cap in caps])

    async def _save_states(self, states: Sequence[StateRow]) -> None:
        rows = sorted(states, key=_customer)
        known = [row for row in rows if row.version]
        if known:
            updated = await self._count(
                _UPDATE_STATES,
                ids=[row.customer_id for row in known],
                versions=[row.version for row in known],
                bodies=[row.body for row in known],
                wakes=[row.wake_at for row in known],
            )
            if updated != len(known):
                raise Conflict(f"{len(known) - updated} of {len(known)} customers changed meanwhile")
        new = [(row.customer_id, 1, row.body, row.wake_at) for row in rows if not row.version]
        await self._copy("customers", ("customer_id", "version", "body", "wake_at"), new)

    async def _inherit(self, rows: Sequence[InvitationRow]) -> None:
        if rows:
            customers, ids = [row.customer_id for row in rows], [row.id for row in rows]
            await self._count(_INHERIT, customers=customers, ids=ids)

    async def _change(self, changes: Sequence[InvitationChange]) -> None:
        if changes:
            await self._count(
                _CHANGE,
                open=sorted(OPEN_STATES),
                planned="planned",
                customers=[change.customer_id for change in changes],
                ids=[change.id for change in changes],
                states=[change.state for change in changes],
                reasons=[change.reason for change in changes],
                ats=[change.at for change in changes],
                seqs=[change.seq for change in changes],
                dues=[change.due_at for change in changes],
                nexts=[change.next_at for change in changes],
                changes=[change.changed_at or change.at for change in changes],
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

    async def _copy(self, table: str, columns: Sequence[str], records: Sequence[tuple[Any, ...]]) -> None:
        """Insert by COPY, which costs the server half of an INSERT."""
        if not records:
            return
        driver: Any = (await self._connection.get_raw_connection()).driver_connection
        if (
            not driver.is_in_transaction()
        ):  # SQLAlchemy begins with the first statement it sees, and this is none
            await self._connection.execute(text("SELECT 1"))
        try:
            await driver.copy_records_to_table(table, records=records, columns=columns)
        except Exception as error:
            if is_taken(error):
                raise Conflict(f"a row of {table} exists already") from None  # its detail names the customer
            raise

    async def _rows(self, statement: Any, **parameters: Any) -> Sequence[Any]:
        return (await self._connection.execute(statement, parameters)).all()

    async def _count(self, statement: Any, **parameters: Any) -> int:
        try:
            return (await self._connection.execute(statement, parameters)).rowcount
        except DBAPIError as error:
            if is_taken(error):
                raise Conflict("a row exists already") from error
            raise


def _place(pair: tuple[str, UUID]) -> tuple[str, int]:
    return pair[0], pair[1].int


def _lock(quota: str, value: str) -> int:
    digest = blake2b(f"{quota}\x1f{value}".encode(), digest_size=8, person=b"quota").digest()
    return int.from_bytes(digest, "big", signed=True)
