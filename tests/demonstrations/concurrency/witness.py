"""A witness in the database: the true order of what the processes commit, kept by PostgreSQL and not by them.

Whoever writes about a customer holds the customer's row until the commit, so places of one customer are in order of
commits.
"""

from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from tests.demonstrations.concurrency.observed import Asked, Decided, Place, Turn

_SWEAR_IN: Final = """
CREATE SEQUENCE place;
ALTER TABLE journal
    ADD COLUMN place bigint NOT NULL DEFAULT nextval('place'),
    ADD COLUMN transaction bigint NOT NULL DEFAULT txid_current();
CREATE TABLE turns (
    place bigint NOT NULL DEFAULT nextval('place'),
    transaction bigint NOT NULL DEFAULT txid_current(),
    id uuid NOT NULL,
    before text,
    after text NOT NULL,
    due_at timestamptz NOT NULL,
    settled_at timestamptz
);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO turns (id, before, after, due_at, settled_at)
    VALUES (NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.due_at, NEW.settled_at);
    RETURN NULL;
END $$;
CREATE TRIGGER planned AFTER INSERT ON invitations FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER turned AFTER UPDATE ON invitations FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.due_at <> NEW.due_at) EXECUTE FUNCTION note();
"""

_STAGES: Final = ("had_step", "withheld", "planned", "cancelled", "displaced", "expired", "sent")
_CELL: Final = f"day, journey, step, channel, attribute, value, reason, {', '.join(_STAGES)}"


class Interaction(Struct):
    """An interaction as the journal keeps it."""

    source: str
    id: str
    type: str
    channel: str | None = None
    attributes: dict[str, Any] = {}


_interaction: Final = msgspec.json.Decoder(Interaction)


class Witness:
    """One connection to the database of a run."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @classmethod
    async def sworn_in(cls, url: str) -> "Witness":
        """Watches a database with all tables and nothing in them."""
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(_SWEAR_IN)
        return cls(connection)

    async def close(self) -> None:
        """Look no more."""
        await self._connection.close()

    async def decided(self, prefix: str) -> int:
        """How many rows of the journal are about interactions whose id begins so."""
        query = "SELECT count(*) FROM journal WHERE interaction_id LIKE $1"
        return int(await self._connection.fetchval(query, f"{prefix}%"))

    async def states(self) -> dict[tuple[str, str], int]:
        """How many rows of invitations there are, by kind and state."""
        rows = await self._connection.fetch("SELECT kind, state, count(*) FROM invitations GROUP BY 1, 2")
        return {(kind, state): count for kind, state, count in rows}

    async def invitations_in(self, *states: str) -> list[str]:
        """The ids of invitations and what follows them, in one of these states."""
        query = "SELECT id FROM invitations WHERE kind <> 'cancellation' AND state = ANY($1)"
        return [str(row["id"]) for row in await self._connection.fetch(query, list(states))]

    async def history(self) -> list[Decided | Turn]:
        """All that was committed, in its order."""
        journal = await self._connection.fetch(
            "SELECT place, transaction, seq, customer_id, key, time, now, reason, body, verdict FROM journal"
        )
        turns = await self._connection.fetch(
            "SELECT place, transaction, id, before, after, due_at, settled_at FROM turns"
        )
        history = [_decided(row) for row in journal] + [
            Turn(row[0], row[1], str(row[2]), *row[3:]) for row in turns
        ]
        return sorted(history, key=lambda one: one.place)

    async def invitations(self) -> dict[str, Asked]:
        """Every invitation, reminder, fallback and cancellation by its id."""
        # The column tells the channel of the release, the facts that of the plan.
        channel = "CAST(convert_from(body, 'UTF8') AS json) ->> 4"
        names = f"id, customer_id, kind, root, rule, survey, metric, {channel}, state, key, reason"
        rows = await self._connection.fetch(f"SELECT {names} FROM invitations")
        return {str(row[0]): Asked(str(row[0]), row[1], row[2], str(row[3]), *row[4:]) for row in rows}

    async def counted(self) -> dict[tuple[str, str], int]:
        """The quota counters as they are kept, by quota and value: all in one day."""
        rows = await self._connection.fetch("SELECT quota, value, sum(count) FROM quota_counts GROUP BY 1, 2")
        return {(quota, value): int(count) for quota, value, count in rows}

    async def coverage(self) -> tuple[dict[Place, int], int]:
        """The sums of cells of coverage, with the changes that are not rolled up; how many cells do not add up."""
        cells = (
            f"(SELECT {_CELL} FROM coverage_cells UNION ALL SELECT {_CELL} FROM coverage_changes) AS cells"
        )
        sums = ", ".join(f"sum({stage})" for stage in _STAGES)
        of_all = f"SELECT journey, channel, reason, {sums} FROM {cells} WHERE attribute = '' GROUP BY 1, 2, 3"
        found = {
            (row["journey"], row["channel"], stage, row["reason"]): int(count)
            for row in await self._connection.fetch(of_all)
            for stage, count in zip(_STAGES, list(row)[3:], strict=True)
            if count
        }
        uneven = await self._connection.fetchval(
            f"SELECT count(*) FROM (SELECT 1 FROM {cells} GROUP BY day, journey, step, channel, attribute, value"
            " HAVING sum(had_step) <> sum(withheld) + sum(planned)) AS uneven"
        )
        return found, int(uneven)

    async def largest_states(self) -> tuple[int, int]:
        """The mean and the largest size of a customer's state in bytes."""
        query = (
            "SELECT coalesce(avg(octet_length(body)), 0), coalesce(max(octet_length(body)), 0) FROM customers"
        )
        mean, largest = await self._connection.fetchrow(query)
        return int(mean), int(largest)

    async def deadlocks(self) -> int:
        """How many deadlocks PostgreSQL has broken in this database."""
        await self._connection.execute("SELECT pg_stat_clear_snapshot()")
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(await self._connection.fetchval(query))


def _decided(row: Any) -> Decided:
    told = _interaction.decode(row["body"])
    outcome, _, journey, _, step, *_ = msgspec.json.decode(row["verdict"])
    return Decided(
        place=row["place"],
        transaction=row["transaction"],
        seq=row["seq"],
        customer=row["customer_id"],
        key=row["key"],
        time=row["time"],
        now=row["now"],
        reason=row["reason"],
        source=told.source,
        id=told.id,
        type=told.type,
        channel=told.channel,
        attributes=told.attributes,
        journey=journey,
        step=step,
        planned=outcome != "no_survey",
    )
