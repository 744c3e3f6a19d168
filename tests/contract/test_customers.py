"""What is done to one customer by hand."""

import pytest

from router.model.keyed_hash import KeyedHash
from router.model.ledger import Erased, SetAside
from router.service.customers import NotSetAside, UnknownCustomer, erase, resume
from router.service.known_secret import OtherSecret, require_known
from router.store import SqlStore
from tests.contract.rows import NOON, after, journal_row, save

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
