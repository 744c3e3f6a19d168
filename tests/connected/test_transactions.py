"""What a producer takes back in a transaction is not read; what it commits is."""

import asyncio
from pathlib import Path

import pytest
from confluent_kafka import Producer

from tests.running.hostile import good
from tests.running.ledger import kept
from tests.running.service import running, settings_for
from tests.running.topics import create_all, fresh_topics, publish
from tests.running.waiting import eventually
from tests.services.service import START_SECONDS, Kafka

pytestmark = pytest.mark.connected


def published_in_transactions(bootstrap: str, topic: str) -> None:
    producer = Producer(
        {"bootstrap.servers": bootstrap, "transactional.id": topic, "compression.type": "lz4"}
    )
    producer.init_transactions(START_SECONDS)
    for turn, end in enumerate((producer.commit_transaction, producer.abort_transaction) * 3):
        producer.begin_transaction()
        for number in range(5):
            entry = good(f"{turn}-{number}")
            producer.produce(topic, entry.value, entry.key)
        producer.flush(START_SECONDS)
        end(START_SECONDS)


async def test_only_what_was_committed_is_decided(apache_kafka: Kafka, tmp_path: Path) -> None:
    topics = fresh_topics()
    create_all(apache_kafka.bootstrap, topics, 2)
    settings = settings_for(tmp_path, topics=topics, kafka={"bootstrap": apache_kafka.bootstrap, "lanes": 1})
    topic = topics["interactions"]
    async with running(settings) as service:
        await asyncio.to_thread(published_in_transactions, service.bootstrap, topic)
        await publish(service.bootstrap, topic, [good("after")])
        await eventually(lambda: service.read >= 16, "everything is read")
        await eventually(lambda: not any(service.worker.progress.lag().values()), "nothing waits")
        assert service.worker.progress.troubles() == {}
    found = await kept(settings.database_url)
    wanted = {f"{turn}-{number}" for turn in (0, 2, 4) for number in range(5)} | {"after"}
    assert {id_ for _, id_ in found.decisions} == wanted
