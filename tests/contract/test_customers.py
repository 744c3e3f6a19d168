"""What is done to one customer by hand."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from router.model.keyed_hash import KeyedHash
from router.model.ledger import Erased, SetAside, StateRow
from router.service.customers import NotSetAside, UnknownCustomer, erase, resume
from router.service.known_secret import OtherSecret, require_known
from router.store import SqlStore
from router.store.responses import response_of
from router.store.schema import responses
from tests.contract.rows import NOON, after, journal_row, response_row, save

HASHES = KeyedHash(b"a secret of thirty-two characters")


async def suppressions(store: SqlStore, customer: str) -> Erased | None:
    hashes = HASHES.customer(customer)
    return (await store.run(lambda tx: tx.suppressions(hashes))).get(hashes[0])


async def test_an_erased_customer_is_known_by_a_hash_alone(store: SqlStore) -> None:
    await save(store, journal=[journal_row("ann", "one")])
    assert await erase(store, HASHES, "ann", NOON, first=True) == "erased"
    assert await suppressions(store, "ann") == Erased(("erased",), NOON)
    assert await erase(store, HASHES, "ann", after(1)) == "erased_before"


async def test_an_unknown_id_changes_nothing_unless_that_is_meant(store: SqlStore) -> None:
    with pytest.raises(UnknownCustomer, match="capitals and leading zeros count"):
        await erase(store, HASHES, "Ann", NOON, first=True)
    assert await suppressions(store, "Ann") is None
    assert await erase(store, HASHES, "Ann", NOON, first=True, unknown=True) == "marked"
    assert await suppressions(store, "Ann") == Erased(("erased",), NOON)


async def test_scores_stay_without_anything_that_leads_to_somebody(store: SqlStore) -> None:
    given = [
        response_row("ann", "one", score=1, status="excluded", excluded_because="her mother asked"),
        response_row("ann", "two", score=None, status="not_a_number", given='"call 06-123"'),
        response_row("bob", "three"),
    ]
    await save(store, states=[StateRow("ann", 0, b"state")], responses=given)
    assert await erase(store, HASHES, "ann", NOON, first=True) == "erased"
    async with store._database.connect() as connection:
        rows = (await connection.execute(select(responses))).mappings().all()
    left = [response_of(row) for row in rows]
    [bob] = [row for row in left if row.customer_id == "bob"]
    assert bob == given[2]
    anonymous = sorted((row for row in left if row.customer_id != "bob"), key=lambda row: row.score or 0)
    assert len({row.customer_id for row in anonymous}) == 1
    assert len({id_ for row in anonymous for id_ in (row.invitation_id, row.key)}) == 4
    for row, before in zip(anonymous, (given[1], given[0]), strict=True):
        assert row.customer_id != "ann"
        assert {row.invitation_id, row.key}.isdisjoint({before.invitation_id, before.key})
        assert row == replace(
            before,
            customer_id=row.customer_id,
            invitation_id=row.invitation_id,
            key=row.key,
            context=replace(before.context, instance=None),
            comment=None,
            given=None,
            excluded_because=None,
        )


async def test_nobody_is_erased_under_a_secret_that_the_roles_do_not_have(store: SqlStore) -> None:
    await save(store, journal=[journal_row("ann", "one")])
    await require_known(store, KeyedHash(b"the secret of the roles, which is another"), NOON)
    with pytest.raises(OtherSecret):
        await erase(store, HASHES, "ann", NOON, first=True)
    assert await suppressions(store, "ann") is None


async def test_customers_set_aside_are_gone_on_with(store: SqlStore) -> None:
    for customer in ("ann", "bob", "carl"):
        await store.run(lambda tx, customer=customer: tx.put_aside(SetAside(customer, NOON, "x", "p"), 9))
    with pytest.raises(NotSetAside, match="set-aside"):
        await resume(store, "zoe")
    assert await resume(store, "ann") == 1
    assert await resume(store) == 2
    assert await store.reading.set_aside() == []
