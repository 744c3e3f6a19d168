"""The relay: finds due invitations, checks them again, leases those that may go, publishes them and settles.

Nothing is published with a transaction open. A crash after publishing and before settling repeats the same
invitation id once the lease has run out, never a new one. Customers are woken after what is due has left.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from router.decide import next_moment
from router.decide.batch import Batch
from router.flow.clock import Clock
from router.flow.due_check import Checked, DueCheck, ended
from router.flow.messages import Released, Withdrawn, message_of
from router.flow.pipeline import load_counts
from router.flow.ports import Broker, Ledger, Store
from router.flow.rows import changes_of
from router.flow.unstored import MOST_ASIDE, Unstored
from router.model.encoding import decode_state
from router.model.ledger import SetAside
from router.model.record import Message, TooLarge
from router.rules.in_force import InForce

T = TypeVar("T")
Out = Released | Withdrawn


class Passed(Struct, frozen=True):
    """What one pass did: what was published and withdrawn, and what the check at due time ended or moved.

    `due` counts what was found due, `lapsed` invitations that ended without an answer, `woken` customers whom time
    alone brought something: a journey that was abandoned, on the event-time clock also what was due. `unstored` are those that could not be done with; their customers are set aside.
    """

    due: int
    published: tuple[Released, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    lapsed: int = 0
    woken: int = 0
    unstored: tuple[Unstored, ...] = ()


class _Woken(Struct, frozen=True):
    """For how many customers time alone brought something, which invitations ended or moved by it, and if there are more."""

    customers: int = 0
    ended: tuple[tuple[str, str], ...] = ()
    more: bool = False


class Relay:
    """Sends what is due. `rules` may be replaced between two passes; `secret` signs response tokens."""

    def __init__(  # noqa: PLR0913 - parts, put together in one place
        self,
        store: Store,
        broker: Broker,
        rules: InForce,
        clock: Clock,
        *,
        topic: str,
        batch: int = 1000,
        lease: timedelta = timedelta(seconds=60),
        secret: bytes | None = None,
        most_aside: int = MOST_ASIDE,
    ) -> None:
        self.store = store
        self.broker = broker
        self.rules = rules
        self.clock = clock
        self.topic = topic
        self.batch = batch
        self.lease = lease
        self.secret = secret
        self.most_aside = most_aside

    async def pass_once(self) -> Passed:
        """Sends at most one batch of what is due now. Raises what the store or the broker raises."""
        now = self.clock.now()
        if now is None:
            return Passed(0)
        rules = self.rules
        unstored: list[Unstored] = []
        # On the event-time clock everything is settled in the order of time, so that nothing is left to be checked.
        early = await self._woken(rules, now, unstored) if self.clock.event_time else _Woken()
        check = DueCheck(rules, self.clock, now, self.lease)
        begun = monotonic()
        found = await self._whoever_can(check.run, unstored)
        # Whoever was frozen for longer than its lease leaves what it took to others, who check it again.
        holds = monotonic() - begun < self.lease.total_seconds()
        left = await self._sent([*found.released, *found.withdrawn], rules, unstored) if holds else []
        await self._settle(found.lease.token, left, unstored)
        late = rules.awaited and not self.clock.event_time
        woken = await self._woken(rules, now, unstored) if late else early
        return _passed(found, left, woken, unstored)

    async def _sent(self, out: Sequence[Out], rules: InForce, unstored: list[Unstored]) -> list[Out]:
        """Publishes; what the broker has stored."""
        messages: list[Message] = []
        written: list[Out] = []
        for entry in out:
            try:
                message = message_of(entry, rules.of(entry.row.customer_id), self.topic, self.secret)
            except Exception as error:  # noqa: BLE001 - whatever it is, it comes again each time
                await self._set_aside(entry.row.customer_id, entry.row.id, error, unstored)
                continue
            messages.append(message)
            written.append(entry)
        if not messages:
            return []
        try:
            await self.broker.send(messages)
        except TooLarge as error:
            refused = {id(message) for message in error.refused}
            pairs = list(zip(messages, written, strict=True))
            for _, entry in (pair for pair in pairs if id(pair[0]) in refused):
                await self._set_aside(entry.row.customer_id, entry.row.id, error, unstored)
            return [entry for message, entry in pairs if id(message) not in refused]
        return written

    async def _settle(self, token: UUID, left: Sequence[Out], unstored: list[Unstored]) -> None:
        """Notes what has left; whose row cannot be written is set aside, so that nobody's message is repeated for it."""
        if not left:
            return
        settled = [(entry.row.customer_id, entry.row.id) for entry in left]
        try:
            await self.store.run(lambda ledger: ledger.settle(token, settled))
        except Exception as error:
            if self.store.lasting(error) is None:
                raise
            if len(left) == 1:
                await self._set_aside(*settled[0], error, unstored)
                return
            half = len(left) // 2
            await self._settle(token, left[:half], unstored)
            await self._settle(token, left[half:], unstored)

    async def _woken(self, rules: InForce, now: datetime, unstored: list[Unstored]) -> _Woken:
        """Settles what time alone brings about: on the event-time clock all of it, else what one pass takes."""

        async def work(ledger: Ledger, limit: int, looked_at: list[str]) -> _Woken:
            names = sorted(await ledger.wakeful(now, limit))
            looked_at[:] = names
            more = len(names) == limit
            return await self._brought_up(ledger, rules, names, now, more=more) if names else _Woken()

        found = _Woken(more=True)
        while found.more:
            woken = await self._whoever_can(work, unstored)
            more = woken.more and self.clock.event_time
            found = _Woken(found.customers + woken.customers, (*found.ended, *woken.ended), more)
        return found

    async def _brought_up(
        self, ledger: Ledger, rules: InForce, names: Sequence[str], now: datetime, *, more: bool
    ) -> _Woken:
        """Brings these customers up to `now`; where there are `more`, on the event-time clock only as far as these go.

        What the next ones bring about earlier comes earlier so.
        """
        stored, _ = await ledger.load(names, [])
        customers = {name: decode_state(state.body) for name, state in stored.items()}
        counts = await load_counts(ledger, rules, [], customers)
        batch = Batch(rules, customers, set(), counts, event_time=self.clock.event_time)
        before = dict(counts)
        if more and self.clock.event_time:
            moments = (next_moment(customer, rules.of(name)) for name, customer in customers.items())
            now = min(max((moment for moment in moments if moment is not None), default=now), now)
        batch.settle(now)
        batch.touched.update(names)
        await ledger.save(changes_of(batch, stored, before, {}))
        return _Woken(len(names), tuple(ended(batch)), more)

    async def _whoever_can(
        self, work: Callable[[Ledger, int, list[str]], Awaitable[T]], unstored: list[Unstored]
    ) -> T:
        """Runs the work for as many as it can be done for, halving their number where it can not be.

        Who can not be done with alone, twice, is set aside. Those left over are taken by the next pass.
        """
        limit, suspect = self.batch, ""
        while True:
            looked_at: list[str] = []
            try:
                return await self.store.run(lambda ledger: work(ledger, limit, looked_at))  # noqa: B023
            except Exception as error:
                halved = limit > 1 and self.store.too_long(error)
                if not looked_at or (self.store.lasting(error) is None and not halved):
                    raise
                if len(set(looked_at)) == 1 and not halved:
                    if looked_at[0] == suspect:
                        await self._set_aside(suspect, "", error, unstored)
                    suspect = looked_at[0]
                limit = max(1, len(looked_at) // 2)

    async def _set_aside(
        self, customer_id: str, invitation: str, error: Exception, unstored: list[Unstored]
    ) -> None:
        cause = self.store.lasting(error) or type(error).__name__
        place = f"invitation {invitation}" if invitation else "dispatcher"

        async def work(ledger: Ledger) -> None:
            now = (await ledger.situation()).now
            await ledger.put_aside(SetAside(customer_id, now, cause, place), self.most_aside)

        await self.store.run(work)
        unstored.append(Unstored(place, cause, error, set_aside=True))


def _passed(found: Checked, left: Sequence[Out], woken: _Woken, unstored: Sequence[Unstored]) -> Passed:
    return Passed(
        found.due,
        tuple(entry for entry in left if isinstance(entry, Released)),
        (*woken.ended, *found.ended),
        tuple(entry for entry in left if isinstance(entry, Withdrawn)),
        found.lapsed,
        woken.customers,
        tuple(unstored),
    )
