"""What the database of a run holds, read with plain SQL, and how it compares with a backtest."""

import json
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy
from msgspec import Struct
from sqlalchemy.ext.asyncio import create_async_engine

from router.authoring.backtest import DecisionLine
from router.store.schema import invitations, journal
from tests.running.eventlog import Expected

COMPARED = (
    "outcome",
    "reason",
    "journey",
    "instance",
    "step",
    "rule",
    "survey",
    "metric",
    "due_at",
    "eligible_again_at",
    "invitation_id",
)
"""What the journal keeps of a decision, by its name in a line of the backtest."""

# The order in which a decision is encoded.
_ENCODED = (
    "outcome",
    "reason",
    "journey",
    "instance",
    "step",
    "rule",
    "survey",
    "metric",
    "channel",
    "locale",
)
_ENCODED += ("due_at", "eligible_again_at", "invitation_id")


class Kept(Struct, frozen=True):
    """Journal rows by source and id, as often as each stands there, and invitations by id.

    One that nobody answered in time counts as sent: a backtest ends before.
    """

    decisions: dict[tuple[str, str], dict[str, Any]]
    times: Counter[tuple[str, str]]
    customers: dict[str, str]
    states: dict[str, str]
    due: dict[str, datetime]

    @property
    def sent(self) -> set[str]:
        """The invitations marked as sent."""
        return {id_ for id_, state in self.states.items() if state == "sent"}


async def kept(url: str) -> Kept:
    """Read everything."""
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
    async with engine.connect() as connection:
        rows = (await connection.execute(sqlalchemy.select(journal.c.body, journal.c.verdict))).all()
        query = sqlalchemy.select(invitations).where(invitations.c.kind == "invitation")
        asked = (await connection.execute(query)).mappings().all()
    await engine.dispose()
    decisions: dict[tuple[str, str], dict[str, Any]] = {}
    times: Counter[tuple[str, str]] = Counter()
    for body, verdict in rows:
        interaction = json.loads(body)
        place = (interaction["source"], interaction["id"])
        decisions[place] = dict(zip(_ENCODED, json.loads(verdict), strict=False))
        times[place] += 1
    ids = [(str(UUID(str(row["id"]))), row) for row in asked]
    return Kept(
        decisions,
        times,
        {id_: row["customer_id"] for id_, row in ids},
        {id_: "sent" if row["state"] == "unanswered" else row["state"] for id_, row in ids},
        {id_: row["due_at"] for id_, row in ids},
    )


async def journal_rows(url: str) -> int:
    """How many interactions are decided."""
    return await _count(url, sqlalchemy.select(sqlalchemy.func.count()).select_from(journal))


async def invitations_in(url: str, state: str) -> int:
    """How many invitations are in a state, what follows them left out; `sent` are also those nobody answered."""
    query = sqlalchemy.select(sqlalchemy.func.count()).where(invitations.c.kind == "invitation")
    states = ("sent", "unanswered") if state == "sent" else (state,)
    return await _count(url, query.where(invitations.c.state.in_(states)))


async def _count(url: str, query: sqlalchemy.Select[tuple[int]]) -> int:
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
    async with engine.connect() as connection:
        found = await connection.scalar(query)
    await engine.dispose()
    return found or 0


def assert_as_in_backtest(found: Kept, expected: Expected) -> None:
    """The same decisions, one for one, and the same ends of the invitations."""
    assert found.times == Counter(dict.fromkeys(expected.decisions, 1))
    told = {place: {name: one.get(name) for name in COMPARED} for place, one in found.decisions.items()}
    wanted = {place: _encoded(line) for place, line in expected.decisions.items()}
    differing = {place: (told[place], wanted[place]) for place in wanted if told[place] != wanted[place]}
    assert not differing, f"{len(differing)} differ, such as {list(differing.items())[:3]}"
    lines = expected.decisions.values()
    also = {one.invitation_id for line in lines if line.also for one in line.also}
    planned = {line.invitation_id for line in lines} | also
    ends = {id_: expected.finals.get(id_, "planned") for id_ in planned if id_}
    assert found.states == ends


def _encoded(line: DecisionLine) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in COMPARED}
    return {
        name: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
        for name, value in values.items()
    }
