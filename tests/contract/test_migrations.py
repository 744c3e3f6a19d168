import asyncio
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from router.decide.batch import key_of
from router.model.customer import Customer, Invitation, Profile
from router.model.encoding import decode_interaction, decode_state, encode_interaction, encode_state
from router.model.interaction import Interaction
from router.model.journey import Journey
from router.store import SchemaOutdated, SqlStore, StoreUnavailable, current, upgrade
from router.store.database import Database
from router.store.migration import newest
from router.store.schema import customers, instance_owners, invitations, journal, metadata, set_aside
from tests.contract.rows import NOON, after, named


async def test_an_empty_database_is_brought_to_the_newest(url: str) -> None:
    assert await current(url) == (None, newest())
    applied = await upgrade(url)
    assert applied[0].startswith("0001 ")
    assert await upgrade(url) == []
    assert await current(url) == (newest(), newest())


async def test_two_upgrades_at_once_apply_each_migration_once(url: str) -> None:
    names = await asyncio.gather(*(upgrade(url) for _ in range(5)))
    assert sorted(map(len, names))[:4] == [0, 0, 0, 0]
    assert await current(url) == (newest(), newest())


async def test_without_tables_the_message_names_the_command(url: str) -> None:
    store = await SqlStore.open(url)
    try:
        with pytest.raises(SchemaOutdated, match="feedback-router db upgrade"):
            await store.check()
        with pytest.raises((SchemaOutdated, StoreUnavailable), match="feedback-router db upgrade"):
            await store.revisions.load("aa", None, NOON)
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("at", "way_out"), [("9999", "install the newer feedback-router"), (None, "feedback-router db upgrade")]
)
async def test_any_other_migration_is_refused(
    url: str, store: SqlStore, at: str | None, way_out: str
) -> None:
    await store.check()
    await _execute(
        url, f"UPDATE alembic_version SET version_num = '{at}'" if at else "DELETE FROM alembic_version"
    )
    with pytest.raises(SchemaOutdated, match=way_out):
        await store.check()


async def test_a_database_of_a_newer_program_is_not_upgraded(url: str, store: SqlStore) -> None:
    await store.check()
    await _execute(url, "UPDATE alembic_version SET version_num = 'of-another'")
    with pytest.raises(SchemaOutdated, match="'of-another', which this program does not know"):
        await upgrade(url)
    assert await current(url) == ("of-another", newest())


async def test_asking_creates_no_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/router.db"
    assert await current(url) == (None, newest())
    store = await SqlStore.open(url)
    with pytest.raises(SchemaOutdated, match="is not there: check --data and ROUTER_DATA"):
        await store.check()
    await store.close()
    assert not (tmp_path / "data").exists()


async def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="choose one that is writable"):
        await upgrade(f"sqlite:///{tmp_path}/file/router.db")


async def test_migrations_make_the_tables_that_queries_see(url: str, store: SqlStore) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [
            found
            for found in compare_metadata(context, metadata)
            if isinstance(found, list) or found[0] not in _ONLY_IN_MIGRATIONS
        ]

    database = Database(url, connections=1)
    async with database.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


_ONLY_IN_MIGRATIONS = {"remove_index", "remove_constraint"}


async def _execute(url: str, statement: str) -> None:
    database = Database(url, connections=1)
    async with database.begin() as connection:
        await connection.execute(text(statement))
    await database.close()


async def test_what_was_stored_under_a_spelling_is_found_under_its_key(url: str, store: SqlStore) -> None:
    migration = import_module("router.store.migrations.versions.v0004_keys")
    owners = [
        ("7", "c-1"),
        ("7.0", "c-2"),
        ("8.0", "c-3"),
        (" 9\t", "c-4"),
        ("Zoe\u0308", "c-5"),
        ("a.0b", "c-6"),
    ]
    counts = [("7", 2), ("7.0", 3), ("8.0", 1), ("True", 1), ("x", 4)]
    database = Database(url, connections=1)
    async with database.begin() as connection:
        for value, customer in owners:
            await connection.execute(
                text("INSERT INTO instance_owners VALUES ('case_id', :value, :customer)"),
                {"value": value, "customer": customer},
            )
        for value, count in [*counts, ("", 9)]:
            await connection.execute(
                text(
                    "INSERT INTO quota_counts (quota, value, period, count) VALUES ('q', :value, '2026', :count)"
                ),
                {"value": value, "count": count},
            )
        for _ in range(2):
            await connection.run_sync(migration.move)
    async with database.connect() as connection:
        found = (await connection.execute(text("SELECT value, customer_id FROM instance_owners"))).all()
        counted = (await connection.execute(text("SELECT value, count FROM quota_counts"))).all()
    await database.close()
    assert dict(map(tuple, found)) == {"7": "c-1", "8": "c-3", "9": "c-4", "Zo\u00eb": "c-5", "a.0b": "c-6"}
    assert dict(map(tuple, counted)) == {"7": 5, "8": 1, "true": 1, "x": 4, "": 9}


async def test_customers_are_found_under_the_keys_of_their_ids(url: str, store: SqlStore) -> None:
    migration = import_module("router.store.migrations.versions.v0007_customers")
    yes, no = Profile(consent={"email": True}), Profile(consent={"email": False}, suppressed=("opted_out",))
    later = Profile(consent={"email": True}, said={"consent/email": NOON})
    stored = {" 7": yes, "8.0": no, "8": later, "\ufeff9": no, "C-1": yes, " ": no, "Zoe\u0308 ": yes}
    said = Interaction("/s", "1", "x", NOON, " 7")
    database = Database(url, connections=1)
    async with database.begin() as connection:
        for name, profile in stored.items():
            await connection.execute(
                insert(customers).values(
                    customer_id=name, version=1, body=encode_state(Customer(name, 1, profile))
                )
            )
        row = {"time": NOON, "now": NOON, "key": key_of(said), "seq": 1, "revision": 1, "customer_id": " 7"}
        row |= {"interaction_id": "1", "reason": "x", "verdict": b"{}", "body": encode_interaction(said)}
        await connection.execute(insert(journal).values(row))
        for _ in range(2):
            await connection.run_sync(migration.move)
    async with database.connect() as connection:
        states = {
            row.customer_id: decode_state(row.body)
            for row in (await connection.execute(select(customers))).all()
        }
        (told,) = (await connection.execute(select(journal))).all()
    await database.close()
    assert states.keys() == {"7", "8", "9", "C-1", " ", "Zo\u00eb"}
    assert all(state.id == name for name, state in states.items())
    assert (told.customer_id, decode_interaction(told.body).customer_id) == ("7", "7")
    assert states["9"].profile == no
    assert states["8"].profile.suppressed == ("opted_out",)
    assert states["8"].profile.consent == {"email": True}


async def test_of_two_spellings_one_customer_is_made(url: str, store: SqlStore) -> None:
    migration = import_module("router.store.migrations.versions.v0007_customers")

    def asked(name: str, hours: float) -> Invitation:
        said = Interaction("/s", name, "x", NOON, "7.0")
        return Invitation(str(named(name)), "r", "s", "nps", "email", 50, after(hours), interaction=said)

    def passed(name: str, *, ended: bool = False) -> Journey:
        return Journey("purchase", name, "x", NOON, NOON, NOON, ended)

    listed = Profile(consent={"email": True}, said={"consent": after(2), "consent/email": after(2)})
    yes = Profile(consent={"sms": True, "email": True}, said={"consent/sms": NOON, "consent/email": NOON})
    there = Customer("7", 4, yes, (passed("a"),), (asked("one", 3), asked("both", 5)))
    moved = Customer("7.0", 6, listed, (passed("a"), passed("b")), (asked("both", 5), asked("two", 2)))
    database = Database(url, connections=1)
    async with database.begin() as connection:
        for customer, wake in ((there, None), (moved, after(1))):
            body = encode_state(customer)
            row = {"customer_id": customer.id, "version": 3, "body": body, "wake_at": wake}
            await connection.execute(insert(customers).values(row))
            for name in {entry.id for entry in customer.invitations}:
                await connection.execute(insert(invitations).values(invitation(customer.id, name)))
            await connection.execute(
                insert(set_aside).values(customer_id=customer.id, since=NOON, cause="x", place="y")
            )
            for name, seq in (("shared", 1), (customer.id, 2)):
                said = encode_interaction(Interaction("/s", name, "x", NOON, customer.id))
                row = {"time": NOON, "now": NOON, "key": named(name), "seq": seq, "revision": 1}
                row |= {"customer_id": customer.id, "interaction_id": name, "reason": "x"}
                await connection.execute(insert(journal).values(row | {"verdict": b"{}", "body": said}))
        await connection.execute(insert(instance_owners).values(attribute="a", value="b", customer_id="7.0"))
        damaged = {"customer_id": "8.0", "version": 1, "body": b"\xc1"}
        await connection.execute(insert(customers).values(damaged))
        for _ in range(2):
            await connection.run_sync(migration.move)
    async with database.connect() as connection:
        states = {row.customer_id: row for row in (await connection.execute(select(customers))).all()}
        rows = (await connection.execute(select(invitations.c.customer_id, invitations.c.settled_seq))).all()
        told = (await connection.execute(select(journal.c.customer_id, journal.c.seq, journal.c.body))).all()
        owners = (await connection.execute(select(instance_owners.c.customer_id))).scalars().all()
        aside = (await connection.execute(select(set_aside.c.customer_id))).scalars().all()
    await database.close()
    one = decode_state(states["7"].body)
    assert states.keys() == {"7", "8.0"}
    assert (states["7"].version, states["7"].wake_at) == (4, after(1))
    assert (one.id, one.seq, [journey.instance for journey in one.journeys]) == ("7", 10, ["a", "b"])
    assert [entry.id for entry in one.invitations] == [str(named(name)) for name in ("two", "one", "both")]
    assert one.profile.consent == {"email": True}
    assert sorted(map(tuple, rows)) == [("7", 2), ("7", 2), ("7", 6)]
    assert sorted((row.customer_id, row.seq) for row in told) == [("7", 1), ("7", 2), ("7", 6)]
    assert {decode_interaction(row.body).customer_id for row in told} == {"7"}
    assert (owners, aside) == (["7"], ["7"])


def invitation(customer: str, name: str) -> dict[str, object]:
    row: dict[str, object] = {"due_at": NOON, "planned_at": NOON, "id": UUID(name), "key": UUID(name)}
    row |= {
        "revision": 1,
        "customer_id": customer,
        "rule": "r",
        "survey": "s",
        "metric": "nps",
        "body": b"{}",
    }
    return row | {"state": "planned", "kind": "invitation", "keep_recipient": False, "settled_seq": 2}
