"""What is done to one customer by hand: erased, or gone on with after they were set aside."""

from contextlib import suppress
from datetime import datetime
from typing import Literal

from router.decide.coverage_cells import CoverageSums
from router.model.encoding import UnreadableRow, decode_state
from router.model.keyed_hash import KeyedHash
from router.service.cell_rebuild import count
from router.service.known_secret import require_known
from router.store import SqlStore, Transaction

Erasure = Literal["erased", "erased_before", "marked"]
"""What was there to erase: something; nothing since an earlier erasure; nothing at all, and the id is marked as erased."""


class UnknownCustomer(Exception):
    """Nothing is known under an id, which may be mistyped. The text says what to do."""


class NotSetAside(Exception):
    """A customer is not set aside. The text says what to do."""


async def erase(
    store: SqlStore,
    hashes: KeyedHash,
    customer: str,
    now: datetime,
    *,
    first: bool = False,
    unknown: bool = False,
) -> Erasure:
    """Deletes all that is known of a customer but the suppressions, which stay under a keyed hash with `erased`.

    `first` takes the secret of the hashes also where no role has used one yet. `unknown` marks even an id that nothing
    is known of. Raises `UnknownCustomer`, and `OtherSecret` where the hash would not be known again.
    """
    await require_known(store, hashes, now, first=first)
    hashed = hashes.customer(customer)

    async def work(transaction: Transaction) -> Erasure:
        stored, _ = await transaction.load([customer], [])
        before = await transaction.suppressions(hashed)
        kept = {"erased", *(kind for erased in before.values() for kind in erased.suppressed)}
        # What cannot be read is erased all the same, and `erased` keeps everything from being asked.
        with suppress(UnreadableRow):
            kept |= set(decode_state(stored[customer].body).profile.suppressed) if stored else set()
        sums = CoverageSums()
        with suppress(UnreadableRow):
            for row in await transaction.covered(customer):
                count(sums, row)
        await transaction.keep_coverage(sums.cells())
        if await transaction.erase(customer, hashed, sorted(kept), now):
            return "erased"
        if before:
            return "erased_before"
        if unknown:
            return "marked"
        # Raised inside the transaction: nothing of it stays.
        raise UnknownCustomer(
            f"Nothing is known of the customer {customer}, and nothing was changed: check the id; capitals and leading zeros count."
            " To mark the id as erased before anything comes, add --unknown."
        )

    return await store.run(work)


async def resume(store: SqlStore, customer: str | None = None) -> int:
    """Goes on with a customer who was set aside, else with all of them; how many. Raises `NotSetAside` for the one."""
    count = await store.run(lambda transaction: transaction.take_back(customer))
    if customer is not None and not count:
        raise NotSetAside(
            "This customer is not set aside: `feedback-router customer set-aside` lists who is."
        )
    return count
