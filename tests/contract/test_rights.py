"""What a role may do in the database: the documented grants are enough, each is needed, and what lacks is named."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import URL, event, make_url

from router.authoring.language.load import load_texts
from router.authoring.packing import pack
from router.model.keyed_hash import KeyedHash
from router.model.ledger import Lease, QuotaKey
from router.model.remembered import RememberedRow
from router.model.source_counts import SourceCount
from router.rules.in_force import InForce
from router.service.known_secret import require_known
from router.store import SqlStore, StoreUnavailable, upgrade
from router.store.rights import NEEDED
from tests.contract.rows import NOON, alert_row, changes, coverage_cell, named, response_row, score_cell
from tests.contract.test_set_aside import FILES, POISON, Service, calls, nothing, poisoned, unreadable_state
from tests.services.fixtures import Database

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "database.md"
GRANT = re.compile(r"GRANT ([A-Z, ]+) ON (\w+) TO router;")
PAIRS = [(table, privilege) for table, privileges in NEEDED.items() for privilege in privileges]


class Granted:
    """A database whose tables another user may use as documented."""

    def __init__(self, owner: URL, user: URL) -> None:
        self.owner = owner
        self.user = user

    async def run(self, *statements: str) -> None:
        connection = await asyncpg.connect(_plain(self.owner))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def opened(self) -> SqlStore:
        return await SqlStore.open(self.user.render_as_string(hide_password=False))


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def documented() -> dict[str, tuple[str, ...]]:
    return {table: tuple(given.split(", ")) for given, table in GRANT.findall(PAGE.read_text())}


@pytest.fixture
async def granted(postgres: Database) -> AsyncIterator[Granted]:
    await upgrade(postgres.url)
    owner, name = make_url(postgres.url), f"router_{uuid4().hex[:8]}"
    given = Granted(owner, owner.set(username=name, password="of-a-test"))
    await given.run(f"CREATE ROLE {name} LOGIN PASSWORD 'of-a-test'")
    for privileges, table in GRANT.findall(PAGE.read_text()):
        await given.run(f"GRANT {privileges} ON {table} TO {name}")
    yield given
    await given.run(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_what_is_documented_is_what_is_asked_for() -> None:
    assert documented() == NEEDED


async def everything(store: SqlStore) -> None:
    """All that workers and dispatchers do: note their secret, decide, send, wake, set aside, count, score, roll up, register rules, compare a shadow.

    And they count what sources bring.
    """
    service = Service(store)
    live = service.rules.live
    service.pipeline.rules = InForce(live, shadow=load_texts({**FILES, "rules.yaml": b"rules: []"}))
    for files in ({"a.yaml": b"a"}, {"a.yaml": b"b"}, {"a.yaml": b"a"}):
        await store.revisions.load(files["a.yaml"].decode() * 32, pack(files, live), NOON)
    assert await store.revisions.course() is None
    await store.check()
    await require_known(store, KeyedHash(b"of the test"), NOON)
    await poisoned(service, nothing)
    await store.run(lambda transaction: transaction.counts([("q", "")]))
    await store.run(lambda transaction: transaction.save(changes(counts={QuotaKey("q", "", "2026-11"): 1})))
    await store.run(lambda transaction: transaction.free_moments(["cap"]))
    await store.run(lambda transaction: transaction.keep_moments({"cap": NOON}))
    await store.run(lambda transaction: transaction.keep_moments({"cap": NOON}))
    for score in (1, 2):
        await store.run(lambda transaction: transaction.answerable([("ann", named("one"))]))
        answer = changes(responses=[response_row("ann", "one", score=score)])
        await store.run(lambda transaction: transaction.save(answer))  # noqa: B023 - run at once
        cells = changes(scores=[score_cell([1])], coverage=[coverage_cell({"had_step": 1})])
        await store.run(lambda transaction: transaction.save(cells))  # noqa: B023 - run at once
        await store.run(lambda transaction: transaction.roll_up(10))
    await store.run(lambda transaction: transaction.save(changes(alerts=[alert_row("ann", "one")])))
    value = UUID(int=7)
    for new in (True, False):
        await store.run(lambda transaction: transaction.remembered([value]))
        row = RememberedRow(value, b"runs", NOON.date(), new)
        await store.run(lambda transaction: transaction.save(changes(remembered=[row])))  # noqa: B023 - run at once
    lease = Lease(uuid4(), NOON)
    rows = await store.run(lambda transaction: transaction.take_alerts(lease, NOON, 1))
    await store.run(lambda transaction: transaction.settle_alerts(lease.token, rows, NOON))
    counts = [SourceCount("crm", NOON, "mapped", "", 1, NOON)]
    for _ in range(2):
        await store.run(lambda transaction: transaction.add_source_counts(counts))
    await store.run(lambda transaction: transaction.drop_source_counts(NOON))
    await unreadable_state(service)
    processed = await service.read(calls(service))
    assert len(processed.unstored) == 1
    await service.all_sent()
    assert POISON not in json.dumps(service.broker.stored)


@pytest.mark.connected
async def test_the_documented_grants_are_exactly_enough(granted: Granted) -> None:
    store = await granted.opened()
    try:
        await everything(store)
        needless = []
        for table, privilege in PAIRS:
            await granted.run(
                f"TRUNCATE {', '.join(set(NEEDED) - {'alembic_version'})}",
                f"REVOKE {privilege} ON {table} FROM {granted.user.username}",
            )
            with suppress(StoreUnavailable):
                await everything(store)
                needless.append((table, privilege))
            await granted.run(f"GRANT {privilege} ON {table} TO {granted.user.username}")
        assert needless == []
    finally:
        await store.close()


@pytest.mark.connected
async def test_each_right_that_is_missing_is_named(granted: Granted) -> None:
    store = await granted.opened()
    try:
        for table, privilege in PAIRS:
            if table == "alembic_version":
                continue
            await granted.run(f"REVOKE {privilege} ON {table} FROM {granted.user.username}")
            with pytest.raises(StoreUnavailable, match=f"denies this user {privilege} on {table}: grant it"):
                await store.check(writes=True)
            await store.check()
            await granted.run(f"GRANT {privilege} ON {table} TO {granted.user.username}")
        await store.check(writes=True)
    finally:
        await store.close()


async def test_a_sqlite_file_that_only_reads_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/router.db"
    await upgrade(url)
    store = await SqlStore.open(url)

    def read_only(_dialect: object, _record: object, arguments: list[str], named: dict[str, Any]) -> None:
        arguments[0] = f"file:{arguments[0]}?mode=ro"
        named["uri"] = True

    await store.check(writes=True)
    await store.close()
    event.listen(store._database.engine.sync_engine, "do_connect", read_only)
    await store.check()
    with pytest.raises(StoreUnavailable, match="read-only: make the file and its directory writable"):
        await store.check(writes=True)
    await store.close()
