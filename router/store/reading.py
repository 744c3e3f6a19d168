"""What people and health checks ask of the store. Every answer is a short transaction of its own."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Select, Table, cast, func, literal_column, or_, select, text

from router.model.invitation_states import InvitationState
from router.model.ledger import (
    QUESTIONS,
    InvitationView,
    JournalRow,
    PlannedHour,
    QuotaKey,
    RowKind,
    SetAside,
    StoredState,
)
from router.model.responses import ResponseRow
from router.store.database import Database
from router.store.responses import COLUMNS, response_of
from router.store.schema import (
    customers,
    from_micros,
    invitations,
    journal,
    quota_counts,
    rate_caps,
    responses,
    set_aside,
)

# Literal values: only then does PostgreSQL see that the partial index on open invitations answers this.
_OPEN: Final = text("next_at IS NOT NULL AND state IN ('planned', 'queued')")
_CHUNK: Final = 2_000


class Reading:
    """Reads and never writes. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def journal_by_interaction(self, interaction_id: str, limit: int = 20) -> list[JournalRow]:
        """Journal rows of all interactions with this id, whatever their source, latest first."""
        query = _journal().where(journal.c.interaction_id == interaction_id)
        rows = await self._all(query.order_by(journal.c.time.desc(), journal.c.customer_id).limit(limit))
        return [JournalRow(*row) for row in rows]

    async def journal_of(self, customer_id: str) -> list[JournalRow]:
        """All that was decided about one customer, in the order it was."""
        query = _journal().where(journal.c.customer_id == customer_id)
        return [JournalRow(*row) for row in await self._all(query.order_by(journal.c.seq))]

    async def latest_decided(
        self, reason: str, since: datetime | None, until: datetime, limit: int
    ) -> list[JournalRow]:
        """The latest decisions with this reason on what happened from `since` to before `until`, latest first.

        Reads the whole journal of that time: nothing finds a reason by itself.
        """
        query = _journal().where(journal.c.reason == reason, journal.c.time < until)
        if since is not None:
            query = query.where(journal.c.time >= since)
        rows = await self._all(query.order_by(journal.c.time.desc(), journal.c.customer_id).limit(limit))
        return [JournalRow(*row) for row in rows]

    async def journal_in_order(self, since: datetime) -> AsyncGenerator[list[JournalRow], None]:
        """All that was decided since then, and preferences whenever they came, in the order it was decided.

        Some rows at a time, in one long transaction.
        """
        wanted = or_(journal.c.now >= since, journal.c.reason == "preferences_recorded")
        query = _journal().where(wanted).order_by(journal.c.now, journal.c.customer_id, journal.c.seq)
        # No lookup by keys.
        async with aclosing(self._streamed(query, "SET LOCAL enable_seqscan = on")) as found:
            async for rows in found:
                yield rows

    async def journal_by_customer(self, since: datetime | None = None) -> AsyncIterator[list[JournalRow]]:
        """What happened to customers since then, the rows of each together and in the order they were decided.

        Some rows at a time, in one long transaction.
        """
        query = _journal().where(journal.c.customer_id != "")
        if since is not None:
            query = query.where(journal.c.time >= since)
        # Along the primary key, customer by customer: the first rows come at once, and nothing is sorted on the disk.
        along = query.order_by(journal.c.customer_id, journal.c.seq)
        async for rows in self._streamed(along, "SET LOCAL enable_sort = off"):
            yield rows

    async def journal_size(self) -> int:
        """How many rows the journal has, about: what the database knows without counting."""
        statement = "SELECT max(rowid) FROM journal"
        if not self._database.is_sqlite:
            statement = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'journal'::regclass"
        async with self._database.connect() as connection:
            return max(0, (await connection.execute(text(statement))).scalar() or 0)

    async def waking(self, until: datetime) -> AsyncIterator[list[bytes]]:
        """The encoded states of customers whom schedules have looked at and whom time brings something up to then."""
        known = customers.c
        query = select(known.body).where(known.wake_at <= until, known.scheduled_by.is_not(None))
        async with self._database.connect() as connection:
            result = await connection.stream(query, execution_options={"yield_per": _CHUNK})
            async for rows in result.partitions():
                yield [row.body for row in rows]

    async def _streamed(self, query: Select[Any], way: str) -> AsyncGenerator[list[JournalRow], None]:
        async with self._database.connect() as connection:
            if not self._database.is_sqlite:
                await connection.execute(text(way))
                # A read of everything takes longer than a statement may otherwise.
                await connection.execute(text("SET LOCAL statement_timeout = 0"))
                # It holds no rows, and whoever reads may take long over what was read.
                await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            result = await connection.stream(query, execution_options={"yield_per": _CHUNK})
            async for rows in result.partitions():
                yield [JournalRow(*row) for row in rows]

    async def invitation(self, id: UUID) -> InvitationView | None:  # noqa: A002 - the word of the model
        """The invitation with this id."""
        rows = await self._all(_invitations().where(invitations.c.id == id))
        return InvitationView(*rows[0]) if rows else None

    async def invitations(
        self,
        *,
        customer_id: str | None = None,
        state: InvitationState | None = None,
        rule: str | None = None,
        survey: str | None = None,
        kinds: Sequence[RowKind] = QUESTIONS,
        limit: int = 50,
        newest_first: bool = True,
    ) -> list[InvitationView]:
        """At most `limit` invitations and what follows them that match all that is named, by the time planned."""
        wanted = {"customer_id": customer_id, "state": state, "rule": rule, "survey": survey}
        query = _invitations().where(invitations.c.kind.in_(kinds))
        for name, value in wanted.items():
            if value is not None:
                query = query.where(invitations.c[name] == value)
        planned = invitations.c.planned_at
        order = (planned.desc() if newest_first else planned, invitations.c.customer_id, invitations.c.id)
        return [InvitationView(*row) for row in await self._all(query.order_by(*order).limit(limit))]

    async def customer(self, customer_id: str) -> StoredState | None:
        """The encoded state of one customer."""
        query = select(customers.c.version, customers.c.body).where(customers.c.customer_id == customer_id)
        rows = await self._all(query)
        return StoredState(*rows[0]) if rows else None

    async def responses_of(self, customer_id: str) -> list[ResponseRow]:
        """The responses of one customer, in the order they were given."""
        query = select(responses).where(responses.c.customer_id == customer_id)
        rows = await self._all(query.order_by(responses.c.answered_at, responses.c.invitation_id))
        return [response_of(dict(zip(COLUMNS, row, strict=True))) for row in rows]

    async def reasons(self) -> dict[str, int]:
        """How many interactions were decided for each reason. Reads the whole journal."""
        rows = await self._all(select(journal.c.reason, func.count()).group_by(journal.c.reason))
        return dict(map(tuple, rows))

    async def invitation_counts(self) -> dict[tuple[str, str, str, str], int]:
        """How many invitations there are by (rule, survey, metric, state), without what follows them.

        Reads the whole table.
        """
        columns = [invitations.c[name] for name in ("rule", "survey", "metric", "state")]
        query = select(*columns, func.count()).where(invitations.c.kind == "invitation").group_by(*columns)
        rows = await self._all(query)
        return {(rule, survey, metric, state): count for rule, survey, metric, state, count in rows}

    async def backlog(self, now: datetime) -> int:
        """How many invitations are due at `now` and not sent."""
        query = select(func.count()).select_from(invitations).where(_OPEN, invitations.c.next_at <= now)
        rows = await self._all(query)
        return int(rows[0][0])

    async def unsettled(self, now: datetime) -> int:
        """How many invitations are due at `now` for anything: to be sent, or to end without an answer."""
        query = select(func.count()).select_from(invitations).where(invitations.c.next_at <= now)
        return int((await self._all(query))[0][0])

    async def planned_by_hour(self, until: datetime, now: datetime) -> list[PlannedHour]:
        """How many invitations are planned up to then, by hour (UTC), kind, survey and channel; overdue ones count as of now.

        Cancellations are never planned: they leave at once.
        """
        due = invitations.c.next_at
        about = [invitations.c[name] for name in ("kind", "survey", "channel")]
        hour = (
            cast(due, BigInteger) / literal_column("3600000000")
            if self._database.is_sqlite
            else func.date_trunc(literal_column("'hour'"), due)
        )
        query = (
            select(hour, *about, func.count())
            .where(due < until, invitations.c.state == "planned")
            .group_by(hour, *about)
        )
        this = now.replace(minute=0, second=0, microsecond=0)
        found: dict[tuple[datetime, RowKind, str, str | None], int] = {}
        for begins, kind, survey, channel, count in await self._all(query):
            at = begins if isinstance(begins, datetime) else from_micros(int(begins) * 3_600_000_000)
            place = (max(at, this), kind, survey, channel)
            found[place] = found.get(place, 0) + count
        ordered = sorted(found, key=lambda place: (*place[:3], place[3] or ""))
        return [
            PlannedHour(at, survey, channel, found[at, kind, survey, channel], kind)
            for at, kind, survey, channel in ordered
        ]

    async def planned_bodies(self, until: datetime) -> AsyncIterator[list[tuple[bytes, bytes | None]]]:
        """The body and the frozen context of each invitation planned up to then, some at a time; of none that asks again."""
        row = invitations.c
        query = select(row.body, row.context).where(
            row.next_at < until, row.state == "planned", row.kind == "invitation"
        )
        async with self._database.connect() as connection:
            result = await connection.stream(query, execution_options={"yield_per": _CHUNK})
            async for rows in result.partitions():
                yield [(bytes(body), None if context is None else bytes(context)) for body, context in rows]

    async def free_moments(self) -> dict[str, datetime]:
        """The next free moments of the rate caps that were used."""
        return dict(map(tuple, await self._all(select(rate_caps.c.cap, rate_caps.c.free_at))))

    async def quota_counts(self, quotas: Sequence[str]) -> dict[QuotaKey, int]:
        """The counters of these quotas, for all values and periods."""
        counts = quota_counts.c
        query = select(counts.quota, counts.value, counts.period, counts.count)
        rows = await self._all(query.where(counts.quota.in_(quotas)))
        return {QuotaKey(quota, value, period): count for quota, value, period, count in rows}

    async def set_aside(self) -> list[SetAside]:
        """The customers who are set aside, in the order that they were."""
        query = _columns(set_aside, SetAside.__struct_fields__).order_by(set_aside.c.since)
        return [SetAside(*row) for row in await self._all(query)]

    async def _all(self, query: Select[Any]) -> Sequence[Any]:
        async with self._database.connect() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).all()
            return rows


def _columns(table: Table, names: Sequence[str]) -> Select[Any]:
    return select(*[table.c[name] for name in names])


def _journal() -> Select[Any]:
    return _columns(journal, JournalRow.__struct_fields__)


def _invitations() -> Select[Any]:
    return _columns(invitations, InvitationView.__struct_fields__)
