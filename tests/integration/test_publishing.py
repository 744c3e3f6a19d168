"""Rule sets published while the service runs: taken up between two batches, all or nothing."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace
from sqlalchemy import text

from router.authoring.publishing import Authorship, Publisher
from router.model.encoding import decode_decision
from router.rules.in_force import InForce
from router.service.rule_watch import RuleWatch
from router.store import SqlStore, upgrade
from router.telemetry.metrics import Metrics
from tests.running.service import Running, running, settings_for
from tests.running.topics import Entry, publish
from tests.running.waiting import eventually
from tests.unit.authoring.test_publishing import rule_set

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
CUSTOMERS = 200


def deliveries(round_: int) -> list[Entry]:
    """One delivery for every customer, 40 days after those of the round before."""
    at = START + timedelta(days=40 * round_)
    events = [
        {
            "specversion": "1.0",
            "source": "/shop",
            "id": f"{round_}-{number}",
            "type": "order.delivered",
            "time": at.isoformat(),
            "subject": f"c-{number}",
            "data": {"locale": "en"},
        }
        for number in range(CUSTOMERS)
    ]
    return [Entry(event["subject"].encode(), json.dumps(event).encode()) for event in events]  # type: ignore[attr-defined]


async def told(service: Running, round_: int) -> dict[str, int]:
    """The revision that decided each customer's delivery of a round, once all are decided."""
    await publish(service.bootstrap, service.parts.settings.topics.interactions, deliveries(round_))
    await eventually(lambda: service.decided == CUSTOMERS * (round_ + 1), "the round is decided")
    decided = [one for processed in service.processed for one in processed.decided]
    return {
        one.interaction.customer_id: one.decision.revision
        for one in decided
        if one.interaction.id.startswith(f"{round_}-")
    }


async def test_a_course_is_taken_up_while_interactions_flow(tmp_path: Path) -> None:
    directory = tmp_path / "rules"
    directory.mkdir()
    for name, content in rule_set("1h").items():
        (directory / name).write_bytes(content)
    settings = settings_for(tmp_path / "data", rules=directory, clock="event")
    async with running(settings) as service:
        store = service.parts.store
        assert set((await told(service, 0)).values()) == {service.parts.rules.live.revision}

        first = await _go(service, rule_set("1h"), share=1.0)
        second = await _go(service, rule_set("2h"), share=0.1)
        tenth = {who for who, revision in (await told(service, 1)).items() if revision == second}
        await _go(service, rule_set("2h"), share=0.5)
        half = {who for who, revision in (await told(service, 2)).items() if revision == second}
        await _go(service, rule_set("2h"), share=1.0)
        whole = await told(service, 3)

        assert 0 < len(tenth) < CUSTOMERS * 0.2
        assert tenth < half
        assert CUSTOMERS * 0.35 < len(half) < CUSTOMERS * 0.65
        assert set(whole.values()) == {second}

        await _break(store, first)
        course = await store.revisions.course()
        assert course is not None
        await store.revisions.steer(replace(course, seq=course.seq + 1, live=first))
        await eventually(lambda: service.parts.watch.trouble is not None, "the broken set is refused")
        assert set((await told(service, 4)).values()) == {second}
        assert service.metric("router_rules_load_failures_total") == 1
        part = await service.parts.checks()["rules"]()
        assert f"revision {first} is not in force" in str(part.detail["refused"])


async def test_a_shadow_decides_nothing_and_is_kept_where_it_differs(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, clock="event")
    async with running(settings) as service:
        await _go(service, rule_set("1h"), share=1.0)
        number = await _go(service, rule_set("2h"), shadow=True)

        assert set((await told(service, 0)).values()) != {number}

        kept = await service.parts.store.revisions.differences(number)
        assert len(kept) == CUSTOMERS
        live, shadow = (decode_decision(kept[0].live_verdict), decode_decision(kept[0].shadow_verdict))
        assert live.due_at is not None
        assert shadow.due_at == live.due_at + timedelta(hours=1)


async def _go(service: Running, texts: dict[str, bytes], *, share: float = 0.0, shadow: bool = False) -> int:
    """Publishes a set and waits until the service has taken it up; its number."""
    store = service.parts.store
    publisher = Publisher(store.revisions, store.reading, await store.revisions.course())
    by = Authorship("ann", "a test", START)
    number = await publisher.propose(await publisher.draft(texts, START), by)
    if shadow:
        course = await publisher.shadow(number, by)
    elif share < 1:
        course = await publisher.rollout(number, share, by)
    else:
        course = await publisher.live(number, by)
    await eventually(lambda: service.parts.watch.seq == course.seq, "the course is taken up")
    return number


async def _break(store: SqlStore, number: int) -> None:
    """Damages a revision's content, and has the service forget that it was loaded once."""
    async with store._database.begin() as connection:
        await connection.execute(
            text("UPDATE revisions SET content = :content WHERE number = :number"),
            {"content": msgspec.msgpack.encode("?"), "number": number},
        )


async def test_a_watched_directory_is_loaded_when_a_file_changes_and_kept_when_it_is_broken(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "rules"
    directory.mkdir()
    for name, content in rule_set("1h").items():
        (directory / name).write_bytes(content)
    settings = settings_for(tmp_path / "data", rules=directory, clock="event", watch_rules=True)
    async with running(settings) as service:
        first = service.parts.rules.live
        (directory / "all.yaml").write_bytes(rule_set("26h")["all.yaml"])
        await eventually(lambda: service.parts.rules.live is not first, "the change is taken up")
        second = service.parts.rules.live
        assert second.rules["ask"].rule.delay == timedelta(hours=26)

        (directory / "all.yaml").write_bytes(b"rules: [")
        await eventually(lambda: service.parts.watch.trouble is not None, "the broken file is refused")
        assert service.parts.rules.live is second

        (directory / "all.yaml").write_bytes(rule_set("3h")["all.yaml"])
        await eventually(lambda: service.parts.watch.trouble is None, "the mended file is taken up")
        assert service.parts.rules.live.rules["ask"].rule.delay == timedelta(hours=3)


async def test_a_file_that_changed_right_after_it_was_read_is_taken_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/router.db"
    for name, content in rule_set("1h").items():
        (tmp_path / name).write_bytes(content)
    await upgrade(url)
    store = await SqlStore.open(url)
    watch = RuleWatch(store, Metrics())
    await watch.directory(tmp_path)
    (tmp_path / "all.yaml").write_bytes(rule_set("26h")["all.yaml"])
    used: list[InForce] = []

    following = asyncio.create_task(watch.follow_directory(tmp_path, used.append))
    await eventually(lambda: used, "the change is taken up")
    following.cancel()
    await asyncio.wait([following])
    await store.close()

    assert used[0].live.rules["ask"].rule.delay == timedelta(hours=26)
