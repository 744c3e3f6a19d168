import asyncio
import random
from collections import Counter

import pytest

from router.model.ledger import QuotaKey, StateRow
from router.store import SqlStore, Transaction, upgrade
from tests.contract.rows import NOON, changes, invitation_row, journal_row, load, named, plan, take

CUSTOMERS = [f"customer-{number}" for number in range(12)]
QUOTA = QuotaKey("all", "", "2026-11")


async def _increment(transaction: Transaction, chosen: list[str], name: str) -> None:
    """Count each chosen customer up by one, loaded and saved in the caller's disorder."""
    states, journaled = await transaction.load(chosen, [(chosen[0], named(name))])
    assert not journaled
    await asyncio.sleep(0)
    rows = [
        StateRow(customer_id, state.version, str(int(state.body) + 1).encode())
        if state
        else StateRow(customer_id, 0, b"1")
        for customer_id, state in ((customer_id, states.get(customer_id)) for customer_id in chosen)
    ]
    await transaction.save(changes(states=rows, journal=[journal_row(chosen[0], name)]))


async def test_no_update_is_lost_and_no_deadlock_escapes(store: SqlStore, other: SqlStore) -> None:
    expected: Counter[str] = Counter()

    async def lane(number: int) -> None:
        chance = random.Random(number)
        for turn in range(15):
            chosen = chance.sample(CUSTOMERS, 5)
            expected.update(chosen)
            side = store if number % 2 else other
            await side.run(lambda tx, chosen=chosen, name=f"{number}/{turn}": _increment(tx, chosen, name))

    await asyncio.gather(*(lane(number) for number in range(6)))
    states = await load(store, *CUSTOMERS)
    assert {customer_id: int(state.body) for customer_id, state in states.items()} == dict(expected)
    assert {customer_id: state.version for customer_id, state in states.items()} == dict(expected)
    assert sum((await store.reading.reasons()).values()) == 6 * 15


async def test_an_interaction_that_comes_twice_at_once_is_journaled_once(
    store: SqlStore, other: SqlStore
) -> None:
    written = []

    async def handle(transaction: Transaction) -> None:
        key = named("same")
        states, journaled = await transaction.load(["ann"], [("ann", key)])
        await asyncio.sleep(0)
        if not journaled:
            version = states["ann"].version if "ann" in states else 0
            await transaction.save(
                changes(states=[StateRow("ann", version, b"x")], journal=[journal_row("ann", "same")])
            )
            written.append(1)

    await asyncio.gather(*(side.run(handle) for side in (store, other) * 4))
    assert len(await store.reading.journal_of("ann")) == 1
    assert (await load(store, "ann"))["ann"].version == 1


async def test_a_quota_is_never_passed(store: SqlStore, other: SqlStore) -> None:
    limit, granted = 10, []

    async def ask(transaction: Transaction, customer_id: str) -> bool:
        states, _ = await transaction.load([customer_id], [])
        used = (await transaction.counts([("all", ""), ("agent", customer_id)])).get(QUOTA, 0)
        await asyncio.sleep(0)
        if used >= limit:
            return False
        version = states[customer_id].version if customer_id in states else 0
        await transaction.save(
            changes(states=[StateRow(customer_id, version, b"x")], counts={QUOTA: used + 1})
        )
        return True

    async def lane(number: int) -> None:
        for turn in range(6):
            side, customer_id = (store, other)[turn % 2], CUSTOMERS[(number + turn) % 3]
            granted.append(await side.run(lambda tx, customer_id=customer_id: ask(tx, customer_id)))

    await asyncio.gather(*(lane(number) for number in range(4)))
    assert granted.count(True) == limit
    assert await store.run(lambda tx: tx.counts([("all", "")])) == {QUOTA: limit}


async def test_processes_agree_on_the_numbers_of_rule_sets(store: SqlStore, other: SqlStore) -> None:
    names = ["a", "b", "c", "a", "b", "c", "a"]
    numbers = await asyncio.gather(
        *(
            (store, other)[place % 2].revisions.load(name, name.encode(), NOON)
            for place, name in enumerate(names)
        )
    )
    assert len(set(zip(names, numbers, strict=True))) == 3
    assert sorted(set(numbers)) == [1, 2, 3]


@pytest.mark.connected
async def test_a_deadlock_is_run_again(postgres_url: str) -> None:
    """Rows of nobody stand under no customer's lock: two who write the same ones in opposite order meet."""
    await upgrade(postgres_url)
    causes: list[str] = []
    store = await SqlStore.open(postgres_url, on_retry=causes.append)
    first_written = asyncio.Barrier(2)
    tries = 0

    async def write(transaction: Transaction, names: list[str]) -> None:
        nonlocal tries
        tries += 1
        meets = tries <= 2
        _, journaled = await transaction.load([], [("", named(name)) for name in names])
        for name in names:
            if ("", named(name)) not in journaled:
                await transaction.save(changes(journal=[journal_row("", name)]))
            if meets and name == names[0]:
                await first_written.wait()

    names = ["a", "b"]
    await asyncio.gather(
        *(store.run(lambda tx, names=names: write(tx, names)) for names in (names, names[::-1]))
    )
    assert len(await store.reading.journal_of("")) == 2
    assert causes[0] == "contention"
    await store.close()


@pytest.mark.connected
async def test_on_postgres_a_customer_whom_somebody_else_looks_at_is_passed_over(postgres_url: str) -> None:
    await upgrade(postgres_url)
    store, other = await SqlStore.open(postgres_url), await SqlStore.open(postgres_url)
    await plan(store, invitation_row("ann", "one"), invitation_row("bob", "two"))
    found: list[str] = []

    async def work(transaction: Transaction) -> None:
        await transaction.load(["ann"], [])
        found.extend(held.row.customer_id for held in await take(other))

    await store.run(work)
    assert found == ["bob"]
    assert [held.row.customer_id for held in await take(other)] == ["ann"]
    await store.close()
    await other.close()
