"""A process that stands still within a transaction holds others up for seconds, not for ever."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url, text

from router.flow.pipeline import Arrived
from router.flow.ports import Ledger
from router.store import SqlStore, StoreUnavailable, Transaction, Waits, upgrade
from tests.contract.test_set_aside import Service, calls
from tests.running.waiting import eventually

pytestmark = pytest.mark.connected
WAITS = Waits(lock=0.6, idle_transaction=0.3)
QUOTA = [("everybody", "")]


@pytest.fixture
def url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
async def hasty(postgres_url: str) -> AsyncIterator[SqlStore]:
    await upgrade(postgres_url)
    store = await SqlStore.open(postgres_url, waits=WAITS)
    yield store
    await store.close()


async def test_a_transaction_that_stands_still_is_ended_and_the_others_go_on(hasty: SqlStore) -> None:
    holds, awake = asyncio.Event(), asyncio.Event()

    async def frozen(transaction: Transaction) -> None:
        await transaction.counts(QUOTA)
        holds.set()
        await awake.wait()
        await transaction.counts(QUOTA)

    first = asyncio.create_task(hasty.run(frozen))
    await holds.wait()
    assert await hasty.run(lambda transaction: transaction.counts(QUOTA)) == {}
    awake.set()
    with pytest.raises(StoreUnavailable):
        await first


async def test_one_that_stands_still_while_it_copies_is_ended_by_whoever_waits(
    hasty: SqlStore, postgres_url: str
) -> None:
    plain = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    other = await asyncpg.connect(plain, server_settings={"application_name": "feedback-router"})
    copies, awake = asyncio.Event(), asyncio.Event()

    async def nothing() -> AsyncIterator[bytes]:
        copies.set()
        await awake.wait()
        yield b""

    async def frozen() -> None:
        async with other.transaction():
            await other.execute("LOCK TABLE quota_counts")
            await other.copy_to_table("rate_caps", source=nothing())

    standing = asyncio.create_task(frozen())
    await copies.wait()

    with pytest.raises(StoreUnavailable, match="locked by somebody"):
        await hasty.run(lambda transaction: transaction.counts(QUOTA))
    assert await hasty.run(lambda transaction: transaction.counts(QUOTA)) == {}
    awake.set()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await standing
    await other.close()


async def test_a_batch_that_takes_too_long_is_halved(hasty: SqlStore, other: SqlStore) -> None:
    service = Service(hasty)
    decide = service.pipeline._decide

    async def none_is_open() -> bool:
        async with other._database.connect() as connection:
            open_ones = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
            return not await connection.scalar(text(open_ones))

    async def slow(ledger: Ledger, arrived: Sequence[Arrived], *, alone: bool, asks: bool) -> Any:
        if len(arrived) > 5:
            await ledger.situation()
            await eventually(none_is_open, "PostgreSQL ends the transaction")
        return await decide(ledger, arrived, alone=alone, asks=asks)

    service.pipeline._decide = slow  # type: ignore[method-assign]
    processed = await service.read(calls(service))
    assert (processed.dead, processed.unstored) == ([], [])
    assert len(processed.decided) == len(calls(service))
