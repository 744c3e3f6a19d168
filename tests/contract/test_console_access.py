from datetime import timedelta

from router.model.access import ApiToken, AuditEntry, Person, Session
from router.store import SqlStore
from tests.contract.rows import NOON

ANNA = Person("anna", "Anna Ö", frozenset({"reader", "admin"}), "oidc")
BEN = Person("ben", "Ben", frozenset(), "proxy")
HOUR = timedelta(hours=1)


async def test_a_session_is_found_by_its_hash_until_it_ends(store: SqlStore) -> None:
    access = store.access
    first, second = Session(b"1" * 32, ANNA, NOON, NOON), Session(b"2" * 32, BEN, NOON, NOON + HOUR)
    for session in (first, second):
        await access.begin(session)
    assert await access.session(first.hash) == first
    assert await access.session(b"3" * 32) is None
    await access.seen(first.hash, NOON + 2 * HOUR)
    assert [one.person.id for one in await access.sessions(NOON, NOON)] == ["anna", "ben"]
    assert [one.person.id for one in await access.sessions(NOON + 2 * HOUR, NOON)] == ["anna"]
    assert await access.sessions(NOON, NOON + HOUR) == []
    await access.end(first.hash)
    assert await access.session(first.hash) is None
    assert await access.end_all("ben") == 1
    assert await access.end_all("ben") == 0


async def test_sessions_that_are_over_are_swept(store: SqlStore) -> None:
    for number, (begun, seen) in enumerate(((0, 0), (0, 5), (4, 5))):
        await store.access.begin(Session(bytes([number]), ANNA, NOON + begun * HOUR, NOON + seen * HOUR))
    await store.access.sweep(begun_before=NOON - HOUR, seen_before=NOON + HOUR)
    assert [await store.access.session(bytes([number])) is not None for number in range(3)] == [
        False,
        True,
        True,
    ]
    await store.access.sweep(begun_before=NOON + HOUR, seen_before=NOON)
    assert [await store.access.session(bytes([number])) is not None for number in range(3)] == [
        False,
        False,
        True,
    ]


async def test_the_audit_is_found_by_all_that_is_named(store: SqlStore) -> None:
    access = store.access
    entries = [
        AuditEntry(
            NOON + number * HOUR, person, "oidc", action, f"<{number}>", customer, why="Zoë's \N{SNOWMAN}"
        )
        for number, (person, action, customer) in enumerate(
            (("anna", "a", "c1"), ("ben", "a", "c2"), ("anna", "b", ""), ("anna", "a", "c1"))
        )
    ]
    for entry in entries:
        await access.note(entry)

    async def found(**wanted: object) -> list[str]:
        return [one.about for one in await access.entries(**wanted)]  # type: ignore[arg-type]

    assert await found() == ["<3>", "<2>", "<1>", "<0>"]
    assert await found(person="anna", action="a") == ["<3>", "<0>"]
    assert await found(customers=["c1", "former"]) == ["<3>", "<0>"]
    assert await found(since=NOON + HOUR, until=NOON + 3 * HOUR) == ["<2>", "<1>"]
    stored = await access.entries(limit=2)
    assert await found(before=stored[-1].seq) == ["<1>", "<0>"]
    assert stored[0].why == entries[0].why
    assert [one.seq for one in stored] == sorted((one.seq for one in stored), reverse=True)


async def test_tokens_are_kept_by_their_hash_and_revoked_once(store: SqlStore) -> None:
    tokens = store.tokens
    token = ApiToken("ab12", "report", frozenset({"reader"}), "anna", NOON, NOON + HOUR, b"\0" * 32)
    await tokens.add(token)
    assert await tokens.by_hash(token.hash) == token
    assert await tokens.by_hash(b"1" * 32) is None
    await tokens.used(token.hash, NOON)
    assert not await tokens.revoke("other", NOON)
    assert await tokens.revoke("ab12", NOON + HOUR)
    assert not await tokens.revoke("ab12", NOON + HOUR)
    (kept,) = await tokens.listed()
    assert (kept.used_at, kept.revoked_at) == (NOON, NOON + HOUR)
