"""The store: transactions that are run again when they meet another one."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from time import monotonic
from typing import Final, TypeVar

from sqlalchemy import text

from router.model.ledger import Conflict, RetryCause
from router.store.alert_reading import AlertReading
from router.store.cells import Cells
from router.store.console_access import ConsoleAccess
from router.store.console_tokens import ConsoleTokens
from router.store.customer_answers import AnswersByCustomer
from router.store.database import WAITS, Database, Waits
from router.store.drafts import Drafts
from router.store.effort import Effort
from router.store.errors import (
    Conflicted,
    StoreUnavailable,
    TooLong,
    is_contention,
    is_locked_out,
    lasting,
)
from router.store.migration import require_newest
from router.store.postgres import PostgresTransaction
from router.store.reading import Reading
from router.store.recounting import Recounting
from router.store.responses_reading import Responses
from router.store.revisions import Revisions
from router.store.rights import require_rights
from router.store.source_counts import SourceCountReading
from router.store.sqlite import SqliteTransaction
from router.store.transaction import Transaction

T = TypeVar("T")

_END_FROZEN: Final = text("""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
        AND application_name = current_setting('application_name') AND state = 'active' AND wait_event = 'ClientRead'
        AND query_start < clock_timestamp() - make_interval(secs => CAST(:seconds AS double precision))
""")

_ATTEMPTS: Final = 20
_CONFLICTS: Final = 6
"""Two transactions that add the same new customer meet once: the second one finds the row then."""
_SPARE_CONNECTIONS: Final = 2
_LONGEST_PAUSE: Final = 0.5


class SqlStore:
    """Customers, journal, invitations and counts on PostgreSQL or SQLite.

    `access` keeps sessions and the audit of the console, `tokens` those of its API. `reading` answers questions, `cells` those about scores and coverage, `effort` those about what goes together with
    scores, `responses` those about single responses, `source_counts` those about what sources brought.
    `on_retry` is told of every transaction that is run again.
    """

    def __init__(self, database: Database, on_retry: Callable[[RetryCause], None] | None = None) -> None:
        self._database = database
        self._on_retry = on_retry or (lambda _cause: None)
        self._transaction: type[Transaction] = (
            SqliteTransaction if database.is_sqlite else PostgresTransaction
        )
        # SQLite has one writer; waiting here costs nothing, waiting in the database costs a thread and a poll.
        self._turn: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if database.is_sqlite else nullcontext()
        )
        self.reading = Reading(database)
        self.alerts = AlertReading(database)
        self.revisions = Revisions(database)
        self.drafts = Drafts(database)
        self.cells = Cells(database)
        self.answers_by_customer = AnswersByCustomer(database)
        self.effort = Effort(database)
        self.responses = Responses(database)
        self.source_counts = SourceCountReading(database)
        self.access = ConsoleAccess(database)
        self.tokens = ConsoleTokens(database)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        lanes: int = 4,
        waits: Waits = WAITS,
        on_retry: Callable[[RetryCause], None] | None = None,
    ) -> "SqlStore":
        """A store for `lanes` transactions at once. Connects when first used; raises StoreUnavailable on a bad URL."""
        return cls(Database(url, connections=lanes + _SPARE_CONNECTIONS, waits=waits), on_retry)

    async def close(self) -> None:
        """Close all connections."""
        await self._database.close()

    async def check(self, *, writes: bool = False) -> None:
        """Return when the database answers and has the newest schema; else StoreUnavailable or SchemaOutdated.

        With `writes`, also where it denies what workers and dispatchers do to its tables.
        """
        await require_newest(self._database)
        if writes:
            async with self._turn:
                await require_rights(self._database)

    async def run(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in one transaction, and again from the start when it meets another one.

        `work` must do nothing but compute and use its transaction. Whatever else it raises rolls back.
        Raises StoreUnavailable when the database is away, when the connection is lost (the commit may or may
        not have happened) or when no try of many came through; Conflicted where it met the same rows each time.
        """
        met: Exception | None = None
        conflicts = 0
        for attempt in range(_ATTEMPTS):
            if attempt:
                await asyncio.sleep(_pause(attempt))
            begun: float | None = None
            try:
                async with self._turn, self._database.begin() as connection:
                    begun = monotonic()
                    return await work(self._transaction(connection))
            except Exception as error:
                if is_locked_out(error):
                    await self._end_frozen()
                elif isinstance(error, StoreUnavailable) and self._took_long(begun):
                    raise TooLong(str(error)) from error
                if not isinstance(error, Conflict) and not is_contention(error):
                    raise
                self._on_retry("conflict" if isinstance(error, Conflict) else "contention")
                met = error
                conflicts += isinstance(error, Conflict)
            if conflicts == _CONFLICTS:
                raise Conflicted(
                    f"{self._database.where} has a row already that a transaction adds, {conflicts} times one after"
                    " another: try again"
                ) from met
        raise StoreUnavailable(
            f"{self._database.where} let none of {_ATTEMPTS} tries through, others change the same rows: try again"
        ) from met

    def recounting(self) -> AbstractAsyncContextManager[Recounting]:
        """A snapshot of all that cells are counted from."""
        return Recounting.of(self._database)

    async def _end_frozen(self) -> None:
        """Ends transactions of ours that hold rows and wait for a process that does not go on with its COPY.

        No time limit of PostgreSQL reaches those. The one for idle transactions reaches all others.
        """
        async with self._database.connect() as connection:
            await connection.execute(_END_FROZEN, {"seconds": self._database.waits.idle_transaction})

    def _took_long(self, begun: float | None) -> bool:
        """Whether a transaction took so long that PostgreSQL may have ended it for that."""
        if begun is None or self._database.is_sqlite:
            return False
        return monotonic() - begun > self._database.waits.idle_transaction

    def too_long(self, error: Exception) -> bool:
        """Whether a transaction ended so for the time that it took: a shorter one may come through."""
        return isinstance(error, TooLong)

    def lasting(self, error: Exception) -> str | None:
        """A word for why a transaction that ended so will always end so; None where trying again may help."""
        return lasting(error)


def _pause(attempt: int) -> float:
    longest = min(_LONGEST_PAUSE, 0.002 * 2.0**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter is no secret
