"""The secret that a database was used with: another one is refused, a former one is not forgotten."""

import asyncio

import pytest
from sqlalchemy import text

from router.model.keyed_hash import KeyedHash
from router.service.known_secret import OtherSecret, begin_anew, require_known
from router.store import SqlStore, Transaction, upgrade
from router.store.database import Database
from tests.contract.rows import NOON, after

ONE, TWO, THREE = (f"{name}-of-the-secrets".encode() for name in ("first", "second", "third"))


async def known(store: SqlStore, *secrets: bytes, first: bool = True) -> bool:
    try:
        await require_known(store, KeyedHash(secrets[0], secrets[1:]), NOON, first=first)
    except OtherSecret:
        return False
    return True


async def test_the_first_secret_is_the_one(store: SqlStore) -> None:
    assert await known(store, ONE)
    assert await known(store, ONE)
    assert not await known(store, TWO)
    assert await known(store, ONE, TWO)


async def test_who_only_looks_notes_no_first_secret(store: SqlStore) -> None:
    assert not await known(store, ONE, first=False)
    assert await known(store, TWO)
    assert await known(store, TWO, first=False)
    assert not await known(store, ONE, first=False)


async def test_of_two_that_start_at_once_one_is_refused(store: SqlStore, other: SqlStore) -> None:
    found = await asyncio.gather(known(store, ONE), known(other, TWO), known(store, ONE), known(other, TWO))
    assert sorted(found) == [False, False, True, True]


@pytest.mark.connected
async def test_one_that_another_process_notes_after_the_look_is_not_passed_over(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upgrade(postgres_url)
    store, other = await SqlStore.open(postgres_url), await SqlStore.open(postgres_url)
    look = Transaction.fingerprints

    async def looked(transaction: Transaction) -> list[bytes]:
        found = await look(transaction)
        monkeypatch.setattr(Transaction, "fingerprints", look)
        assert await known(other, TWO)
        return found

    monkeypatch.setattr(Transaction, "fingerprints", looked)
    assert not await known(store, ONE)
    assert await known(store, TWO)
    await store.close()
    await other.close()


async def test_a_secret_is_changed_by_naming_the_former_one(store: SqlStore) -> None:
    assert await known(store, ONE)
    assert await known(store, TWO, ONE)
    assert not await known(store, TWO), "the former one is still needed"
    assert not await known(store, ONE), "a role that was not told of the change"
    assert await known(store, THREE, TWO, ONE)
    assert not await known(store, THREE, TWO)
    assert await known(store, THREE, ONE, TWO)


async def test_the_message_says_which_setting_to_mend(store: SqlStore) -> None:
    await require_known(store, KeyedHash(ONE), NOON)
    with pytest.raises(
        OtherSecret, match=r"^ROUTER_TOKEN_SECRET: .*ROUTER_FORMER_TOKEN_SECRETS.*new-secret"
    ) as told:
        await require_known(store, KeyedHash(TWO), NOON)
    assert "of-the-secrets" not in str(told.value)
    await require_known(store, KeyedHash(TWO, [ONE]), NOON)
    with pytest.raises(OtherSecret, match=r"^ROUTER_FORMER_TOKEN_SECRETS: .*new-secret"):
        await require_known(store, KeyedHash(TWO, [THREE]), NOON)


async def test_a_lost_secret_is_given_up(store: SqlStore) -> None:
    assert await known(store, ONE)
    assert await begin_anew(store, KeyedHash(TWO), after(1))
    assert not await begin_anew(store, KeyedHash(TWO), after(2))
    assert await known(store, TWO)
    assert not await known(store, ONE)


async def test_a_fingerprint_tells_nothing_of_the_secret(store: SqlStore, url: str) -> None:
    hashes = KeyedHash(ONE, [TWO])
    await require_known(store, hashes, NOON)
    database = Database(url, connections=1)
    async with database.connect() as connection:
        rows = (await connection.execute(text("SELECT fingerprint FROM secret_fingerprints"))).all()
    await database.close()
    ((kept,),) = rows
    assert bytes(kept) == hashes.fingerprints[0]
    assert len(kept) == 16
    assert hashes.fingerprints[0] not in {*hashes.customer(""), *map(bytes.fromhex, hashes.address("", ""))}
