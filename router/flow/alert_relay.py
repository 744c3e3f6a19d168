"""The relay of alerts: leases those that have not left, publishes them and settles.

As with invitations nothing is published with a transaction open, and a crash between publishing and settling repeats the
same id once the lease has run out. Alerts wait for nothing and are not checked again.
"""

from datetime import timedelta
from time import monotonic
from uuid import uuid4

from msgspec import Struct

from router.flow.alert_event import AlertTopics, alert_message
from router.flow.ports import Broker, Ledger, Store
from router.model.alerts import AlertRow
from router.model.ledger import Lease
from router.model.record import TooLarge


class PassedAlerts(Struct, frozen=True):
    """What one pass did: the alerts that left, and how many the broker takes at no size that they have."""

    published: tuple[AlertRow, ...] = ()
    refused: int = 0


class AlertRelay:
    """Publishes the alerts that were raised."""

    def __init__(
        self,
        store: Store,
        broker: Broker,
        topics: AlertTopics,
        *,
        batch: int = 1000,
        lease: timedelta = timedelta(seconds=60),
    ) -> None:
        self._store = store
        self._broker = broker
        self._topics = topics
        self._batch = batch
        self._lease = lease

    async def pass_once(self) -> PassedAlerts:
        """Publishes at most one batch. Raises what the store or the broker raises."""
        token, begun = uuid4(), monotonic()

        async def take(ledger: Ledger) -> list[AlertRow]:
            wall = (await ledger.situation()).now
            return await ledger.take_alerts(Lease(token, wall + self._lease), wall, self._batch)

        rows = await self._store.run(take)
        if not rows or monotonic() - begun >= self._lease.total_seconds():
            # Whoever was frozen for longer than its lease leaves what it took to others.
            return PassedAlerts()
        messages = [alert_message(row, self._topics) for row in rows]
        refused: set[int] = set()
        try:
            await self._broker.send(messages)
        except TooLarge as error:
            refused = {id(message) for message in error.refused}
        pairs = zip(messages, rows, strict=True)
        left = tuple(row for message, row in pairs if id(message) not in refused)

        async def settle(ledger: Ledger) -> None:
            await ledger.settle_alerts(token, left, (await ledger.situation()).now)

        await self._store.run(settle)
        return PassedAlerts(left, len(refused))
