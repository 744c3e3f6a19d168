"""What is done to responses by hand: one taken out of the scores or put back, those of an older tool taken in."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from router.decide.score_cells import ScoreSums, score_changes
from router.model.ledger import Changes
from router.model.responses import ResponseRow
from router.store import SqlStore, Transaction

AT_ONCE: Final = 500
"""So many imported responses are written in one transaction."""

MOST_BECAUSE: Final = 1_000
"""So many characters a reason for an exclusion may have."""


class ResponseRefused(Exception):
    """A response cannot be excluded or included. The text says why and what to do."""


async def exclude(
    store: SqlStore, invitation_id: UUID, by: str, because: str, now: datetime, zone: tzinfo
) -> ResponseRow:
    """Takes a response out of all scores, and keeps who did it, when and why; the response after it.

    A later answer to the same invitation stays out as well. Raises `ResponseRefused`.
    """
    because = because.strip()
    if not because:
        raise ResponseRefused("An exclusion needs a reason: say it with --because.")
    if len(because) > MOST_BECAUSE:
        raise ResponseRefused(
            f"The reason has {len(because):,} characters, and at most {MOST_BECAUSE:,} are kept."
        )

    def taken_out(row: ResponseRow) -> ResponseRow:
        if row.status == "excluded":
            raise ResponseRefused(
                f"The response to {invitation_id} is excluded already, by {row.excluded_by}: {row.excluded_because}"
            )
        return replace(row, status="excluded", excluded_by=by, excluded_at=now, excluded_because=because)

    return await _changed(store, invitation_id, taken_out, zone)


async def include(store: SqlStore, invitation_id: UUID, zone: tzinfo) -> ResponseRow:
    """Puts an excluded response back into the scores, where it has one. Raises `ResponseRefused`."""

    def put_back(row: ResponseRow) -> ResponseRow:
        if row.status != "excluded":
            raise ResponseRefused(f"The response to {invitation_id} is not excluded.")
        if row.score is None:
            raise ResponseRefused(
                f"The response to {invitation_id} has no score, so there is nothing to put back into the scores."
            )
        return replace(row, status="counted", excluded_by=None, excluded_at=None, excluded_because=None)

    return await _changed(store, invitation_id, put_back, zone)


async def take_in(store: SqlStore, rows: Sequence[ResponseRow], zone: tzinfo) -> int:
    """Writes imported responses that are not there yet; how many. What was imported before is left as it stands."""
    taken = 0
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]

        async def work(transaction: Transaction, some: Sequence[ResponseRow] = some) -> int:
            known = await transaction.known_responses([row.invitation_id for row in some])
            new = [row for row in some if row.invitation_id not in known]
            sums = ScoreSums()
            for row in new:
                sums.add(row, zone)
            await transaction.save(Changes([], [], [], [], {}, responses=new, scores=sums.cells()))
            return len(new)

        taken += await store.run(work)
    return taken


async def _changed(
    store: SqlStore, invitation_id: UUID, change: Callable[[ResponseRow], ResponseRow], zone: tzinfo
) -> ResponseRow:
    """A response changed by hand, and the cells with it, in one transaction."""
    found = await store.responses.one(invitation_id)
    if found is None:
        raise ResponseRefused(
            f"There is no response to the invitation {invitation_id}: `feedback-router responses list` shows them."
        )
    customer_id = found.customer_id

    async def work(transaction: Transaction) -> ResponseRow:
        # As workers do: whoever has the customer has what was answered.
        await transaction.load([customer_id], [])
        before = await transaction.response(customer_id, invitation_id)
        if before is None:
            raise ResponseRefused(f"The response to the invitation {invitation_id} was erased meanwhile.")
        after = change(before)
        changes = Changes([], [], [], [], {}, responses=[after], scores=score_changes(before, after, zone))
        await transaction.save(changes)
        return after

    return await store.run(work)
