"""The journal customer by customer: one at a time in memory, however long the journal is."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from router.model.ledger import JournalRow


class JournalByCustomer(Protocol):
    """What this needs of a store."""

    def journal_by_customer(self, since: datetime | None = None) -> AsyncIterator[Sequence[JournalRow]]:
        """What happened since then to customers, the rows of each together and in the order they were decided."""


async def customers(
    reader: JournalByCustomer, since: datetime | None, progress: Callable[[int], None]
) -> AsyncIterator[list[JournalRow]]:
    """The rows of one customer after the other. `progress` is told how many rows were read so far."""
    read, open_rows = 0, list[JournalRow]()
    async for some in reader.journal_by_customer(since):
        for customer_id, rows in groupby(some, key=attrgetter("customer_id")):
            # A customer's rows may go on in the next part.
            if open_rows and open_rows[0].customer_id != customer_id:
                yield open_rows
                open_rows = []
            open_rows += rows
        read += len(some)
        progress(read)
    if open_rows:
        yield open_rows
