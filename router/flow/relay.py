"""The relay: finds due invitations, checks them again, leases those that may go, publishes them and settles.

Nothing is published with a transaction open. A crash after publishing and before settling repeats the same
invitation id once the lease has run out, never a new one. Customers are woken after what is due has left.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, TypeVar
from uuid import UUID

from msgspec import Struct

from router.decide import next_moment
from router.flow.clock import Clock
from router.flow.due_check import DueCheck
from router.flow.folding import Folding
from router.flow.messages import Released, Withdrawn, message_of
from router.flow.ports import Broker, Ledger, Store
from router.flow.unstored import MOST_ASIDE, Unstored, blamed, in_halves
from router.model.ledger import SetAside
from router.model.record import Message, TooLarge
from router.rules.in_force import InForce

WOKEN: Final = 250
"""So many customers a pass wakes at most on the wall clock."""

T = TypeVar("T")
Out = Released | Withdrawn


class Passed(Struct):
    """What one pass did: what was published and withdrawn, and what the check at due time ended or moved.

    `due` counts what was found due, `lapsed` invitations that ended without an answer, `woken` customers whom time
    alone brought something: a journey that was abandoned, the day of a schedule, on the event-time clock also what was
    due; `more_to_wake` tells that others wait for the next pass. `unstored` are those that could not be done with; their
    customers are set aside.
    """

    due: int = 0
    published: list[Released] = []
    ended: list[tuple[str, str]] = []
    withdrawn: list[Withdrawn] = []
    lapsed: int = 0
    woken: int = 0
    more_to_wake: bool = False
    unstored: list[Unstored] = []


class Relay:
    """Sends what is due, by these rules. `secret` signs response tokens."""

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
        passed, rules, now = Passed(), self.rules, self.clock.now()
        if now is None:
            return passed
        if self.clock.event_time:
            # Everything is settled in the order of time, so that nothing is left to be checked.
            await self._wake(rules, now, passed)
        check = DueCheck(rules, self.clock, now, self.lease)
        begun = monotonic()
        checked = await self._whoever_can(check.run, passed, self.batch)
        passed.due, passed.lapsed = checked.due, checked.lapsed
        passed.ended += checked.ended
        # Whoever was frozen for longer than its lease leaves what it took to others, who check it again.
        if monotonic() - begun < self.lease.total_seconds():
            left = await self._published([*checked.released, *checked.withdrawn], rules, passed)
            await self._settle(checked.lease.token, left, passed)
            passed.published = [one for one in left if isinstance(one, Released)]
            passed.withdrawn = [one for one in left if isinstance(one, Withdrawn)]
        if rules.by_themselves and not self.clock.event_time:
            await self._wake(rules, now, passed)
        return passed

    async def _published(self, out: Sequence[Out], rules: InForce, passed: Passed) -> list[Out]:
        """Publishes; what the broker has stored."""
        messages: list[Message] = []
        written: list[Out] = []
        for one in out:
            try:
                message = message_of(one, rules.of(one.row.customer_id), self.topic, self.secret)
            except Exception as error:  # noqa: BLE001 - whatever it is, it comes again each time
                await self._set_aside(one.row.customer_id, one.row.id, error, passed)
                continue
            messages.append(message)
            written.append(one)
        if not messages:
            return []
        try:
            await self.broker.send(messages)
        except TooLarge as error:
            refused = {id(message) for message in error.refused}
            pairs = list(zip(messages, written, strict=True))
            for one in (one for message, one in pairs if id(message) in refused):
                await self._set_aside(one.row.customer_id, one.row.id, error, passed)
            return [one for message, one in pairs if id(message) not in refused]
        return written

    async def _settle(self, token: UUID, left: Sequence[Out], passed: Passed) -> None:
        """Notes what has left; whose row cannot be written is set aside, so that nobody's message is repeated for it."""
        if not left:
            return

        async def work(ledger: Ledger, some: Sequence[Out], _alone: bool) -> None:
            await ledger.settle(token, [(one.row.customer_id, one.row.id) for one in some])

        async def leave_out(one: Out, error: Exception, _cause: str) -> None:
            await self._set_aside(one.row.customer_id, one.row.id, error, passed)

        await in_halves(self.store, left, work, leave_out)

    async def _wake(self, rules: InForce, now: datetime, passed: Passed) -> None:
        """Settles what time alone brings about: on the event-time clock all of it, else what one pass takes."""
        event_time = self.clock.event_time

        async def work(ledger: Ledger, limit: int, looked_at: list[str]) -> tuple[Folding | None, bool]:
            looked_at[:] = names = sorted(await ledger.wakeful(now, limit))
            if not names:
                return None, False
            stored, _ = await ledger.load(names, [])
            folding = await Folding.of(ledger, rules, stored, now=now, event_time=event_time)
            batch, until, more = folding.batch, now, len(names) == limit
            if more and event_time:
                # Only as far as these go: what the next ones bring about earlier comes earlier so.
                found = [next_moment(customer, rules.of(name)) for name, customer in batch.customers.items()]
                until = min(max((moment for moment in found if moment is not None), default=now), now)
            batch.settle(until)
            batch.touched.update(names)
            await folding.save()
            return folding, more

        more = True
        while more:
            # What is due waits for a page of them, so that is a small one.
            page = self.batch if event_time else min(self.batch, WOKEN)
            folding, more = await self._whoever_can(work, passed, page)
            if folding is not None:
                passed.woken += len(folding.batch.customers)
                passed.ended += folding.ended
            passed.more_to_wake = more
            more = more and event_time

    async def _whoever_can(
        self, work: Callable[[Ledger, int, list[str]], Awaitable[T]], passed: Passed, most: int
    ) -> T:
        """Runs the work for as many as it can be done for, halving their number where it cannot be.

        The work takes a limit and notes whose turn it was. Who cannot be done with alone, twice, is set aside. Those
        left over are taken by the next pass.
        """
        limit, suspect = most, ""
        while True:
            looked_at: list[str] = []
            try:
                return await self.store.run(lambda ledger: work(ledger, limit, looked_at))  # noqa: B023
            except Exception as error:
                if not looked_at:
                    raise
                if blamed(self.store, error, len(looked_at)) is not None:
                    if looked_at[0] == suspect:
                        await self._set_aside(suspect, "", error, passed)
                    suspect = looked_at[0]
                limit = max(1, len(looked_at) // 2)

    async def _set_aside(self, customer_id: str, invitation: str, error: Exception, passed: Passed) -> None:
        cause = self.store.lasting(error) or type(error).__name__
        place = f"invitation {invitation}" if invitation else "dispatcher"

        async def work(ledger: Ledger) -> None:
            now = (await ledger.situation()).now
            await ledger.put_aside(SetAside(customer_id, now, cause, place), self.most_aside)

        await self.store.run(work)
        passed.unstored.append(Unstored(place, cause, error, set_aside=True))
