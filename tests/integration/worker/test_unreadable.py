"""A partition that cannot be read, in the whole service: named everywhere, and the others go on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from router.service.roles import ServiceFailed
from router.settings import Settings
from tests.running.broken_fetches import Broken, flipped
from tests.running.hostile import good
from tests.running.ledger import kept
from tests.running.service import Running, running, settings_for
from tests.running.topics import publish
from tests.running.waiting import eventually


async def test_the_service_names_the_partition_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path, kafka={"partitions": 2})
    topic = settings.topics.interactions
    broken = Broken(0, flipped, offset=1)
    broken.install(monkeypatch)
    place = f"{topic}/0"
    with capture_logs() as logged:
        async with running(settings) as service:
            await _broken_and_mended(service, broken, place)
    told = [one for one in logged if one["event"] == "partition_unreadable"]
    assert [one["place"] for one in told] == [place]
    found = await kept(settings.database_url)
    assert sorted(id_ for _, id_ in found.decisions) == [f"{p}-{n}" for p in (0, 1) for n in range(3)]


async def _broken_and_mended(service: Running, broken: Broken, place: str) -> None:
    """One of two partitions cannot be read from its second record on, and later it can."""
    topic = place.rpartition("/")[0]
    for partition in (0, 1):
        for number in range(3):
            await publish(service.bootstrap, topic, [good(f"{partition}-{number}")], partition)
    await eventually(lambda: service.read >= 4, "the other partition, and what comes before, is read")
    await eventually(lambda: _named(service, place), "readiness names it")
    detail = (await service.worker.checks()["partitions"]()).detail
    assert "from offset 1 on: the batch there is damaged" in str(detail[place])
    labels = {"topic": topic, "partition": "0"}
    await eventually(lambda: service.metric("router_partition_unreadable", **labels) == 1, "it is counted")
    assert service.worker.progress.stuck(_now()) is None

    broken.on = False
    await eventually(lambda: service.read >= 6, "the rest is read once it can be")
    await eventually(lambda: _ready(service), "it is ready again")


async def test_what_cannot_be_read_is_named_when_the_worker_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path, kafka={"partitions": 1})
    topic = settings.topics.interactions
    Broken(0, flipped, offset=0).install(monkeypatch)
    with pytest.raises(ServiceFailed, match=f"no reason; {topic}/0 cannot be read from offset 0 on"):
        await _stopped_once_named(settings, f"{topic}/0")


async def _stopped_once_named(settings: Settings, place: str) -> None:
    async with running(settings) as service:
        await publish(service.bootstrap, settings.topics.interactions, [good("one")], 0)
        await eventually(lambda: _named(service, place), "it is named")
        service.worker.stop("no reason")


async def _named(service: Running, place: str) -> bool:
    part = await service.worker.checks()["partitions"]()
    return not part.ready and place in part.detail


async def _ready(service: Running) -> bool:
    return (await service.worker.checks()["partitions"]()).ready


def _now() -> datetime:
    return datetime.now(UTC)
