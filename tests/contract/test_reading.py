from datetime import UTC
from uuid import UUID

from router.model.ledger import ROW_KINDS, InvitationView, StateRow, StoredState
from router.store import SqlStore
from tests.contract.rows import NOON, after, change, invitation_row, journal_row, named, save, take


async def test_the_journal_is_read_back_as_written(store: SqlStore) -> None:
    rows = [journal_row("ann", name, seq=seq) for seq, name in ((2, "b"), (1, "c"), (3, "a"))]
    await save(store, journal=[*rows, journal_row("bob", "d")])
    found = await store.reading.journal_of("ann")
    assert found == sorted(rows, key=lambda row: row.seq)
    assert found[0].time.tzinfo == UTC
    assert isinstance(found[0].key, UUID)


async def test_an_interaction_id_finds_all_sources_latest_first(store: SqlStore) -> None:
    rows = [
        journal_row("ann", "one", interaction_id="42"),
        journal_row("bob", "two", interaction_id="42", time=after(1)),
        journal_row("ann", "three", interaction_id="42", time=after(-1)),
    ]
    await save(store, journal=[*rows, journal_row("ann", "four", interaction_id="420")])
    assert await store.reading.journal_by_interaction("42") == [rows[1], rows[0], rows[2]]
    assert await store.reading.journal_by_interaction("42", limit=1) == [rows[1]]
    assert await store.reading.journal_by_interaction("4") == []


async def test_the_latest_decisions_with_a_reason_of_some_days(store: SqlStore) -> None:
    rows = [
        journal_row("ann", f"at {hours}", reason="no_consent", time=after(hours), seq=hours)
        for hours in range(1, 5)
    ]
    await save(store, journal=[*rows, journal_row("bob", "other", time=after(2))])
    latest = store.reading.latest_decided
    assert await latest("no_consent", None, after(4), 10) == [rows[2], rows[1], rows[0]]
    assert await latest("no_consent", after(2), after(9), 2) == [rows[3], rows[2]]
    assert await latest("no_consent", after(5), after(9), 2) == []


async def test_invitations_by_every_filter(store: SqlStore) -> None:
    rows = [
        invitation_row("ann", "one", planned_at=after(1)),
        invitation_row("ann", "two", planned_at=after(2), rule="ces", survey="ces", metric="ces"),
        invitation_row("bob", "three", planned_at=after(3), channel=None),
    ]
    await save(store, planned=rows, changed=[change("bob", "three", "expired", reason="expired")])
    reading = store.reading

    async def ids(**given: object) -> list[UUID]:
        return [view.id for view in await reading.invitations(**given)]  # type: ignore[arg-type]

    assert await ids() == [named("three"), named("two"), named("one")]
    assert await ids(newest_first=False) == [named("one"), named("two"), named("three")]
    assert await ids(limit=1) == [named("three")]
    assert await ids(customer_id="ann") == [named("two"), named("one")]
    assert await ids(rule="ces") == await ids(survey="ces") == await ids(customer_id="ann", rule="ces")
    assert await ids(state="expired") == [named("three")]
    assert await ids(customer_id="ann", state="expired") == []


async def test_what_follows_is_found_by_its_kind_and_planned_apart(store: SqlStore) -> None:
    due = {"due_at": after(1), "next_at": after(1)}
    rows = [
        invitation_row("ann", "one", planned_at=after(1), **due),
        invitation_row("ann", "two", planned_at=after(2), kind="reminder", root=named("one"), **due),
        invitation_row("ann", "three", planned_at=after(3), kind="reminder", root=named("one"), **due),
        invitation_row("ann", "four", planned_at=after(4), kind="cancellation", state="queued", **due),
    ]
    await save(store, planned=rows)
    reading = store.reading
    assert [view.id for view in await reading.invitations()] == [
        named(one) for one in ("three", "two", "one")
    ]
    assert [view.id for view in await reading.invitations(kinds=("cancellation",))] == [named("four")]
    assert len(await reading.invitations(kinds=ROW_KINDS)) == 4
    planned = await reading.planned_by_hour(after(24), NOON)
    assert [(hour.kind, hour.count) for hour in planned] == [("invitation", 1), ("reminder", 2)]
    assert (await reading.unsettled(NOON), await reading.unsettled(after(2))) == (0, 4)


async def test_one_invitation_whole(store: SqlStore) -> None:
    row = invitation_row("ann", "one")
    await save(store, planned=[row])
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    assert await store.reading.invitation(named("one")) == InvitationView(**fields)
    assert await store.reading.invitation(named("nobody's")) is None


async def test_a_customer(store: SqlStore) -> None:
    await save(store, states=[StateRow("ann", 0, b"x")])
    assert await store.reading.customer("ann") == StoredState(1, b"x")
    assert await store.reading.customer("bob") is None


async def test_counts_and_backlog(store: SqlStore) -> None:
    reading = store.reading
    assert await reading.reasons() == {}
    assert await reading.invitation_counts() == {}
    assert await reading.backlog(NOON) == 0
    await save(
        store,
        journal=[journal_row("ann", "a", reason="too_old"), journal_row("ann", "b"), journal_row("bob", "c")],
        planned=[invitation_row("ann", str(hour), due_at=after(hour)) for hour in (-2, -1, 0, 1)],
        changed=[
            change("ann", "-2", "cancelled", reason="cancelled_by_event"),
            change("ann", "-1", "queued", next_at=after(-1)),
        ],
    )
    assert await reading.reasons() == {"too_old": 1, "no_rule_matched": 2}
    kind = ("nps-after-purchase", "nps", "nps")
    assert await reading.invitation_counts() == {
        (*kind, "cancelled"): 1,
        (*kind, "queued"): 1,
        (*kind, "planned"): 2,
    }
    assert await reading.backlog(NOON) == 2
    await save(store, states=[StateRow("ann", 0, b"state")])
    assert len(await take(store)) == 2
    assert await reading.backlog(NOON) == 2


async def test_the_journal_since_a_moment_in_the_order_of_decisions_with_all_preferences(
    store: SqlStore,
) -> None:
    rows = [
        journal_row("ann", "old", now=after(-9)),
        journal_row("bob", "told", now=after(-8), reason="preferences_recorded"),
        journal_row("ann", "one", seq=2, now=after(0)),
        journal_row("ann", "two", seq=3, now=after(0)),
        journal_row("bob", "three", seq=2, now=after(0)),
        journal_row("ann", "four", seq=4, now=after(3)),
    ]
    await save(store, journal=[rows[number] for number in (5, 3, 0, 4, 1, 2)])
    found = [row async for some in store.reading.journal_in_order(after(0)) for row in some]
    assert found == rows[1:]
    assert [some async for some in store.reading.journal_in_order(after(4))] == [[rows[1]]]


async def test_the_journal_customer_by_customer(store: SqlStore) -> None:
    rows = [
        journal_row("ann", "one", seq=1, time=after(-9)),
        journal_row("ann", "two", seq=2, time=after(3)),
        journal_row("ann", "three", seq=3, time=after(1)),
        journal_row("bob", "four", seq=1, time=after(2)),
        journal_row("", "nobody's", seq=0),
    ]
    await save(store, journal=[rows[number] for number in (3, 2, 0, 4, 1)])
    found = [row async for some in store.reading.journal_by_customer() for row in some]
    assert found == rows[:4]
    since = [row async for some in store.reading.journal_by_customer(after(1)) for row in some]
    assert since == rows[1:4]
    assert await store.reading.journal_size() >= 0
