"""Deleting by age, as the page for operators says: the statements are taken from the page."""

import re
from pathlib import Path

import pytest
import sqlalchemy
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import create_async_engine

from router.model.encoding import encode_json
from router.service.alerts import close
from router.store import SqlStore, upgrade
from tests.contract.rows import (
    NOON,
    alert_row,
    change,
    invitation_row,
    journal_row,
    named,
    plan,
    response_row,
    save,
)

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "README.md"
STATEMENTS = re.findall(r"^ *((?:DELETE FROM|UPDATE) .*;)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.connected
async def test_what_is_old_goes_and_what_still_matters_stays(postgres_url: str) -> None:
    await upgrade(postgres_url)
    store = await SqlStore.open(postgres_url)
    ended, waiting = invitation_row("a", "ended"), invitation_row("a", "waiting")
    await plan(store, ended, waiting)
    await save(
        store,
        journal=[journal_row("a", "of-old")],
        changed=[change("a", "ended", "cancelled", changed_at=NOON)],
    )
    await save(
        store, responses=[response_row("a", "of-old"), response_row("a", "without-words", comment=None)]
    )
    await save(store, alerts=[alert_row("a", "closed"), alert_row("a", "waiting")])
    await close(store, str(named("closed")), "Ann", NOON)
    assert len(STATEMENTS) == 6
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        for statement in STATEMENTS:
            # The rows of these tests are of a day long ago, or of one to come.
            await connection.execute(
                sqlalchemy.text(statement.replace("current_timestamp", "timestamptz '2100-01-01'"))
            )
        left = {
            name: await connection.scalar(sqlalchemy.text(f"SELECT count(*) FROM {name}"))
            for name in ("journal", "invitations", "customers", "responses", "alerts")
        }
    await engine.dispose()
    assert left == {"journal": 0, "invitations": 1, "customers": 1, "responses": 0, "alerts": 1}
    assert await store.reading.invitation(waiting.id) is not None
    await store.close()


@pytest.mark.connected
async def test_the_words_of_customers_go_earlier_than_their_scores(postgres_url: str) -> None:
    await upgrade(postgres_url)
    store = await SqlStore.open(postgres_url)
    given = response_row("a", "one", status="off_scale", score=None, given="99")
    await plan(store, invitation_row("a", "one", context=encode_json(given.context)))
    await save(store, responses=[given])
    [words] = [statement for statement in STATEMENTS if statement.startswith("UPDATE responses")]
    engine = create_async_engine(postgres_url)
    for now, left in (("2026-11-03", given), ("2027-11-03", replace(given, comment=None, given=None))):
        async with engine.begin() as connection:
            await connection.execute(
                sqlalchemy.text(words.replace("current_timestamp", f"timestamptz '{now}'"))
            )
        place = "a", given.invitation_id
        known = await store.run(lambda transaction: transaction.answerable([place]))  # noqa: B023 - run at once
        assert known[place].response == left
    await engine.dispose()
    await store.close()
