"""Four vendors' messages and our own events on Apache Kafka and PostgreSQL: killed on the way, and mended on the way."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.service.dead_letter_topics import DeadLetterTopics
from router.service.source_replay import replay_source
from router.store import upgrade
from tests.running.eventlog import backtest
from tests.running.killed import played_with_kills
from tests.running.ledger import journal_rows, kept
from tests.running.service import running, settings_for
from tests.running.topics import create, create_all, fresh_topics, publish
from tests.running.vendors import VENDORS, mapped, messages, vendor_rules
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = pytest.mark.connected

KILLS = 3


def source_topics(kafka: Kafka) -> dict[str, str]:
    """A topic for each vendor that no other test uses, and one for its dead letters."""
    name = fresh_topics()["interactions"].removesuffix(".interactions")
    topics = {vendor: f"{name}.raw.{vendor}" for vendor in VENDORS}
    create(kafka.bootstrap, dict.fromkeys(topics.values(), 3) | {f"{one}.dlq": 1 for one in topics.values()})
    return topics


async def test_four_vendors_and_our_events_with_kills_are_as_the_backtest_of_the_mapped_log(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    topics = source_topics(apache_kafka)
    rules = vendor_rules(tmp_path / "rules", topics)
    sent = messages(topics, 60)
    expected = backtest(mapped(sent, rules), rules)
    sources = Counter(source for source, _ in expected.decisions)
    assert sources.keys() == {*(f"/sources/{vendor}" for vendor in VENDORS), "/test"}
    reasons = Counter(line.reason for line in expected.decisions.values())
    assert {"invited", "shared_limit", "no_rule_matched"} <= reasons.keys()
    assert {"sent", "cancelled"} <= set(expected.finals.values())

    found = await played_with_kills(
        [one.entry for one in sent],
        rules,
        expected,
        (apache_kafka, postgres),
        tmp_path,
        kills=KILLS,
        elsewhere={place: one.topic for place, one in enumerate(sent) if one.topic is not None},
    )
    shipped = [place for place in found.decisions if place[1].startswith("fulfillments")]
    assert shipped
    # Of orders that are sent whole after each change, each status counts once each time it is reached.
    whole = Counter(place[1].split(":")[1] for place in found.decisions if place[0] == "/sources/woocommerce")
    assert whole == {"created": 60, "processing": 70, "completed": 70}
    assert all(found.decisions[place]["reason"] != "no_customer" for place in shipped)


async def test_a_mistake_in_a_mapping_mended_and_replayed_brings_each_interaction_once(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    by_vendor, topics = source_topics(apache_kafka), fresh_topics()
    rules = vendor_rules(tmp_path / "rules", by_vendor)
    sent = [one for one in messages(by_vendor, 40) if one.topic is not None]
    expected = backtest(mapped(sent, rules), rules).decisions.keys()
    file = rules / "sources" / "zendesk.yaml"
    right = file.read_text()
    # Resolved tickets fail, tickets that come back are passed over.
    head, resolved = right.split("    type: complaint.resolved\n")
    wrong = f"{head}    type: complaint.resolved\n{resolved.replace('time: time', 'time: tyme', 1)}"
    file.write_text(wrong.replace("event.current: [OPEN, NEW]", "event.current: [NEVER]"))

    create_all(apache_kafka.bootstrap, topics, 3)
    await upgrade(postgres.url)
    settings = settings_for(
        tmp_path,
        rules=rules,
        watch_rules=True,
        topics=topics | {"sources": ",".join(by_vendor.values())},
        database={"url": postgres.url},
        kafka={"bootstrap": apache_kafka.bootstrap, "lanes": 2, "max_records": 100},
        dead_letters={"max_share": 1},
    )
    begun = datetime.now(UTC) - timedelta(minutes=1)
    async with running(settings) as service:
        for topic in by_vendor.values():
            await publish(service.bootstrap, topic, [one.entry for one in sent if one.topic == topic])
        await eventually(lambda: service.read == len(sent), "everything is read")
        lost = {place for place in expected if place[0] == "/sources/zendesk"}
        before = await kept(postgres.url)
        missing = expected - before.times.keys()
        assert missing < lost
        letters = await DeadLetterTopics(settings).newest(1_000)
        assert len(letters) == sum(b'"current":"SOLVED"' in (one.entry.value or b"") for one in sent)

        revision = service.parts.rules.live.revision
        file.write_text(right)
        await eventually(
            lambda: service.parts.rules.live.revision > revision, "the mended mapping is in force"
        )
        replayed = await DeadLetterTopics(settings).replay(reason="mapping_failed")
        assert replayed.sent == len(letters)
        # At the same time as the workers read the dead letters again.
        done = await replay_source(service.parts.store, settings, "zendesk", begun)
        assert done.unmapped == 0

        async def all_there() -> bool:
            return await journal_rows(postgres.url) == len(expected)

        await eventually(all_there, "each interaction is decided")
        await eventually(lambda: service.read == len(sent) + len(letters), "the dead letters are read again")
        assert (await replay_source(service.parts.store, settings, "zendesk", begun)).decided == 0
        assert service.worker.failure is None
    assert (await kept(postgres.url)).times == Counter(dict.fromkeys(expected, 1))


async def test_a_topic_that_comes_later_than_its_source_is_read_then(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    topics, name = fresh_topics(), fresh_topics()["interactions"]
    by_vendor = {vendor: f"{name}.{vendor}" for vendor in VENDORS}
    create_all(apache_kafka.bootstrap, topics, 1)
    await upgrade(postgres.url)
    settings = settings_for(
        tmp_path,
        rules=vendor_rules(tmp_path / "rules", by_vendor),
        topics=topics | {"sources": f"{name}.*"},
        database={"url": postgres.url},
        kafka={"bootstrap": apache_kafka.bootstrap},
    )
    sent = [one for one in messages(by_vendor, 1) if one.topic == by_vendor["zendesk"]]
    async with running(settings) as service:
        troubles = service.worker.checks()["sources"]

        async def told() -> dict[str, object]:
            return dict((await troubles()).detail)

        async def all_told() -> bool:
            return (await told()).keys() == set(VENDORS)

        await eventually(all_told, "all topics are missed")
        assert f"{by_vendor['zendesk']}.dlq" in str((await told())["zendesk"])
        create(
            apache_kafka.bootstrap, dict.fromkeys([by_vendor["zendesk"], f"{by_vendor['zendesk']}.dlq"], 1)
        )
        await publish(service.bootstrap, by_vendor["zendesk"], [one.entry for one in sent])
        await eventually(lambda: service.read == len(sent), "it is read")

        async def others_told() -> bool:
            return (await told()).keys() == set(VENDORS) - {"zendesk"}

        await eventually(others_told, "only the others are missed")
        assert service.worker.failure is None
