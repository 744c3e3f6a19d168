"""Deleting by age, as the page for operators says: the statements are taken from the page."""

import re
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine

from router.store import SqlStore, upgrade
from tests.contract.rows import NOON, change, invitation_row, journal_row, plan, save

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "README.md"
STATEMENTS = re.findall(r"^ *(DELETE FROM .*;)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


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
    assert len(STATEMENTS) == 3
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        for statement in STATEMENTS:
            # The rows of these tests are of a day long ago, or of one to come.
            await connection.execute(
                sqlalchemy.text(statement.replace("current_timestamp", "timestamptz '2100-01-01'"))
            )
        left = {
            name: await connection.scalar(sqlalchemy.text(f"SELECT count(*) FROM {name}"))
            for name in ("journal", "invitations", "customers")
        }
    await engine.dispose()
    assert left == {"journal": 0, "invitations": 1, "customers": 1}
    assert await store.reading.invitation(waiting.id) is not None
    await store.close()
