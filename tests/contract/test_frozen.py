"""A process that stands still within a transaction holds others up for seconds, not for ever."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import make_url

from router.store import SqlStore, StoreUnavailable, Transaction, Waits, upgrade

pytestmark = pytest.mark.connected
WAITS = Waits(lock=0.6, idle_transaction=0.3)
QUOTA = [("everybody", "")]


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
