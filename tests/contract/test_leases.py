import asyncio
from datetime import timedelta

from msgspec.structs import replace

from router.flow.ports import Store
from router.model.invitation_states import LAPSE_AFTER
from router.model.ledger import Erased, Lease, StateRow
from router.store import SqlStore, Transaction
from tests.contract.rows import (
    NOON,
    Held,
    after,
    change,
    changes,
    due_row,
    invitation_row,
    load,
    named,
    plan,
    save,
    take,
)


async def test_due_invitations_come_earliest_first_and_whole(ledger: Store) -> None:
    rows = [
        invitation_row("zoe", "third", due_at=after(-1)),
        invitation_row("bob", "first", due_at=after(-3), channel=None, recipient=None),
        invitation_row("ann", "second", due_at=after(-1)),
        invitation_row("ann", "exactly now", due_at=NOON),
        invitation_row("ann", "not yet", due_at=NOON + timedelta(microseconds=1)),
    ]
    await plan(ledger, *rows)
    held = await take(ledger)
    assert [one.row for one in held] == [due_row(rows[at]) for at in (1, 2, 0, 3)]


async def test_a_limit_takes_the_earliest(ledger: Store) -> None:
    await plan(ledger, *(invitation_row("ann", str(hour), due_at=after(-hour)) for hour in range(5)))
    assert [one.row.due_at for one in await take(ledger, limit=2)] == [after(-4), after(-3)]
    assert [one.row.due_at for one in await take(ledger, limit=2)] == [after(-2), after(-1)]


async def test_a_lease_ends_by_the_wall_clock_only(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"))
    [held] = await take(ledger, minutes=5)
    assert await take(ledger, now=after(1000), wall=NOON + timedelta(minutes=4, seconds=59)) == []
    [again] = await take(ledger, wall=NOON + timedelta(minutes=5))
    assert again.row == held.row
    assert again.lease.token != held.lease.token


async def test_dispatchers_never_get_the_same_row(store: SqlStore, other: SqlStore) -> None:
    rows = [invitation_row(f"customer-{number % 7}", str(number)) for number in range(60)]
    await plan(store, *rows)
    taken = await asyncio.gather(*(take(side, limit=7) for side in (store, other) * 6))
    ids = [one.row.id for held in taken for one in held]
    assert len(ids) == len(set(ids))
    rest = await take(store)
    assert {one.row.id for one in rest}.isdisjoint(ids)
    assert len(rest) + len(ids) == 60


async def _queue_and_settle(store: Store, held: Held) -> int:
    await store.run(
        lambda tx: tx.save(changes(changed=[change(held.row.customer_id, "one", "queued", seq=3)]))
    )
    return await _settle(store, held)


async def _settle(store: Store, held: Held) -> int:
    settled = [(held.row.customer_id, held.row.id)]
    return await store.run(lambda tx: tx.settle(held.lease.token, settled))


async def test_settling_says_sent_and_forgets_the_address(store: SqlStore) -> None:
    await plan(store, invitation_row("ann", "one"))
    [held] = await take(store)
    assert await _queue_and_settle(store, held) == 1
    view = await store.reading.invitation(named("one"))
    assert view is not None
    assert (view.state, view.recipient, view.settled_at, view.settled_seq) == ("sent", None, after(1), 3)
    assert await take(store, now=after(100), wall=after(100)) == []


async def test_settling_twice_or_before_queued_changes_nothing(store: SqlStore) -> None:
    await plan(store, invitation_row("ann", "one"))
    [held] = await take(store)
    assert await _settle(store, held) == 0
    assert await _queue_and_settle(store, held) == 1
    assert await _settle(store, held) == 0
    view = await store.reading.invitation(named("one"))
    assert view is not None
    assert view.settled_at == after(1)


async def test_what_is_settled_is_not_due_until_it_may_lapse(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"))
    [held] = await take(ledger)
    assert await _settle(ledger, held) == 0
    assert await _queue_and_settle(ledger, held) == 1
    assert await _settle(ledger, held) == 0
    assert await take(ledger, now=after(100), wall=after(100)) == []
    released = after(1)
    [silent] = await take(ledger, now=released + LAPSE_AFTER, wall=after(100))
    assert (silent.row.state, silent.row.recipient) == ("sent", None)
    await ledger.run(lambda tx: tx.lapse([("ann", silent.row.id)], released + LAPSE_AFTER))
    assert await take(ledger, now=released + 2 * LAPSE_AFTER, wall=after(1_000_000)) == []


async def test_a_stale_token_settles_nothing(store: SqlStore) -> None:
    await plan(store, invitation_row("ann", "one"))
    [slow] = await take(store)
    await store.run(lambda tx: tx.save(changes(changed=[change("ann", "one", "queued")])))
    [quick] = await take(store, wall=after(1))
    assert quick.row.state == "queued"
    assert await _settle(store, slow) == 0
    assert (await store.reading.invitations(state="queued"))[0].recipient == "ann@example.org"
    assert await _settle(store, quick) == 1


async def test_a_moved_invitation_is_free_for_the_next_leaser(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"))
    [held] = await take(ledger)
    moved = change("ann", "one", "planned", due_at=after(1))
    await ledger.run(lambda tx: tx.save(changes(changed=[moved])))
    assert await take(ledger) == []
    [again] = await take(ledger, now=after(1))
    assert again.lease.token != held.lease.token
    assert again.row.due_at == after(1)


async def test_what_becomes_queued_is_held_by_the_lease_that_is_saved_with_it(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"), invitation_row("bob", "two"))
    lease = Lease(named("token"), after(1))
    queued = [change("ann", "one", "queued"), change("bob", "two", "cancelled")]
    await ledger.run(lambda tx: tx.save(replace(changes(changed=queued), lease=lease)))
    assert await take(ledger) == []
    [again] = await take(ledger, wall=after(1))
    assert (again.row.id, again.row.state, again.row.body) == (str(named("one")), "queued", b"facts")


async def test_the_states_of_the_customers_come_along(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"), invitation_row("bob", "two", due_at=after(1)))
    due = await ledger.run(lambda tx: tx.due(NOON, NOON, 10))
    assert due.states == await load(ledger, "ann")


async def test_a_hold_is_undone_with_its_transaction(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"))

    async def work(transaction: Transaction) -> None:
        due = await transaction.due(NOON, NOON, 10)
        await transaction.hold(Lease(named("token"), after(1)), [("ann", row.id) for row in due.rows])
        raise LookupError

    try:
        await ledger.run(work)
    except LookupError:
        assert len(await take(ledger)) == 1


async def test_the_channel_is_the_one_of_the_release(store: SqlStore) -> None:
    await plan(store, invitation_row("ann", "one", channel="email"), invitation_row("bob", "two"))
    await save(store, changed=[change("ann", "one", "queued", channel="sms"), change("bob", "two", "queued")])
    assert [(await store.reading.invitation(named(name))).channel for name in ("one", "two")] == [
        "sms",
        "email",
    ]


async def test_what_nobody_has_answered_for_too_long_is_found_and_ended(store: SqlStore) -> None:
    await plan(store, invitation_row("ann", "one", keep_recipient=True))
    [held] = await take(store)
    await save(store, changed=[change("ann", "one", "queued", at=NOON)])
    queued = (held.row.customer_id, held.row.id)
    lease = Lease(named("token"), after(1))
    await store.run(lambda tx: tx.hold(lease, [queued]))
    assert await store.run(lambda tx: tx.settle(lease.token, [queued])) == 1

    over = NOON + LAPSE_AFTER
    assert await take(store, over - timedelta(microseconds=1), wall=over) == []
    [silent] = await take(store, over, wall=over)
    assert (silent.row.id, silent.row.state) == (held.row.id, "sent")
    await store.run(lambda tx: tx.lapse([("ann", silent.row.id)], over))

    view = await store.reading.invitation(named("one"))
    assert view is not None
    assert (view.state, view.reason, view.recipient) == ("unanswered", "not_answered", None)
    assert await take(store, over + LAPSE_AFTER, wall=over + LAPSE_AFTER) == []


async def test_customers_with_something_to_wake_up_for(ledger: Store) -> None:
    rows = [StateRow("ann", 0, b"", after(1)), StateRow("bob", 0, b"", after(3)), StateRow("cy", 0, b"")]
    await save(ledger, states=rows)
    found = [await ledger.run(lambda tx, at=at: tx.wakeful(after(at), 10)) for at in (0.9, 1, 9)]
    assert found == [[], ["ann"], ["ann", "bob"]]
    await save(ledger, states=[StateRow("ann", 1, b"")])
    assert await ledger.run(lambda tx: tx.wakeful(after(9), 10)) == ["bob"]


async def test_the_next_free_moment_of_a_rate_cap_is_kept(ledger: Store) -> None:
    await ledger.run(lambda tx: tx.keep_moments({"mail": NOON, "sms": after(1)}))
    await ledger.run(lambda tx: tx.keep_moments({"mail": after(2)}))
    found = await ledger.run(lambda tx: tx.free_moments(["mail", "letter"]))
    assert found == {"mail": after(2)}


async def test_what_follows_an_invitation_goes_to_the_same_address(ledger: Store) -> None:
    first = invitation_row("ann", "one", keep_recipient=True, recipient='{"email": "ann@example.org"}')
    other = invitation_row("ann", "other", recipient="else")
    await plan(ledger, first, other)
    follower = invitation_row("ann", "two", kind="reminder", root=named("one"), recipient=None)
    await save(ledger, planned=[follower])
    rows = {held.row.id: held.row for held in await take(ledger)}
    assert rows[str(named("two"))].recipient == first.recipient


async def test_erasing_leaves_the_suppressions_under_the_hash_only(store: SqlStore) -> None:
    await plan(store, invitation_row("ann", "one"), invitation_row("bob", "two"))
    assert not await store.run(lambda tx: tx.any_erased())
    erased = await store.run(
        lambda tx: tx.erase("ann", [b"hash", b"former"], ["opted_out", "bounced/email"], NOON)
    )
    assert erased
    assert await store.run(lambda tx: tx.any_erased())
    assert await load(store, "ann", "bob") == await load(store, "bob")
    assert [held.row.customer_id for held in await take(store)] == ["bob"]
    kept = await store.run(lambda tx: tx.suppressions([b"hash", b"else"]))
    assert kept == {b"hash": Erased(("opted_out", "bounced/email"), NOON)}
    assert not await store.run(lambda tx: tx.erase("ann", [b"new", b"hash"], ["erased"], after(1)))
    erased_again = await store.run(lambda tx: tx.suppressions([b"new", b"hash"]))
    assert erased_again == {b"new": Erased(("erased",), after(1))}


async def test_what_is_released_without_a_lease_stands_at_the_time_of_its_release(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"), invitation_row("bob", "two"))
    await save(ledger, changed=[change("ann", "one", "queued", next_at=after(5))])
    lease = Lease(named("token"), NOON)
    held = changes(changed=[change("bob", "two", "queued", next_at=after(5))])
    await ledger.run(lambda tx: tx.save(replace(held, lease=lease)))
    found = {one.row.customer_id: one.row.next_at for one in await take(ledger, after(9))}
    assert found == {"ann": after(5), "bob": NOON}
