"""The relay: finds due invitations, checks them again, leases those that may go, publishes them and settles.

Nothing is published with a transaction open. A crash after publishing and before settling repeats the same
invitation id once the lease has run out, never a new one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

from msgspec import Struct
from msgspec.structs import replace

from router.batch import Batch
from router.batch_rows import changes_of
from router.clock import Clock
from router.decide import held_back, recheck, with_change
from router.dispatch.messages import Message, Released, Withdrawn, message_of
from router.encoding import decode_invitation, decode_state
from router.in_force import InForce
from router.model.customer import Customer, Invitation
from router.model.invitation_states import WAITING_STATES
from router.model.ledger import Due, DueRow, Lease
from router.pipeline import Ledger, load_counts
from router.policy.pace import Pace

T = TypeVar("T")


class Outbox(Ledger, Protocol):
    """What the relay needs of a transaction."""

    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        """Invitations due at `now` that nobody holds at `wall`, with their customers' states."""

    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        """Gives out a lease on invitations (customer, id)."""

    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        """Marks queued invitations as sent where the lease still holds; how many."""

    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        """Ends invitations (customer, id) that nobody has answered for too long."""

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """Customers with a journey that is abandoned at `now`, whom nobody else looks at."""

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """The next free moment of those rate caps that have one."""

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """Writes the next free moments of rate caps."""


class OutboxStore(Protocol):
    """What the relay needs of a store."""

    async def run(self, work: Callable[[Outbox], Awaitable[T]]) -> T:
        """Runs the work in a transaction, again where another one came between."""


class Sender(Protocol):
    """Publishes messages."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Returns once the broker has stored all of them; raises where it is not known to have."""


class Passed(Struct, frozen=True):
    """What one pass did: what was published and withdrawn, and what the check at due time ended or moved.

    `due` counts what was found due, `lapsed` invitations that ended without an answer, `woken` customers whose
    journeys were abandoned.
    """

    due: int
    published: tuple[Released, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    lapsed: int = 0
    woken: int = 0


class _Checked(Struct):
    """What a check of due rows has come to; `lease` holds those that go out."""

    lease: Lease
    due: int = 0
    released: list[Released] = []
    withdrawn: list[Withdrawn] = []
    ended: list[tuple[str, str]] = []
    lapsed: int = 0


class Relay:
    """Sends what is due. `rules` may be replaced between two passes; `secret` signs response tokens."""

    def __init__(  # noqa: PLR0913 - parts, put together in one place
        self,
        store: OutboxStore,
        sender: Sender,
        rules: InForce,
        clock: Clock,
        *,
        topic: str,
        batch: int = 1000,
        lease: timedelta = timedelta(seconds=60),
        secret: bytes | None = None,
    ) -> None:
        self.store = store
        self.sender = sender
        self.rules = rules
        self.clock = clock
        self.topic = topic
        self.batch = batch
        self.lease = lease
        self.secret = secret

    async def pass_once(self) -> Passed:
        """Sends at most one batch of what is due now. Raises what the store or the sender raises."""
        now = self.clock.now()
        if now is None:
            return Passed(0)
        rules = self.rules
        woken = await self._woken(rules, now) if any(rules.awaited) else 0
        wall = datetime.now(UTC)
        lease = Lease(uuid4(), wall + self.lease)
        found = await self.store.run(lambda outbox: self._checked(outbox, rules, now, wall, lease))
        out: list[Released | Withdrawn] = [*found.released, *found.withdrawn]
        if out:
            messages = [
                message_of(entry, rules.of(entry.row.customer_id), self.topic, self.secret) for entry in out
            ]
            await self.sender.send(messages)
            settled = [(entry.row.customer_id, entry.row.id) for entry in out]
            await self.store.run(lambda outbox: outbox.settle(lease.token, settled))
        return Passed(
            found.due,
            tuple(found.released),
            tuple(found.ended),
            tuple(found.withdrawn),
            found.lapsed,
            woken,
        )

    async def _checked(
        self, outbox: Outbox, rules: InForce, now: datetime, wall: datetime, lease: Lease
    ) -> _Checked:
        """What of the due invitations may go out, on the customers' state as it is, and what ended or moved."""
        due = await outbox.due(now, wall, self.batch)
        found = _Checked(lease, len(due.rows))
        over = [(row.customer_id, row.id) for row in due.rows if row.state not in WAITING_STATES]
        await outbox.lapse(over, now)
        found.lapsed = len(over)
        if len(over) < len(due.rows):
            await self._check(outbox, rules, due, now, found)
        return found

    async def _check(self, outbox: Outbox, rules: InForce, due: Due, now: datetime, found: _Checked) -> None:
        rows = [row for row in due.rows if row.state in WAITING_STATES]
        customers = {name: decode_state(state.body) for name, state in due.states.items()}
        counts = await load_counts(outbox, rules, [], customers)
        pace = await self._pace(outbox, rules)
        # Where others held what is counted, an allowed moment may be over by now.
        now = self.clock.now() or now
        batch = Batch(rules, customers, set(), counts)
        before = dict(counts)
        for row in rows:
            self._take(row, batch, pace, now, found)
        if batch.touched:
            await outbox.save(replace(changes_of(batch, due.states, before, {}), lease=found.lease))
        await outbox.keep_moments(pace.changed)
        # The others go out as they are, or can not: they wait until the lease is over.
        others = [(row.customer_id, row.id) for row in rows if row.id not in batch.changed]
        await outbox.hold(found.lease, others)
        found.ended = [
            (changed.change.invitation.state, changed.change.reason or "moved")
            for changed in batch.changed.values()
            if changed.change.invitation.state != "queued"
        ]

    async def _pace(self, outbox: Outbox, rules: InForce) -> Pace:
        """The rate caps as they stand. On the event-time clock nothing is held back: it has no rate."""
        caps = () if self.clock.event_time else rules.rate_caps
        return Pace(caps, await outbox.free_moments([cap.id for cap in caps]) if caps else {})

    def _take(self, row: DueRow, batch: Batch, pace: Pace, now: datetime, found: _Checked) -> None:
        """Checks one row and puts it where it belongs."""
        facts = decode_invitation(row.body) if row.body is not None else None
        if row.kind == "cancellation":
            if facts is not None:
                found.withdrawn.append(Withdrawn(facts, row))
            return
        customer = batch.customers[row.customer_id]
        known = next((entry for entry in customer.invitations if entry.id == row.id), None)
        about = facts or known
        interaction = about.interaction if about else None
        invitation = self._settled(batch, customer, known, now, pace) if known else _forgotten(row, facts)
        if invitation is None or invitation.state != "queued" or interaction is None:
            return
        # A released one may have to wait for a rule set that knows its survey.
        if invitation.survey in batch.rules.of(customer.id).surveys:
            found.released.append(Released(batch.customers[customer.id], invitation, interaction, row))

    def _settled(
        self, batch: Batch, customer: Customer, known: Invitation, now: datetime, pace: Pace
    ) -> Invitation:
        """The invitation after its check. One already released is not checked again."""
        if known.state != "planned":
            return known
        at = known.at if self.clock.event_time else now
        rules = batch.rules.of(customer.id)
        after, change = recheck(customer, known, rules, at, batch.counts)
        leaves = pace.departure(change.invitation, at) if change.invitation.state == "queued" else at
        if leaves > at:
            change = held_back(customer, known, rules, leaves)
            after = with_change(customer, change)
        batch.customers[customer.id] = after
        batch.touched.add(customer.id)
        batch.note(customer.id, [change], at, after.seq)
        return change.invitation

    async def _woken(self, rules: InForce, now: datetime) -> int:
        """Decides what abandoned journeys give rise to; for how many customers."""

        async def work(outbox: Outbox) -> int:
            names = sorted(await outbox.wakeful(now, self.batch))
            if not names:
                return 0
            stored, _ = await outbox.load(names, [])
            customers = {name: decode_state(state.body) for name, state in stored.items()}
            counts = await load_counts(outbox, rules, [], customers)
            batch = Batch(rules, customers, set(), counts, event_time=self.clock.event_time)
            before = dict(counts)
            batch.settle(now)
            batch.touched.update(names)
            await outbox.save(changes_of(batch, stored, before, {}))
            return len(names)

        return await self.store.run(work)


def _forgotten(row: DueRow, facts: Invitation | None) -> Invitation | None:
    """One released long ago on the event-time clock: the customer's state has forgotten it."""
    return replace(facts, state="queued", at=row.next_at) if facts is not None else None
