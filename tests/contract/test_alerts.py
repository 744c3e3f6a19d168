"""Alerts in a database: raised once, leased and settled, taken and closed, listed and counted, and erased."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from router.flow.ports import Ledger, Store
from router.model.alerts import AlertRow
from router.model.ledger import Conflict, Lease
from router.service.alerts import AlertRefused, NoSuchAlert, close, take
from router.store import SqlStore
from tests.contract.rows import NOON, after, alert_row, named, response_row, save


async def leased(store: Store, *, hours: float = 0, limit: int = 10) -> tuple[UUID, list[AlertRow]]:
    lease = Lease(uuid4(), after(hours) + timedelta(minutes=1))
    return lease.token, await store.run(lambda ledger: ledger.take_alerts(lease, after(hours), limit))


async def settled(store: Store, token: UUID, rows: Sequence[AlertRow]) -> int:
    return await store.run(lambda ledger: ledger.settle_alerts(token, rows, after(1)))


async def test_an_alert_is_leased_by_one_at_a_time_and_leaves_once(ledger: Store) -> None:
    rows = [
        alert_row("zoe", "second", raised_at=after(-1), due_at=after(8), topic="cx.other.v1"),
        alert_row("ann", "first", raised_at=after(-2), invitation_id=None, kind="score_shift"),
    ]
    await save(ledger, alerts=rows)

    token, taken = await leased(ledger, limit=1)
    _, others = await leased(ledger)
    assert (taken, others) == ([rows[1]], [rows[0]])
    assert (await leased(ledger, hours=0.001))[1] == []
    assert await settled(ledger, uuid4(), taken) == 0
    assert await settled(ledger, token, taken) == 1
    assert (await leased(ledger, hours=1))[1] == [rows[0]]


async def test_one_id_of_a_customer_is_raised_once(ledger: Store) -> None:
    await save(ledger, alerts=[alert_row("ann", "one")])

    async def again(transaction: Ledger) -> None:
        if (await transaction.known_alerts([("ann", named("one"))], [])).ids:
            raise LookupError
        raise AssertionError("it is not known")

    with pytest.raises(LookupError):
        await ledger.run(again)


async def test_what_is_known_before(ledger: Store) -> None:
    await save(
        ledger,
        alerts=[
            alert_row("ann", "one", raised_at=after(-3)),
            alert_row("ann", "two", raised_at=after(-1)),
            alert_row("ann", "other", rule="other", raised_at=after(5)),
            alert_row("bob", "three"),
        ],
    )
    asked = [("ann", named("one")), ("ann", named("none")), ("bob", named("three")), ("eve", named("two"))]
    known = await ledger.run(
        lambda some: some.known_alerts(asked, [("ann", "call-back"), ("eve", "call-back")])
    )
    assert known.ids >= {named("one"), named("three")}
    assert named("none") not in known.ids
    assert known.latest[("ann", "call-back")] == after(-1)
    assert ("eve", "call-back") not in known.latest


async def test_many_are_asked_for_and_leased_at_once(ledger: Store) -> None:
    rows = [alert_row(f"c-{number}", str(number)) for number in range(2_500)]
    await save(ledger, alerts=rows)
    ids, places = [(row.customer_id, row.id) for row in rows], [(row.customer_id, row.rule) for row in rows]
    known = await ledger.run(lambda some: some.known_alerts(ids, places))
    assert (len(known.ids), len(known.latest)) == (2_500, 2_500)
    token, taken = await leased(ledger, limit=3_000)
    assert await settled(ledger, token, taken) == 2_500


async def test_two_that_raise_one_alert_meet(store: SqlStore) -> None:
    await save(store, alerts=[alert_row("ann", "one")])
    with pytest.raises(Conflict):
        await _once(store, [alert_row("ann", "one")])


async def _once(store: SqlStore, rows: list[AlertRow]) -> None:
    """One try alone: a transaction that meets another is run again otherwise."""
    async with store._database.begin() as connection:
        await store._transaction(connection).add_alerts(rows)


async def states(store: SqlStore, **wanted: Any) -> list[tuple[str, str, int | None, str | None]]:
    return [
        (one.alert.rule, one.alert.state, one.score, one.status)
        for one in await store.alerts.listed(**wanted)
    ]


async def test_the_list_shows_what_is_due_first_and_what_was_answered_since(store: SqlStore) -> None:
    asked = named("asked")
    await save(
        store,
        alerts=[
            alert_row("ann", "never due", rule="d"),
            alert_row("ann", "late", rule="a", due_at=after(-3), team="sales", invitation_id=asked),
            alert_row("bob", "soon", rule="b", due_at=after(1)),
            alert_row("bob", "later", rule="c", due_at=after(2)),
        ],
        responses=[response_row("ann", "asked", score=5, status="excluded")],
    )
    await close(store, str(named("later")), "Bob", after(1))
    assert await states(store) == [
        ("a", "open", 5, "excluded"),
        ("b", "open", None, None),
        ("d", "open", None, None),
    ]
    assert await states(store, team="sales") == [("a", "open", 5, "excluded")]
    assert await states(store, states=["closed"]) == [("c", "closed", None, None)]
    assert await states(store, customer_id="bob", rule="b", limit=1) == [("b", "open", None, None)]
    waiting = {one.team: (one.waiting, one.overdue) for one in await store.alerts.waiting(NOON)}
    assert waiting == {"sales": (1, 1), "care": (2, 0)}


async def test_an_alert_is_taken_and_closed_by_somebody(store: SqlStore) -> None:
    await save(store, alerts=[alert_row("ann", "one")])
    name = str(named("one"))
    taken = await take(store, name[:8].upper(), " Ann ", after(1), "rings at four")
    assert (taken.state, taken.taken_by, taken.taken_at, taken.note) == (
        "taken",
        "Ann",
        after(1),
        "rings at four",
    )
    again = await take(store, name, "Bob", after(2))
    assert (again.taken_by, again.taken_at, again.note) == ("Bob", after(2), "rings at four")
    closed = await close(store, name, "Bob", after(3), "refunded")
    assert (closed.state, closed.closed_by, closed.closed_at, closed.note) == (
        "closed",
        "Bob",
        after(3),
        "refunded",
    )
    for hand in (take, close):
        with pytest.raises(AlertRefused, match="Bob closed this alert"):
            await hand(store, name, "Eve", after(4))


@pytest.mark.parametrize(
    ("name", "by", "note", "refused"),
    [
        ("abc", "Ann", None, "first 6 characters"),
        ("nothing-here", "Ann", None, "first 6 characters"),
        ("a" * 33, "Ann", None, "first 6 characters"),
        ("ffffffff", "Ann", None, "No alert has that id"),
        ("{one}", " ", None, "--by"),
        ("{one}", "x" * 101, None, "--by"),
        ("{one}", "Ann", "x" * 2_001, "2,000 characters"),
    ],
)
async def test_what_is_refused(store: SqlStore, name: str, by: str, note: str | None, refused: str) -> None:
    await save(store, alerts=[alert_row("ann", "one")])
    with pytest.raises((NoSuchAlert, AlertRefused), match=refused):
        await take(store, name.format(one=named("one")), by, NOON, note)


async def test_a_beginning_that_two_have_names_none(store: SqlStore) -> None:
    ids = [UUID(f"abcdef00-0000-4000-8000-00000000000{number}") for number in (1, 2)]
    await save(store, alerts=[alert_row("ann", str(id_), id=id_) for id_ in ids])
    with pytest.raises(NoSuchAlert, match="More than one"):
        await close(store, "abcdef", "Ann", NOON)
    assert (await close(store, str(ids[1]), "Ann", NOON)).id == ids[1]


async def test_erasing_a_customer_erases_their_alerts(store: SqlStore) -> None:
    await save(store, alerts=[alert_row("ann", "one"), alert_row("bob", "two")])
    await store.run(lambda transaction: transaction.erase("ann", [b"hash"], ["erased"], NOON))
    assert [one.alert.customer_id for one in await store.alerts.listed()] == ["bob"]
