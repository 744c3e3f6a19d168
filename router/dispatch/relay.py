"""The relay: leases due invitations, checks them again, publishes them and settles.

Nothing is published with a transaction open. A crash after publishing and before settling repeats the same
invitation id once the lease has run out, never a new one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

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
from router.model.ledger import InvitationRow, Leased
from router.pipeline import Ledger, load_counts
from router.policy.pace import Pace
from router.ruleset import RuleSet

T = TypeVar("T")


class Outbox(Ledger, Protocol):
    """What the relay needs of a transaction."""

    async def lease(self, now: datetime, wall: datetime, until: datetime, limit: int) -> list[Leased]:
        """Claims invitations due at `now` that nobody else holds."""

    async def release(self, token: UUID, ids: Sequence[UUID]) -> None:
        """Gives leases back."""

    async def settle(self, token: UUID, ids: Sequence[tuple[str, UUID]]) -> int:
        """Marks queued invitations as sent where the lease still holds; how many."""

    async def lapse(self, now: datetime, limit: int) -> int:
        """Ends invitations that nobody has answered for too long; how many."""

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
    """What one pass did: what was leased, published and withdrawn, and what the check at due time ended or moved.

    `lapsed` counts invitations that ended without an answer, `woken` customers whose journeys were abandoned.
    """

    leased: int
    published: tuple[Released, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    lapsed: int = 0
    woken: int = 0


class _Checked(Struct):
    """What a check of leased rows has come to."""

    released: list[Released]
    withdrawn: list[Withdrawn]
    back: list[UUID]
    ended: list[tuple[str, str]]


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
        batch: int = 500,
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
        leased, lapsed = await self.store.run(lambda outbox: self._leased(outbox, now, wall))
        if not leased:
            return Passed(0, lapsed=lapsed, woken=woken)
        token = leased[0].token
        rows = [entry.row for entry in leased]
        found = await self.store.run(lambda outbox: self._checked(outbox, rules, token, rows, now))
        out: list[Released | Withdrawn] = [*found.released, *found.withdrawn]
        if out:
            messages = [
                message_of(entry, rules.of(entry.row.customer_id), self.topic, self.secret) for entry in out
            ]
            await self.sender.send(messages)
            settled = [(entry.row.customer_id, entry.row.id) for entry in out]
            await self.store.run(lambda outbox: outbox.settle(token, settled))
        return Passed(
            len(leased), tuple(found.released), tuple(found.ended), tuple(found.withdrawn), lapsed, woken
        )

    async def _leased(self, outbox: Outbox, now: datetime, wall: datetime) -> tuple[list[Leased], int]:
        lapsed = await outbox.lapse(now, self.batch)
        return await outbox.lease(now, wall, wall + self.lease, self.batch), lapsed

    async def _checked(
        self, outbox: Outbox, rules: InForce, token: UUID, rows: list[InvitationRow], now: datetime
    ) -> _Checked:
        """The leased invitations that may go out, on the customers' state as it is, and what ended or moved."""
        stored, _ = await outbox.load(sorted({row.customer_id for row in rows}), [])
        customers = {name: decode_state(state.body) for name, state in stored.items()}
        counts = await load_counts(outbox, rules, [], customers)
        pace = await self._pace(outbox, rules)
        # Where others held the customers, an allowed moment may be over by now.
        now = self.clock.now() or now
        batch = Batch(rules, customers, set(), counts)
        before = dict(counts)
        found = _Checked([], [], [], [])
        for row in rows:
            self._take(row, batch, pace, now, found)
        if batch.touched:
            await outbox.save(changes_of(batch, stored, before, {}))
        await outbox.keep_moments(pace.changed)
        if found.back:
            await outbox.release(token, found.back)
        found.ended = [
            (changed.change.invitation.state, changed.change.reason or "moved")
            for changed in batch.changed.values()
            if changed.change.invitation.state != "queued"
        ]
        return found

    async def _pace(self, outbox: Outbox, rules: InForce) -> Pace:
        """The rate caps as they stand. On the event-time clock nothing is held back: it has no rate."""
        caps = () if self.clock.event_time else rules.rate_caps
        return Pace(caps, await outbox.free_moments([cap.id for cap in caps]) if caps else {})

    def _take(self, row: InvitationRow, batch: Batch, pace: Pace, now: datetime, found: _Checked) -> None:
        """Checks one leased row and puts it where it belongs."""
        if row.kind == "cancellation":
            found.withdrawn.append(Withdrawn(decode_invitation(row.body), row))
            return
        invitation = self._settled(batch, row, pace, now)
        if invitation is None or invitation.state != "queued":
            found.back.append(row.id)
            return
        rules, customer = batch.rules.of(row.customer_id), batch.customers[row.customer_id]
        entry = _released(rules, customer, invitation, row)
        if entry is not None:
            found.released.append(entry)

    def _settled(self, batch: Batch, row: InvitationRow, pace: Pace, now: datetime) -> Invitation | None:
        """The invitation after its check; None where it has ended. One already released is not checked again."""
        customer = batch.customers.get(row.customer_id)
        known = next((it for it in customer.invitations if it.id == str(row.id)), None) if customer else None
        if known is None and row.state == "queued":
            # Released long ago on the event-time clock: the customer's state has forgotten it.
            return replace(decode_invitation(row.body), state="queued", at=row.next_at or row.due_at)
        if customer is None or known is None:
            return None
        if known.state != "planned":
            return known
        at = known.at if self.clock.event_time else now
        if at < known.at:
            return known
        after, change = recheck(customer, known, batch.rules.of(customer.id), at, batch.counts)
        leaves = pace.departure(change.invitation, at) if change.invitation.state == "queued" else at
        if leaves > at:
            change = held_back(customer, known, batch.rules.of(customer.id), leaves)
            after = with_change(customer, change)
        batch.customers[customer.id] = after
        batch.touched.add(customer.id)
        batch.note(customer.id, [change], at, after.seq)
        return change.invitation if change.invitation.state in ("planned", "queued") else None

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


def _released(
    rules: RuleSet, customer: Customer, invitation: Invitation, row: InvitationRow
) -> Released | None:
    """What goes out; None where the rule set has lost the survey of a released one, which waits for it then."""
    interaction = decode_invitation(row.body).interaction
    if interaction is None or invitation.survey not in rules.surveys:
        return None
    return Released(customer, invitation, interaction, row)
