"""Snapshots of tickets through the whole service: each change counts once, over batches, restarts and repeats."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from router.service.source_replay import replay_source
from router.settings import Settings
from tests.integration.test_sources import RULES
from tests.running.service import Running, running, settings_for
from tests.running.topics import Entry, publish
from tests.running.waiting import eventually

TOPIC = "raw.zammad"
SOURCE = """
source: zammad
topic: raw.zammad
remember: {of: ticket.id, at: ticket.updated_at, unseen: unchanged}
interactions:
  - when: {ticket.state: {changed_to: closed, from: $remembered}}
    type: complaint.resolved
    id: {join: [ticket.id, ticket.updated_at]}
    time: ticket.updated_at
    customer: ticket.customer
    data: {case_id: ticket.id, channel: {value: phone}}
otherwise: skip
"""
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


def rules_in(directory: Path) -> Path:
    for name, text in (RULES | {"sources/helpdesk.yaml": SOURCE}).items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return directory


def ticket(case: int, state: str, minute: int) -> Entry:
    at = (BEGIN + timedelta(minutes=minute)).isoformat()
    body = {"ticket": {"id": case, "state": state, "updated_at": at, "customer": f"ann-{case}"}}
    return Entry(str(case).encode(), msgspec.json.encode(body))


def decided(service: Running) -> list[str]:
    return sorted(
        f"{one.interaction.attributes['case_id']} {one.interaction.time - BEGIN}"
        for batch in service.processed
        for one in batch.decided
    )


async def take(settings: Settings, *entries: Entry) -> list[str]:
    """What a service decides that is started for these messages."""
    async with running(settings) as service:
        await publish(service.bootstrap, TOPIC, list(entries))
        await eventually(lambda: service.read == len(entries), "everything is read")
        return decided(service)


async def test_a_status_is_remembered_over_restarts(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data", rules=rules_in(tmp_path / "rules"), topics={"sources": TOPIC})
    assert await take(settings, ticket(1, "open", 1), ticket(2, "closed", 1), ticket(3, "open", 1)) == []
    life = [ticket(1, "closed", 2), ticket(1, "closed", 3), ticket(2, "closed", 4), ticket(3, "waiting", 5)]
    assert await take(settings, *life) == ["1 0:02:00"]
    # Again, and a note on a closed ticket; then one that comes back and is closed again.
    assert await take(settings, *life, ticket(1, "closed", 6)) == []
    assert await take(settings, ticket(1, "open", 7), ticket(1, "closed", 8), ticket(3, "closed", 9)) == [
        "1 0:08:00",
        "3 0:09:00",
    ]


async def test_what_is_read_again_is_told_beforehand_and_counts_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data", rules=rules_in(tmp_path / "rules"), topics={"sources": TOPIC})
    since = datetime.now(UTC) - timedelta(minutes=1)
    async with running(settings) as service:
        await publish(
            service.bootstrap, TOPIC, [ticket(1, "open", 1), ticket(1, "closed", 2), ticket(1, "closed", 3)]
        )
        await eventually(lambda: service.read == 3, "everything is read")
        store = service.parts.store
        tried = await replay_source(store, settings, "zammad", since, trial=True)
        assert (tried.records, tried.decided, tried.skipped) == (3, 1, 2)
        done = await replay_source(store, settings, "zammad", since)
        assert (done.records, done.decided, done.known, done.skipped) == (3, 0, 1, 2)
        assert decided(service) == ["1 0:02:00"]
