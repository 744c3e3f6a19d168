"""Values that are remembered of instances: written in one piece, kept from others, forgotten in the end."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from router.flow.ports import Ledger, Store
from router.model.ledger import Conflict
from router.model.remembered import KEPT_DAYS, RememberedRow
from router.store import SqlStore, Transaction
from tests.contract.rows import changes, save

DAY = date(2026, 11, 2)
KEYS = [UUID(int=number) for number in range(1, 6)]


def row(number: int, body: bytes, *, new: bool = True, noted_on: date = DAY) -> RememberedRow:
    return RememberedRow(KEYS[number], body, noted_on, new)


async def remembered(store: Store) -> dict[UUID, bytes]:
    async def work(ledger: Ledger) -> dict[UUID, bytes]:
        return await ledger.remembered(KEYS)

    return await store.run(work)


async def test_what_is_remembered_is_found_and_written_over(ledger: Store) -> None:
    assert await remembered(ledger) == {}
    await save(ledger, remembered=[row(0, bytes(range(256))), row(2, b"two")])
    assert await remembered(ledger) == {KEYS[0]: bytes(range(256)), KEYS[2]: b"two"}
    await save(ledger, remembered=[row(0, b"now", new=False), row(1, b"one"), row(2, b"", new=False)])
    assert await remembered(ledger) == {KEYS[0]: b"now", KEYS[1]: b"one", KEYS[2]: b""}


async def test_a_value_that_no_message_tells_any_more_is_forgotten(store: SqlStore) -> None:
    long_ago = DAY - timedelta(days=KEPT_DAYS + 1)
    await save(store, remembered=[row(0, b"old", noted_on=long_ago)])
    await save(store, remembered=[row(1, b"kept", noted_on=DAY - timedelta(days=KEPT_DAYS))])
    await save(store, remembered=[row(2, b"new")])
    assert set(await remembered(store)) == {KEYS[1], KEYS[2]}


@pytest.mark.parametrize("known", [False, True])
async def test_two_workers_with_messages_of_one_thing_do_not_lose_one(
    store: SqlStore, other: SqlStore, known: bool
) -> None:
    """The second one sees what the first one wrote, whether there was a row before or not."""
    if known:
        await save(store, remembered=[row(0, b"")])
    inside, tries = asyncio.Event(), 0

    async def append(transaction: Transaction, sign: bytes) -> None:
        nonlocal tries
        tries += 1
        found = await transaction.remembered(KEYS[:1])
        inside.set()
        body = found.get(KEYS[0], b"") + sign
        await transaction.save(changes(remembered=[row(0, body, new=not found)]))

    async def second() -> None:
        await inside.wait()
        await other.run(lambda transaction: append(transaction, b"b"))

    async with asyncio.TaskGroup() as group:
        group.create_task(store.run(lambda transaction: append(transaction, b"a")))
        group.create_task(second())
    assert sorted((await remembered(store))[KEYS[0]]) == sorted(b"ab")
    assert tries >= 2


async def test_a_new_row_that_is_there_already_is_a_conflict_on_postgresql(store: SqlStore, url: str) -> None:
    await save(store, remembered=[row(0, b"first")])

    async def work(transaction: Transaction) -> None:
        try:
            await transaction.save(changes(remembered=[row(0, b"second")]))
        except Conflict:
            raise RuntimeError("told") from None

    if url.startswith("postgres"):
        with pytest.raises(RuntimeError, match="told"):
            await store.run(work)
        assert (await remembered(store))[KEYS[0]] == b"first"
    else:
        # One writer at a time: nothing comes between a read and the write that follows it.
        await store.run(work)
