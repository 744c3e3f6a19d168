"""What one transaction can do, whatever the database."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from msgspec.structs import asdict, replace
from sqlalchemy import bindparam, delete, exists, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from router.model.cells import STAGES, CoverageCell
from router.model.ledger import (
    Answerable,
    Changes,
    Conflict,
    CoveredRow,
    Due,
    DueRow,
    Erased,
    InstanceKey,
    InvitationChange,
    Lease,
    QuotaKey,
    SetAside,
    Situation,
    StoredState,
)
from router.model.remembered import KEPT_DAYS, RememberedRow
from router.model.responses import ResponseRow
from router.model.revision import ShadowDifference
from router.store.alerts import AlertStatements
from router.store.cell_rows import COVERAGE_COLUMNS, coverage_values, covered_query
from router.store.errors import TooManySetAside
from router.store.responses import response_of
from router.store.schema import (
    UuidKey,
    alerts,
    coverage_erased,
    customers,
    erased_customers,
    instance_owners,
    invitations,
    journal,
    responses,
    secret_fingerprints,
    set_aside,
    shadow_differences,
)
from router.store.source_counts import SourceCountStatements

FOLLOWING: Final = ("reminder", "fallback")
MOST_FORGOTTEN: Final = 200
"""So many remembered values are forgotten at once, as others are written."""

_KEEP_COVERAGE: Final = text(f"""
    INSERT INTO coverage_erased ({", ".join(COVERAGE_COLUMNS)})
    VALUES ({", ".join(f":{name}" for name in COVERAGE_COLUMNS)})
    ON CONFLICT (cell, day) DO UPDATE SET {", ".join(f"{name} = coverage_erased.{name} + excluded.{name}" for name in STAGES)}
""").bindparams(*(bindparam(column.name, type_=column.type) for column in coverage_erased.c))  # noqa: S608 - fixed columns


class Transaction(AlertStatements, SourceCountStatements, ABC):
    """One open transaction on an open connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @abstractmethod
    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """The stored states of `customers`, and which of the (customer, journal key) pairs are journaled.

        Nobody else changes these states until the commit.
        """

    @abstractmethod
    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """The counts of these (quota, value) pairs for all periods; nobody else gets them until the commit.

        Ask for all at once, after `load`.
        """

    @abstractmethod
    async def save(self, changes: Changes) -> None:
        """Write everything. Counts are absolute new values; a change to an invitation that is final is left out.

        Raises Conflict when a customer's version is not the one it was read at, or a row exists: two transactions
        can add the same new customer.
        """

    @abstractmethod
    async def situation(self) -> Situation:
        """The database's clock, who is set aside, and whether there is anything of nobody's.

        SQLite has no clock but that of this machine.
        """

    @abstractmethod
    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        """At most `limit` invitations that something is to be done about at `now`, that nobody holds, earliest first.

        They are planned or queued, or at the sender without an answer for too long. Leases run until `wall`, which is
        the database's clock. Nobody else changes their customers until the commit; customers whom somebody else looks
        at and those who are set aside are passed over. `now` may be the event-time clock, `wall` never.
        """

    @abstractmethod
    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        """Give out a lease on invitations (customer, id) that were found due, and change nothing else."""

    @abstractmethod
    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        """Mark queued invitations (customer, id) as sent where `token` still holds the lease; how many that were.

        Erases the recipient where none can follow. When it was released stays as it was noted then.
        """

    @abstractmethod
    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        """End invitations (customer, id) that nobody has answered for too long at `now`."""

    @abstractmethod
    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """At most `limit` customers whom time alone brings something at `now`, whom nobody else looks at, earliest first.

        Those who are set aside are left out.
        """

    async def customers_after(self, name: str, limit: int) -> list[tuple[str, int | None]]:
        """At most `limit` customers whose ids come after one, in their order, and by which schedules each was looked at.

        Those who are set aside are left out.
        """
        known = customers.c
        aside = exists().where(set_aside.c.customer_id == known.customer_id)
        query = select(known.customer_id, known.scheduled_by).where(known.customer_id > name, ~aside)
        rows = await self._connection.execute(query.order_by(known.customer_id).limit(limit))
        return [(row.customer_id, row.scheduled_by) for row in rows]

    @abstractmethod
    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """The customers of those journey instances that are known."""

    @abstractmethod
    async def remembered(self, keys: Sequence[UUID]) -> dict[UUID, bytes]:
        """The encoded runs of those values that something is remembered of; nobody else changes them until the commit.

        Ask for all at once, before `load`.
        """

    @abstractmethod
    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """The customers of those invitations that are known."""

    @abstractmethod
    async def answerable(self, named: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], Answerable]:
        """The invitations that answers name, by customer and the id named: their own, a reminder's or a fallback's.

        Ask after `load`, which keeps all others from their customers.
        """

    @abstractmethod
    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """The next free moment of those rate caps that have one; nobody else gets them until the commit."""

    @abstractmethod
    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """Write the next free moments of rate caps."""

    @abstractmethod
    async def roll_up(self, limit: int) -> int:
        """Add at most `limit` changes of each kind to their cells, the oldest first; how many that were.

        One transaction at a time does: none are moved while another one moves them. Nobody who appends waits for it.
        """

    @abstractmethod
    async def mend_month(self, month: date) -> None:
        """Make the cells of a month, named by its first day, the sums of those of its days. They are, unless something was changed by hand."""

    async def any_erased(self) -> bool:
        """Whether any customer was erased: where none was, nobody's hash has to be looked up."""
        return bool(await self._connection.scalar(select(exists().select_from(erased_customers))))

    async def suppressions(self, hashes: Sequence[bytes]) -> dict[bytes, Erased]:
        """The suppressions kept of erased customers, by the keyed hashes of their ids."""
        erased = erased_customers.c
        query = select(erased.hash, erased.suppressed, erased.at).where(erased.hash.in_(hashes))
        rows = await self._connection.execute(query)
        return {bytes(hashed): Erased(tuple(kept.split()), at) for hashed, kept, at in rows}

    async def put_aside(self, entry: SetAside, most: int) -> None:
        """Set a customer aside. Raises TooManySetAside where there would be more than `most`."""
        known = set((await self._connection.scalars(select(set_aside.c.customer_id))).all())
        if entry.customer_id in known:
            return
        if len(known) >= most:
            raise TooManySetAside(
                f"{len(known)} customers are set aside already, so something else must be wrong ({entry.cause}): find"
                " the cause in the log, then `feedback-router customer resume --all`"
            )
        try:
            await self._connection.execute(insert(set_aside).values(**asdict(entry)))
        except IntegrityError as error:
            raise Conflict("another process set the same customer aside") from error

    async def take_back(self, customer_id: str | None) -> int:
        """End setting aside one customer, or all; how many that were."""
        query = delete(set_aside)
        if customer_id is not None:
            query = query.where(set_aside.c.customer_id == customer_id)
        return (await self._connection.execute(query)).rowcount

    async def response(self, customer_id: str, invitation_id: UUID) -> ResponseRow | None:
        """The response that stands for an invitation, whether asked for here or imported."""
        query = select(*responses.c).where(
            responses.c.customer_id == customer_id, responses.c.invitation_id == invitation_id
        )
        row = (await self._connection.execute(query)).mappings().first()
        return response_of(dict(row)) if row is not None else None

    async def known_responses(self, invitations: Sequence[UUID]) -> set[UUID]:
        """Which of these invitations have a response."""
        query = select(responses.c.invitation_id).where(responses.c.invitation_id.in_(invitations))
        return set((await self._connection.scalars(query)).all())

    async def fingerprints(self) -> list[bytes]:
        """The fingerprints of the secrets that this database was used with, in their order."""
        noted = secret_fingerprints.c
        found = await self._connection.scalars(select(noted.fingerprint).order_by(noted.seq))
        return [bytes(fingerprint) for fingerprint in found]

    async def note_fingerprint(self, fingerprint: bytes, since: datetime, known: int) -> None:
        """Add a fingerprint to the `known` ones that were read. Raises Conflict where another process did meanwhile."""
        row = {"seq": known + 1, "fingerprint": fingerprint, "since": since}
        try:
            await self._connection.execute(insert(secret_fingerprints).values(row))
        except IntegrityError as error:
            raise Conflict("another process noted a secret at the same time") from error

    async def forget_fingerprints(self) -> None:
        """Delete all fingerprints."""
        await self._connection.execute(delete(secret_fingerprints))

    async def erase(
        self, customer_id: str, hashes: Sequence[bytes], suppressed: Sequence[str], at: datetime
    ) -> bool:
        """Delete all that is kept of a customer but the suppressions and the scores; whether there was anything.

        The suppressions are kept under the first of the hashes; what was kept under any of them goes. Responses stay
        without anything that tells whose they are, so that what was counted does not change.
        """
        found = 0
        for table in (
            customers,
            journal,
            invitations,
            alerts,
            shadow_differences,
            instance_owners,
            set_aside,
        ):
            found += (
                await self._connection.execute(delete(table).where(table.c.customer_id == customer_id))
            ).rowcount
        found += await self._unname(customer_id)
        await self._connection.execute(delete(erased_customers).where(erased_customers.c.hash.in_(hashes)))
        await self._connection.execute(
            insert(erased_customers).values(hash=hashes[0], at=at, suppressed=" ".join(suppressed))
        )
        return found > 0

    async def covered(self, customer_id: str) -> list[CoveredRow]:
        """What a customer's interactions changed in the coverage."""
        found = await self._connection.execute(covered_query().where(journal.c.customer_id == customer_id))
        return [CoveredRow(bytes(row[0]), *row[1:]) for row in found]

    async def keep_coverage(self, cells: Sequence[CoverageCell]) -> None:
        """Adds what a customer who is erased added to the coverage, so that it can still be counted anew."""
        rows = [dict(zip(COVERAGE_COLUMNS, coverage_values(cell), strict=True)) for cell in cells]
        if rows:
            await self._connection.execute(_KEEP_COVERAGE, rows)

    async def _unname(self, customer_id: str) -> int:
        """Takes out of a customer's responses all that leads to somebody; how many there were.

        They stay those of one customer, under a random key: the intervals of scores take that into account.
        """
        sqlite = self._connection.dialect.name == "sqlite"
        random_id = func.randomblob(16, type_=UuidKey()) if sqlite else func.gen_random_uuid(type_=UuidKey())
        unnamed = update(responses).where(responses.c.customer_id == customer_id)
        unnamed = unnamed.values(
            customer_id=uuid4().hex,
            invitation_id=random_id,
            key=random_id,
            instance=None,
            given=None,
            comment=None,
            excluded_because=None,
        )
        return (await self._connection.execute(unnamed)).rowcount

    async def add_differences(self, differences: Sequence[ShadowDifference]) -> None:
        """Write where a shadow revision would have decided otherwise."""
        await self._connection.execute(insert(shadow_differences), [asdict(entry) for entry in differences])


def forgotten_before(rows: Sequence[RememberedRow]) -> date:
    """Before which day values were last noted that are forgotten as these are written."""
    return max(row.noted_on for row in rows) - timedelta(days=KEPT_DAYS)


def last_changes(changes: Iterable[InvitationChange]) -> list[InvitationChange]:
    """One change for each invitation, in key order: the last one, due when the last move says."""
    latest: dict[tuple[str, int], InvitationChange] = {}
    for change in changes:
        place = (change.customer_id, change.id.int)
        earlier = latest.get(place)
        if earlier is not None and change.due_at is None and earlier.due_at is not None:
            change = replace(change, due_at=earlier.due_at)  # noqa: PLW2901 - the folded one stands for it
        latest[place] = change
    return [latest[place] for place in sorted(latest)]


def in_order(rows: Iterable[DueRow]) -> list[DueRow]:
    """Earliest first."""
    return sorted(rows, key=lambda row: (row.next_at, row.customer_id))
