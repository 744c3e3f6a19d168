"""The page of sources tells what `sources counts` tells; a message is tried on a mapping, and stands there as text."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.authoring.language.load import load_directory
from router.authoring.packing import pack
from router.console.console import Console
from router.model.source_counts import SourceCount
from router.service.secret import keyed_hash
from router.settings import load_settings
from router.store import SqlStore, upgrade
from tests.integration.console.same_figures import Said, command, seen
from tests.integration.console.visiting import OWN, browser
from tests.integration.test_sources import message, rules_with

AT = datetime(2026, 8, 3, 12, tzinfo=UTC)
WHEN = {"since": "2026-08-01", "until": "2026-08-31"}
HOSTILE = "<img src=x onerror=alert(1)>"
COUNTS = [
    SourceCount("helpdesk", AT, "mapped", "", 1_234, AT + timedelta(minutes=59)),
    SourceCount("helpdesk", AT, "skipped", "closed by itself", 17, AT),
    SourceCount("helpdesk", AT - timedelta(days=90), "mapped", "", 5_000, AT),
    SourceCount(HOSTILE, AT, "dead_letter", HOSTILE, 3, AT),
]


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """A data directory with counts, and the rules with the source, which were in force."""
    data, rules = tmp_path / "data", rules_with(tmp_path / "rules", "at")

    async def make() -> None:
        settings = load_settings(data=data)
        await upgrade(settings.database_url)
        store = await SqlStore.open(settings.database_url)
        await store.run(lambda transaction: transaction.add_source_counts(COUNTS))
        loaded = load_directory(rules)
        texts = {str(file.relative_to(rules)): file.read_bytes() for file in rules.rglob("*.yaml")}
        await store.revisions.load(loaded.sha256, pack(texts, loaded), AT)
        await store.close()

    asyncio.run(make())
    return data, rules


def test_the_page_tells_what_the_command_tells(
    place: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    data, rules = place
    said: Said = capfd.readouterr
    where = ["--data", str(data), "--rules", str(rules)]
    options = [word for name, value in WHEN.items() for word in (f"--{name}", value)]
    told = command(said, where, "sources", "counts", "--json", *options)
    [page] = seen(data, rules, [("/sources", WHEN)])
    assert page.json == told
    assert [one["mapped"] for one in told if one["source"] == "helpdesk"] == [1_234]
    assert "1,234" in page.text
    assert "closed by itself 17" in page.text
    assert "2026-08-03 12:59" in page.text
    assert HOSTILE not in page.html
    assert "helpdesk,raw.helpdesk,1234,17,0," in page.csv


async def test_a_message_is_tried_on_a_mapping(place: tuple[Path, Path]) -> None:
    data, rules = place
    settings = load_settings(data=data, rules=rules)
    store = await SqlStore.open(settings.database_url, lanes=4)
    body = json.loads(message(7).value or b"") | {"subject": HOSTILE}
    body["ticket"]["requester"] = HOSTILE
    try:
        async with browser(Console(settings, store, keyed_hash(settings))) as client:
            page = await client.get("/sources/helpdesk")
            assert "because: closed by itself" in page.text
            tried = await client.post(
                "/sources/helpdesk", data={"message": json.dumps(body), "headers": "x-a: b"}, headers=OWN
            )
            assert "complaint.resolved" in tried.text
            assert "7:1" in tried.text
            assert HOSTILE not in tried.text
            for wrong in ({"message": "{"}, {"message": "{}", "headers": "x"}):
                assert (await client.post("/sources/helpdesk", data=wrong, headers=OWN)).status_code == 400
            assert (await client.get("/sources/shop")).status_code == 404
        assert await store.access.entries() == []
    finally:
        await store.close()
