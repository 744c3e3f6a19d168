"""Vendors' messages on a topic of their own, through the whole service; a mistake in a mapping, mended and replayed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from router.model.encoding import decode_interaction
from router.service.dead_letter_topics import DeadLetterTopics
from router.service.source_replay import ReplayRefused, replay_source
from router.settings import Settings
from router.store import SqlStore
from tests.running.service import Running, running, settings_for
from tests.running.topics import Entry, asked_in, publish, read_all
from tests.running.waiting import eventually

TOPIC = "raw.helpdesk"
SOURCE = """
source: helpdesk
topic: raw.helpdesk
require: {kind: {prefix: ticket}}
skip: [{when: {ticket.status: closed}, because: closed by itself}]
interactions:
  - when: {ticket.status: solved}
    type: complaint.resolved
    id: {join: [ticket.id, version]}
    time: {path: AT, unit: ms}
    customer: ticket.requester
    data:
      case_id: ticket.id
      channel: {path: ticket.via, map: {voice: phone}, otherwise: web}
otherwise: skip
"""


RULES = {
    "policy.yaml": "consent: {unknown: allow}\nlocale: {otherwise: en}\n",
    "journeys/complaint.yaml": """
journey: complaint
instance: case_id
steps:
  opened: {on: complaint.opened}
  resolved: {on: complaint.resolved}
order: [opened, resolved]
""",
    "routes/complaint.yaml": """
rules:
  - id: ces-after-complaint
    when: {journey: complaint, step: resolved, channel: phone}
    send: {survey: ces, channel: email}
""",
    "surveys/ces.yaml": """
surveys:
  ces:
    metric: ces
    scale: [1, 7]
    polarity: higher_is_better
    texts:
      en: {question: "We made it easy for you.", low: disagree, high: agree}
""",
    "sources/helpdesk.yaml": SOURCE,
}


def rules_with(directory: Path, path_of_time: str) -> Path:
    """A small set with the source, whose times stand at a path."""
    for name, text in RULES.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("AT", path_of_time), encoding="utf-8")
    return directory


def message(case: int, status: str = "solved", version: int = 1) -> Entry:
    at = int((datetime.now(UTC) - timedelta(minutes=5)).timestamp() * 1000)
    ticket = {"id": case, "status": status, "via": "voice", "requester": f"ann-{case}"}
    body = {"kind": "ticket.updated", "version": version, "at": at, "ticket": ticket, "subject": "private"}
    return Entry(str(case).encode(), msgspec.json.encode(body))


def settings_of(tmp_path: Path, rules: Path, **given: Any) -> Settings:
    return settings_for(tmp_path / "data", rules=rules, topics={"sources": "raw.*"}, **given)


def reasons(service: Running) -> list[tuple[str, str]]:
    return [(one.interaction.id, one.decision.reason) for batch in service.processed for one in batch.decided]


async def counted(settings: Settings) -> dict[tuple[str, str], int]:
    store = await SqlStore.open(settings.database_url)
    found = await store.source_counts.counted()
    await store.close()
    return {(one.outcome, one.why): one.records for one in found}


async def test_what_a_wrong_mapping_could_not_read_is_decided_once_when_it_is_mended(tmp_path: Path) -> None:
    sent = [message(1), message(2), message(2), message(3, "closed"), message(4, "open")]
    settings = settings_of(tmp_path, rules_with(tmp_path / "wrong", "att"))
    async with running(settings) as service:
        await publish(service.bootstrap, TOPIC, sent)
        await eventually(lambda: service.read == len(sent), "everything is read")
        assert not reasons(service)
        dead = await DeadLetterTopics(settings).newest(10)
        assert len(dead) == 3
        assert service.metric(
            "router_source_records_total", source="helpdesk", outcome="dead_letter", why="mapping_failed"
        )
    assert await counted(settings) == {
        ("dead_letter", "mapping_failed"): 3,
        ("skipped", "closed by itself"): 1,
        ("skipped", "no mapping of source helpdesk takes it"): 1,
    }

    settings = settings_of(tmp_path, rules_with(tmp_path / "right", "at"))
    async with running(settings) as service:
        replayed = await DeadLetterTopics(settings).replay(reason="mapping_failed")
        assert replayed
        await eventually(lambda: len(reasons(service)) == 2, "both tickets are decided")
        assert sorted(reasons(service)) == [("1:1", "invited"), ("2:1", "invited")]
        await publish(service.bootstrap, TOPIC, [message(1), message(5, version=9)])
        await eventually(lambda: len(reasons(service)) == 3, "only the new ticket is decided")
        assert reasons(service)[-1] == ("5:9", "invited")

        async def all_sent() -> bool:
            return len(asked_in(await read_all(service.bootstrap, settings.topics.invitations))) == 3

        await eventually(all_sent, "all three are asked")
        for batch in service.processed:
            for one in batch.decided:
                assert one.interaction.source == "/sources/helpdesk"
                assert one.interaction.channel == "phone"
                assert "subject" not in one.interaction.attributes


async def test_a_source_comes_and_goes_without_a_restart(tmp_path: Path) -> None:
    rules = rules_with(tmp_path / "rules", "at")
    file = rules / "sources" / "helpdesk.yaml"
    mapping = file.read_text()
    file.unlink()
    settings = settings_of(tmp_path, rules, watch_rules=True)
    async with running(settings) as service:
        assert not [lane for lane in service.worker.lanes if lane.topic == TOPIC]
        await publish(service.bootstrap, TOPIC, [message(1)])
        file.write_text(mapping)
        await eventually(lambda: reasons(service) == [("1:1", "invited")], "what was there before is read")

        file.unlink()
        await eventually(lambda: not service.parts.rules.live.sources, "the rules have no source")
        await eventually(
            lambda: not [lane for lane in service.worker.lanes if lane.topic == TOPIC], "it is read no more"
        )
        await publish(service.bootstrap, TOPIC, [message(2)])
        file.write_text(mapping.replace("source: helpdesk", "source: tickets"))
        await eventually(lambda: len(reasons(service)) == 2, "it is read on from where it was")
        assert reasons(service)[-1] == ("2:1", "invited")
        assert service.read == 2
        assert service.worker.failure is None


async def test_a_source_that_maps_nothing_is_held_with_its_name_until_it_is_mended(tmp_path: Path) -> None:
    rules = rules_with(tmp_path / "rules", "att")
    other = SOURCE.replace("helpdesk", "shop").replace("AT", "at").replace("complaint", "order")
    (rules / "sources" / "shop.yaml").write_text(other)
    limits = {"max_per_minute": 15, "max_share": 0.5}
    settings = settings_of(tmp_path, rules, watch_rules=True, dead_letters=limits)
    async with running(settings) as service:
        troubles = service.worker.checks()["sources"]
        await publish(service.bootstrap, TOPIC, [message(number) for number in range(20)])

        async def held() -> bool:
            return "helpdesk" in (await troubles()).detail

        await eventually(held, "the source is held")
        told = str((await troubles()).detail["helpdesk"])
        assert "source helpdesk" in told
        assert "raw.helpdesk is not read" in told
        assert (await troubles()).ready
        await publish(service.bootstrap, "raw.shop", [message(100)])
        await eventually(lambda: reasons(service), "another source is read on")
        assert reasons(service)[0][0] == "100:1"
        assert service.metric("router_source_not_read", source="helpdesk") == 1

        rules_with(rules, "at")
        mended = {f"{number}:1" for number in range(20)} | {"100:1"}
        lost = await DeadLetterTopics(settings).newest(100)
        await eventually(
            lambda: len(reasons(service)) == 21 - len(lost),
            "the mended source is read from where it was held",
        )
        await DeadLetterTopics(settings).replay(reason="mapping_failed")
        await eventually(lambda: len(reasons(service)) == 21, "what was lost before is decided")
        assert {id_ for id_, _ in reasons(service)} == mended
        assert service.metric("router_source_not_read", source="helpdesk") == 0
        assert service.worker.failure is None


async def test_a_topic_that_is_not_allowed_is_not_read(tmp_path: Path) -> None:
    settings = settings_for(
        tmp_path / "data", rules=rules_with(tmp_path / "rules", "at"), topics={"sources": "others.*"}
    )
    async with running(settings) as service:
        troubles = service.worker.checks()["sources"]

        async def told() -> bool:
            return "ROUTER_TOPICS__SOURCES" in str((await troubles()).detail.get("helpdesk"))

        await eventually(told, "it is told")
        assert not [lane for lane in service.worker.lanes if lane.topic == TOPIC]


async def test_what_was_passed_over_or_failed_has_its_effect_when_it_is_read_again(tmp_path: Path) -> None:
    rules = rules_with(tmp_path / "rules", "at")
    file = rules / "sources" / "helpdesk.yaml"
    file.write_text(file.read_text().replace("solved}", "done}"))
    settings = settings_of(tmp_path, rules, watch_rules=True)
    since = datetime.now(UTC) - timedelta(hours=1)
    async with running(settings) as service:
        before = service.parts.rules.live.revision
        tombstone = Entry(b"9", None)
        sent = [message(1, "done"), message(2), message(2), message(3, "closed"), tombstone]
        await publish(service.bootstrap, TOPIC, [*sent, Entry(b"x", b"{")])
        await eventually(lambda: service.read == 6, "everything is read")
        assert [id_ for id_, _ in reasons(service)] == ["1:1"]

        file.write_text(file.read_text().replace("done}", "[done, solved]}"))
        await eventually(lambda: service.parts.rules.live.revision > before, "the mended mapping is in force")
        store = service.parts.store
        tried = await replay_source(store, settings, "helpdesk", since, trial=True)
        assert (tried.decided, tried.skipped, tried.unmapped) == (3, 2, 1)
        done = await replay_source(store, settings, "helpdesk", since)
        assert (done.records, done.decided, done.known, done.skipped, done.unmapped) == (6, 1, 2, 2, 1)
        assert "the body" in str(done.because)
        again = await replay_source(store, settings, "helpdesk", since)
        assert (again.decided, again.known) == (0, 3)
        assert (await replay_source(store, settings, "helpdesk", datetime.now(UTC))).records == 0

        journaled = [row for id_ in ("1:1", "2:1") for row in await store.reading.journal_by_interaction(id_)]
        bodies = [decode_interaction(row.body) for row in journaled]
        assert {one.id: one.mapped_by for one in bodies} == {
            "1:1": before,
            "2:1": service.parts.rules.live.revision,
        }
        with pytest.raises(ReplayRefused, match="have no source shop: they have helpdesk"):
            await replay_source(store, settings, "shop", since)
