"""Alerts in one transaction, whatever the database: raised, leased, settled, taken and closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal, TypeVar
from uuid import UUID

from msgspec.structs import asdict
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from router.model.alerts import AlertRow, AlertView, KnownAlerts
from router.model.ledger import Conflict, Lease
from router.store.schema import alerts

T = TypeVar("T")

_CHUNK: Final = 1_000
"""So many values one statement names at most: SQLite takes no more than 32,766 parameters, and PostgreSQL 32,767."""

_ROW: Final = [alerts.c[name] for name in AlertRow.__struct_fields__]
ALERT_VIEW: Final = [alerts.c[name] for name in AlertView.__struct_fields__]


class AlertStatements:
    """What a transaction does with alerts. An alert belongs to its customer, whom the transaction that raises it holds."""

    _connection: AsyncConnection

    async def known_alerts(
        self, ids: Sequence[tuple[str, UUID]], places: Sequence[tuple[str, str]]
    ) -> KnownAlerts:
        """Which alerts (customer, id) there are, and when those of (customer, rule) were last raised."""
        found: set[UUID] = set()
        for some in _chunks(sorted(set(ids))):
            wanted = and_(
                alerts.c.customer_id.in_({c for c, _ in some}), alerts.c.id.in_([i for _, i in some])
            )
            found.update(await self._connection.scalars(select(alerts.c.id).where(wanted)))
        latest: dict[tuple[str, str], datetime] = {}
        for pairs in _chunks(sorted(set(places))):
            wanted = and_(
                alerts.c.customer_id.in_({c for c, _ in pairs}), alerts.c.rule.in_({r for _, r in pairs})
            )
            place = (alerts.c.customer_id, alerts.c.rule)
            query = select(*place, func.max(alerts.c.raised_at)).where(wanted).group_by(*place)
            latest |= {(c, rule): at for c, rule, at in await self._connection.execute(query)}
        return KnownAlerts(frozenset(found), latest)

    async def add_alerts(self, rows: Sequence[AlertRow]) -> None:
        """Write alerts, to be published. Raises Conflict where one exists."""
        if not rows:
            return
        try:
            await self._connection.execute(insert(alerts), [asdict(row) | {"state": "open"} for row in rows])
        except IntegrityError as error:
            raise Conflict("an alert exists already") from error

    async def take_alerts(self, lease: Lease, wall: datetime, limit: int) -> list[AlertRow]:
        """Lease at most `limit` alerts that have not left and that nobody holds at `wall`, the earliest first."""
        free = or_(alerts.c.leased_until.is_(None), alerts.c.leased_until <= wall)
        query = (
            select(*_ROW).where(alerts.c.sent_at.is_(None), free).order_by(alerts.c.raised_at, alerts.c.id)
        )
        found = await self._connection.execute(query.limit(limit).with_for_update(skip_locked=True))
        rows = [AlertRow(*row) for row in found]
        held = {"lease_token": lease.token, "leased_until": lease.until}
        for some in _chunks(rows):
            await self._connection.execute(update(alerts).where(_named(some)).values(**held))
        return rows

    async def settle_alerts(self, token: UUID, rows: Sequence[AlertRow], at: datetime) -> int:
        """Mark alerts as sent where `token` still holds the lease; how many that were."""
        count = 0
        done = {"sent_at": at, "lease_token": None, "leased_until": None}
        for some in _chunks(rows):
            held = and_(_named(some), alerts.c.lease_token == token)
            count += (await self._connection.execute(update(alerts).where(held).values(**done))).rowcount
        return count

    async def alert(self, id: UUID) -> AlertView | None:  # noqa: A002 - the word of the model
        """The alert of that id, which nobody else changes until the commit."""
        query = select(*ALERT_VIEW).where(alerts.c.id == id).with_for_update()
        row = (await self._connection.execute(query)).first()
        return AlertView(*row) if row is not None else None

    async def hand_alert(
        self, alert: AlertView, state: Literal["taken", "closed"], by: str, at: datetime, note: str | None
    ) -> None:
        """Note who took or closed an alert, and when; a note takes the place of the one before."""
        who = {"taken": ("taken_by", "taken_at"), "closed": ("closed_by", "closed_at")}[state]
        values = {"state": state, who[0]: by, who[1]: at} | ({"note": note} if note is not None else {})
        this = and_(alerts.c.customer_id == alert.customer_id, alerts.c.id == alert.id)
        await self._connection.execute(update(alerts).where(this).values(**values))


def _named(rows: Iterable[AlertRow]) -> ColumnElement[bool]:
    rows = list(rows)
    customers = {row.customer_id for row in rows}
    return and_(alerts.c.customer_id.in_(customers), alerts.c.id.in_([row.id for row in rows]))


def _chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
