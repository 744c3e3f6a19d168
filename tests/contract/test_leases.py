import asyncio
from datetime import timedelta

from router.model.ledger import Leased
from router.store import SqlStore, Transaction
from tests.contract.rows import NOON, after, change, changes, invitation_row, lease, named, save


async def test_due_invitations_come_earliest_first_and_whole(store: SqlStore) -> None:
    rows = [
        invitation_row("zoe", "third", due_at=after(-1)),
        invitation_row("bob", "first", due_at=after(-3), channel=None, recipient=None),
        invitation_row("ann", "second", due_at=after(-1)),
        invitation_row("ann", "exactly now", due_at=NOON),
        invitation_row("ann", "not yet", due_at=NOON + timedelta(microseconds=1)),
    ]
    await save(store, planned=rows)
    held = await lease(store)
    assert [leased.row for leased in held] == [rows[1], rows[2], rows[0], rows[3]]
    assert len({leased.token for leased in held}) == 1


async def test_a_limit_takes_the_earliest(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", str(hour), due_at=after(-hour)) for hour in range(5)])
    assert [leased.row.due_at for leased in await lease(store, limit=2)] == [after(-4), after(-3)]
    assert [leased.row.due_at for leased in await lease(store, limit=2)] == [after(-2), after(-1)]


async def test_a_lease_ends_by_the_wall_clock_only(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one")])
    [held] = await lease(store, minutes=5)
    assert await lease(store, now=after(1000), wall=NOON + timedelta(minutes=4, seconds=59)) == []
    [again] = await lease(store, wall=NOON + timedelta(minutes=5))
    assert again.row == held.row
    assert again.token != held.token


async def test_released_at_once(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one"), invitation_row("bob", "two")])
    held = await lease(store)
    await store.run(lambda tx: tx.release(named("stale token"), [held[0].row.id]))
    assert await lease(store) == []
    await store.run(lambda tx: tx.release(held[0].token, [held[0].row.id]))
    assert [leased.row for leased in await lease(store)] == [held[0].row]


async def test_leasers_never_get_the_same_row(store: SqlStore, other: SqlStore) -> None:
    rows = [invitation_row(f"customer-{number % 7}", str(number)) for number in range(60)]
    await save(store, planned=rows)
    taken = await asyncio.gather(*(lease(side, limit=7) for side in (store, other) * 6))
    ids = [leased.row.id for held in taken for leased in held]
    assert len(ids) == len(set(ids))
    rest = await lease(store)
    assert {leased.row.id for leased in rest}.isdisjoint(ids)
    assert len(rest) + len(ids) == 60


async def _queue_and_settle(store: SqlStore, held: Leased) -> int:
    customer_id, invitation = held.row.customer_id, held.row.id
    await store.run(lambda tx: tx.save(changes(changed=[change(customer_id, "one", "queued", seq=3)])))
    return await store.run(lambda tx: tx.settle(held.token, [(customer_id, invitation)]))


async def test_settling_says_sent_and_forgets_the_address(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one")])
    [held] = await lease(store)
    assert await _queue_and_settle(store, held) == 1
    view = await store.reading.invitation(named("one"))
    assert view is not None
    assert (view.state, view.recipient, view.settled_at, view.settled_seq) == ("sent", None, after(1), 3)
    assert await lease(store, now=after(100), wall=after(100)) == []


async def test_settling_twice_or_before_queued_changes_nothing(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one")])
    [held] = await lease(store)
    assert await store.run(lambda tx: tx.settle(held.token, [("ann", named("one"))])) == 0
    assert await _queue_and_settle(store, held) == 1
    assert await store.run(lambda tx: tx.settle(held.token, [("ann", named("one"))])) == 0
    view = await store.reading.invitation(named("one"))
    assert view is not None
    assert view.settled_at == after(1)


async def test_a_stale_token_settles_nothing(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one")])
    [slow] = await lease(store)
    await store.run(lambda tx: tx.save(changes(changed=[change("ann", "one", "queued")])))
    [quick] = await lease(store, wall=after(1))
    assert quick.row.state == "queued"
    settle = [("ann", named("one"))]
    assert await store.run(lambda tx: tx.settle(slow.token, settle)) == 0
    assert (await store.reading.invitations(state="queued"))[0].recipient == "ann@example.org"
    assert await store.run(lambda tx: tx.settle(quick.token, settle)) == 1


async def test_a_moved_invitation_is_free_for_the_next_leaser(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one")])
    [held] = await lease(store)
    moved = change("ann", "one", "planned", due_at=after(1))
    await store.run(lambda tx: tx.save(changes(changed=[moved])))
    assert await lease(store) == []
    [again] = await lease(store, now=after(1))
    assert again.token != held.token
    assert again.row.due_at == after(1)


async def test_a_lease_is_undone_with_its_transaction(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one")])

    async def work(transaction: Transaction) -> None:
        assert await transaction.lease(NOON, NOON, after(1), 10)
        raise LookupError

    try:
        await store.run(work)
    except LookupError:
        assert len(await lease(store)) == 1
