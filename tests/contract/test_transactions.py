import pytest

from router.flow.ports import Store
from router.model.ledger import Lease, QuotaKey, StateRow, StoredState
from router.store import SqlStore, StoreUnavailable, Transaction
from tests.contract.rows import NOON, after, change, changes, invitation_row, journal_row, load, named, save

ODD_IDS = [
    "o'hara",
    'quo"te',
    "back\\slash",
    "{brace,s}",
    "new\nline",
    "🦊",
    "é",
    "e\u0301",
    "NULL",
    " ",
    "x" * 900,
]


async def test_what_is_saved_is_loaded(ledger: Store) -> None:
    body = bytes(range(256)) * 40
    await save(ledger, states=[StateRow("ann", 0, body), StateRow("bob", 0, b"")])
    assert await load(ledger, "bob", "ann", "ann", "nobody") == {
        "ann": StoredState(1, body),
        "bob": StoredState(1, b""),
    }
    await save(ledger, states=[StateRow("ann", 1, b"new")])
    assert (await load(ledger, "ann"))["ann"] == StoredState(2, b"new")


async def test_ids_stay_as_they_are(store: SqlStore) -> None:
    await save(
        store,
        states=[StateRow(name, 0, name.encode()) for name in ODD_IDS],
        journal=[journal_row(name, f"of {name}", interaction_id=name) for name in ODD_IDS],
    )
    keys = [(name, named(f"of {name}")) for name in ODD_IDS]

    async def work(transaction: Transaction) -> None:
        states, journaled = await transaction.load(ODD_IDS, keys)
        assert {name: state.body.decode() for name, state in states.items()} == {
            name: name for name in ODD_IDS
        }
        assert journaled == set(keys)

    await store.run(work)
    assert [row.customer_id for row in await store.reading.journal_by_interaction("🦊")] == ["🦊"]


async def test_a_key_belongs_to_its_customer(ledger: Store) -> None:
    await save(ledger, journal=[journal_row("ann", "one"), journal_row("bob", "two")])
    asked = [("ann", named("one")), ("ann", named("two")), ("bob", named("one")), ("bob", named("two"))]
    _, journaled = await ledger.run(lambda transaction: transaction.load([], asked))
    assert journaled == {("ann", named("one")), ("bob", named("two"))}


async def test_the_journal_tells_whether_anything_is_nobodys(ledger: Store) -> None:
    await save(ledger, journal=[journal_row("ann", "one")])
    assert not (await ledger.run(lambda transaction: transaction.situation())).nobodys
    await save(ledger, journal=[journal_row("", "two")])
    assert (await ledger.run(lambda transaction: transaction.situation())).nobodys


async def test_nothing_asked_nothing_written(ledger: Store) -> None:
    async def work(transaction: Transaction) -> None:
        assert await transaction.load([], []) == ({}, set())
        assert await transaction.counts([]) == {}
        await transaction.save(changes())
        assert await transaction.settle(named("token"), []) == 0
        await transaction.hold(Lease(named("token"), NOON), [])

    await ledger.run(work)


@pytest.mark.parametrize(
    "second",
    [
        {"states": [StateRow("ann", 0, b"second")]},
        {"states": [StateRow("ann", 2, b"second")]},
        {"states": [StateRow("zoe", 1, b"never stored")]},
        {"journal": [journal_row("ann", "one")]},
        {"planned": [invitation_row("ann", "one")]},
    ],
    ids=["insert-over", "version-passed", "version-gone", "journaled", "planned"],
)
async def test_what_another_transaction_wrote_is_never_overwritten(ledger: Store, second: dict) -> None:
    await save(
        ledger,
        states=[StateRow("ann", 0, b"first")],
        journal=[journal_row("ann", "one")],
        planned=[invitation_row("ann", "one")],
    )
    tries = []

    async def work(transaction: Transaction) -> None:
        tries.append(transaction)
        if len(tries) == 1:
            await transaction.save(changes(states=[StateRow("carl", 0, b"rolled back")]))
            await transaction.save(changes(**second))

    await ledger.run(work)
    assert len(tries) == 2
    assert await load(ledger, "ann", "carl", "zoe") == {"ann": StoredState(1, b"first")}


async def test_a_conflict_without_end_is_given_up(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.store.store._pause", lambda _attempt: 0)
    with pytest.raises(StoreUnavailable, match="6 times one after another"):
        await store.run(lambda transaction: transaction.save(changes(states=[StateRow("ann", 3, b"")])))


async def test_an_error_of_the_caller_rolls_back_and_is_not_tried_again(store: SqlStore) -> None:
    calls = []

    async def work(transaction: Transaction) -> None:
        calls.append(transaction)
        await transaction.save(
            changes(states=[StateRow("ann", 0, b"x")], journal=[journal_row("ann", "one")])
        )
        raise LookupError("of the caller")

    with pytest.raises(LookupError):
        await store.run(work)
    assert len(calls) == 1
    assert await load(store, "ann") == {}
    assert await store.reading.journal_of("ann") == []


async def test_a_journal_row_alone_is_part_of_its_transaction(store: SqlStore) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.save(changes(journal=[journal_row("ann", "one")]))
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(work)
    assert await store.reading.journal_of("ann") == []


@pytest.mark.parametrize("state", ["cancelled", "displaced", "expired"])
async def test_a_change_that_ends_an_invitation_erases_the_recipient(store: SqlStore, state: str) -> None:
    await save(store, planned=[invitation_row("ann", "one"), invitation_row("ann", "two")])
    await save(
        store, changed=[change("ann", "one", state, reason=state.replace("cancelled", "cancelled_by_event"))]
    )
    ended, other = [await store.reading.invitation(named(name)) for name in ("one", "two")]
    assert ended is not None
    assert (ended.state, ended.recipient, ended.settled_at, ended.settled_seq) == (state, None, after(1), 7)
    assert ended.due_at == NOON
    assert other is not None
    assert (other.state, other.recipient, other.settled_at) == ("planned", "ann@example.org", None)


async def test_a_final_invitation_stays_as_it_is(store: SqlStore) -> None:
    await save(store, planned=[invitation_row("ann", "one")])
    await save(store, changed=[change("ann", "one", "expired", reason="expired")])
    await save(store, changed=[change("ann", "one", "queued", seq=9)])
    view = await store.reading.invitation(named("one"))
    assert view is not None
    assert (view.state, view.reason, view.settled_seq) == ("expired", "expired", 7)


async def test_planned_moved_and_displaced_in_one_transaction(store: SqlStore) -> None:
    await save(
        store,
        planned=[invitation_row("ann", "one"), invitation_row("ann", "two", channel=None, recipient=None)],
        changed=[
            change("ann", "one", "planned", due_at=after(9)),
            change("ann", "two", "planned", due_at=after(2)),
            change("ann", "one", "displaced", reason="displaced", seq=8),
        ],
    )
    one, two = [await store.reading.invitation(named(name)) for name in ("one", "two")]
    assert one is not None
    assert (one.state, one.due_at, one.settled_seq) == ("displaced", after(9), 8)
    assert two is not None
    assert (two.state, two.due_at, two.channel, two.recipient) == ("planned", after(2), None, None)


async def test_counts_come_for_all_periods_and_are_kept_as_given(ledger: Store) -> None:
    october, november = QuotaKey("agent", "a-1", "2026-10"), QuotaKey("agent", "a-1", "2026-11")
    elsewhere = QuotaKey("agent", "a-2", "2026-11")
    await save(ledger, counts={october: 30, november: 4, elsewhere: 1})
    await save(ledger, counts={november: 5})
    found = await ledger.run(
        lambda transaction: transaction.counts([("agent", "a-1"), ("agent", "a-1"), ("day", "")])
    )
    assert found == {october: 30, november: 5}


async def test_a_rule_set_keeps_its_number(store: SqlStore) -> None:
    assert await store.revisions.load("aa", b"a", NOON) == 1
    assert await store.revisions.load("bb", b"b", NOON) == 2
    assert await store.revisions.load("aa", b"a", after(1)) == 1
    last = await store.revisions.last_loaded()
    assert last is not None
    assert (last.number, last.content, last.author) == (1, b"a", "")
    assert await store.revisions.add("aa", b"a", "ann", "now published", after(2)) == 1
    assert await store.revisions.load("aa", b"a", after(3)) == 1
    published = await store.revisions.revision(1)
    assert (published.author, published.created_at) == ("ann", after(2))
    assert (await store.revisions.number_of("bb"), await store.revisions.number_of("cc")) == (2, None)
