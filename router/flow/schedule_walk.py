"""The walk through all customers after schedules have changed: each is looked at by those in force."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from router.decide import looked_at
from router.flow.folding import Folding
from router.flow.ports import Ledger, Store
from router.flow.unstored import in_halves
from router.rules.in_force import InForce

PAGE: Final = 2_000
"""So many customers one step passes by at most: what it costs to see that nothing is to be done."""

MOST: Final = 250
"""So many of them it looks at anew: what it costs to write them."""


class Walked(Struct):
    """Where a step has come to: `after` the last id that it passed by, None at the end; `anew` were looked at anew."""

    after: str | None
    anew: int = 0


async def walk(store: Store, rules: InForce, after: str, now: datetime, *, event_time: bool) -> Walked:
    """One step through the customers in the order of their ids. Raises what the store raises.

    Whoever was written by other schedules, or by none, is looked at: their days count from `now` on. Who cannot be
    stored is passed by; something that comes of theirs sets them aside.
    """
    page = await store.run(lambda ledger: ledger.customers_after(after, PAGE))
    stale = [name for name, by in page if by != rules.of(name).scheduled_by]

    async def look(ledger: Ledger, names: Sequence[str], _alone: bool) -> None:
        stored, _ = await ledger.load(names, [])
        folding = await Folding.of(ledger, rules, stored, now=None, event_time=event_time)
        batch = folding.batch
        for name, customer in batch.customers.items():
            batch.customers[name] = looked_at(customer, rules.of(name), now)
        batch.touched.update(batch.customers)
        await folding.save()

    some, left = stale[:MOST], 0

    async def leave_out(_name: str, _error: Exception, _cause: str) -> None:
        nonlocal left
        left += 1

    if some:
        await in_halves(store, some, look, leave_out)
    # Who cannot be stored is no news: the next walk may take its time.
    anew = len(some) - left
    if len(stale) > MOST:
        return Walked(some[-1], anew)
    return Walked(page[-1][0] if len(page) == PAGE else None, anew)
