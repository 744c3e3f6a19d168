"""Whatever a producer compresses with, its records are read: on Apache Kafka."""

import asyncio
from pathlib import Path

import pytest

from tests.running.compressed import CODECS, publish_by_librdkafka, publish_compressed
from tests.running.hostile import good
from tests.running.ledger import kept
from tests.running.service import running, settings_for
from tests.running.topics import create_all, fresh_topics
from tests.running.waiting import eventually
from tests.services.service import Kafka

pytestmark = pytest.mark.connected

EACH = 40


async def test_records_of_every_codec_and_client_are_read(apache_kafka: Kafka, tmp_path: Path) -> None:
    topics = fresh_topics()
    create_all(apache_kafka.bootstrap, topics, 2)
    settings = settings_for(tmp_path, topics=topics, kafka={"bootstrap": apache_kafka.bootstrap, "lanes": 1})
    wanted = {f"{client}-{codec}-{n}" for client in ("a", "c") for codec in CODECS for n in range(EACH)}
    async with running(settings) as service:
        for codec in CODECS:
            entries = {name: [good(f"{name}-{codec}-{n}") for n in range(EACH)] for name in ("a", "c")}
            await publish_compressed(service.bootstrap, topics["interactions"], codec, entries["a"])
            await asyncio.to_thread(
                publish_by_librdkafka, service.bootstrap, topics["interactions"], codec, entries["c"]
            )
        await eventually(lambda: service.read >= len(wanted), "everything is read")
        assert service.worker.progress.troubles() == {}
    found = await kept(settings.database_url)
    assert {id_ for _, id_ in found.decisions} == wanted
