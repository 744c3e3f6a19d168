"""Reads responses: some of them, one, or all of them in little memory."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from msgspec.structs import asdict
from sqlalchemy import Select, func, select, text

from router.model.responses import ResponseRow, WantedResponses
from router.store.database import Database
from router.store.responses import response_of
from router.store.schema import responses

_CHUNK: Final = 2_000
_EQUAL: Final = ("customer_id", "survey", "journey", "step", "channel", "status")


class Responses:
    """Responses as they stand. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, wanted: WantedResponses, limit: int) -> list[ResponseRow]:
        """At most `limit` responses, the latest answers first."""
        query = (
            _wanted(wanted).order_by(responses.c.answered_at.desc(), responses.c.invitation_id).limit(limit)
        )
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [response_of(row) for row in rows]

    async def count(self, wanted: WantedResponses) -> int:
        """How many responses there are."""
        query = _wanted(wanted).with_only_columns(func.count())
        async with self._database.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def one(self, invitation_id: UUID) -> ResponseRow | None:
        """The response to the invitation with this id."""
        query = _wanted(WantedResponses()).where(responses.c.invitation_id == invitation_id)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return response_of(row) if row is not None else None

    async def stream(self, wanted: WantedResponses) -> AsyncIterator[list[ResponseRow]]:
        """All responses in the order of their answers, some at a time, in one long transaction."""
        query = _wanted(wanted).order_by(responses.c.answered_at, responses.c.invitation_id)
        async with self._database.connect() as connection:
            if not self._database.is_sqlite:
                # A read of everything: longer than a statement may otherwise take, and it holds no rows.
                await connection.execute(text("SET LOCAL statement_timeout = 0"))
                await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            result = await connection.stream(query, execution_options={"yield_per": _CHUNK})
            async for rows in result.mappings().partitions():
                yield [response_of(row) for row in rows]


def _wanted(wanted: WantedResponses) -> Select[Any]:
    terms = asdict(wanted)
    query = select(*responses.c).where(
        *(responses.c[name] == terms[name] for name in _EQUAL if terms[name] is not None)
    )
    if wanted.since is not None:
        query = query.where(responses.c.answered_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(responses.c.answered_at < wanted.until)
    if wanted.imported != "both":
        imported = responses.c.imported
        query = query.where(imported.is_(None) if wanted.imported == "no" else imported.is_not(None))
    return query
