"""What people ask about alerts: which there are, what was answered since, and how many wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, select

from router.model.alerts import AlertListed, AlertState, AlertsWaiting, AlertView
from router.store.alerts import ALERT_VIEW
from router.store.database import Database
from router.store.schema import alerts, responses


class AlertReading:
    """Reads alerts and never writes. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self,
        *,
        states: Sequence[AlertState] = ("open", "taken"),
        team: str | None = None,
        rule: str | None = None,
        customer_id: str | None = None,
        invitation_id: UUID | None = None,
        limit: int = 50,
    ) -> list[AlertListed]:
        """At most `limit` alerts, those due first at the top; what has no end comes after, by when it was raised."""
        query = _listed().where(alerts.c.state.in_(states))
        wanted = {"team": team, "rule": rule, "customer_id": customer_id, "invitation_id": invitation_id}
        for name, value in wanted.items():
            if value is not None:
                query = query.where(alerts.c[name] == value)
        order = (alerts.c.due_at.is_(None), alerts.c.due_at, alerts.c.raised_at, alerts.c.id)
        return await self._all(query.order_by(*order).limit(limit))

    async def beginning_with(self, prefix: str) -> list[AlertListed]:
        """The alerts whose id begins so, at most two: what names one names no other."""
        low, high = UUID(prefix.ljust(32, "0")), UUID(prefix.ljust(32, "f"))
        return await self._all(_listed().where(alerts.c.id.between(low, high)).limit(2))

    async def score_shifts(self) -> list[bytes]:
        """The bodies of all alerts about scores."""
        query = select(alerts.c.body).where(alerts.c.customer_id == "", alerts.c.kind == "score_shift")
        async with self._database.connect() as connection:
            return [bytes(body) for body in await connection.scalars(query)]

    async def waiting(self, now: datetime) -> list[AlertsWaiting]:
        """How many alerts of each team are not closed, and how many of these are overdue."""
        late = func.sum(case((alerts.c.due_at < now, 1), else_=0))
        query = select(alerts.c.team, func.count(), late).where(alerts.c.closed_at.is_(None))
        async with self._database.connect() as connection:
            rows = (await connection.execute(query.group_by(alerts.c.team).order_by(alerts.c.team))).all()
        return [AlertsWaiting(team, int(waiting), int(overdue)) for team, waiting, overdue in rows]

    async def _all(self, query: Select[Any]) -> list[AlertListed]:
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [AlertListed(AlertView(*row[:-2]), row[-2], row[-1]) for row in rows]


def _listed() -> Select[Any]:
    answered = and_(
        responses.c.customer_id == alerts.c.customer_id,
        responses.c.invitation_id == alerts.c.invitation_id,
    )
    return select(*ALERT_VIEW, responses.c.status, responses.c.score).select_from(
        alerts.outerjoin(responses, answered)
    )
