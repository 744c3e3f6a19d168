"""Whatever a producer compresses with, its records are read: on the embedded broker."""

import asyncio
from pathlib import Path

from tests.running.compressed import CODECS, publish_by_librdkafka, publish_compressed
from tests.running.hostile import good
from tests.running.ledger import kept
from tests.running.service import running, settings_for
from tests.running.waiting import eventually

EACH = 40


async def test_records_of_every_codec_and_client_are_read(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    topic = settings.topics.interactions
    wanted = {f"{client}-{codec}-{n}" for client in ("a", "c") for codec in CODECS for n in range(EACH)}
    async with running(settings) as service:
        for codec in CODECS:
            entries = {name: [good(f"{name}-{codec}-{n}") for n in range(EACH)] for name in ("a", "c")}
            await publish_compressed(service.bootstrap, topic, codec, entries["a"])
            await asyncio.to_thread(publish_by_librdkafka, service.bootstrap, topic, codec, entries["c"])
        await eventually(lambda: service.read >= len(wanted), "everything is read")
        assert service.worker.progress.troubles() == {}
    found = await kept(settings.database_url)
    assert {id_ for _, id_ in found.decisions} == wanted
