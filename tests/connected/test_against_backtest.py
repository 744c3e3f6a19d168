"""Apache Kafka and PostgreSQL on the event-time clock: what is decided is what the backtest decides."""

from pathlib import Path

import pytest

from router.store import upgrade
from tests.running.eventlog import backtest, company_log
from tests.running.ledger import assert_as_in_backtest, invitations_in, kept
from tests.running.service import running, settings_for
from tests.running.topics import asked_in, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = pytest.mark.connected


async def test_the_same_decisions_over_many_partitions_and_lanes(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    log = company_log(300)
    expected = backtest(log)
    topics = fresh_topics()
    create_all(apache_kafka.bootstrap, topics, 6)
    await upgrade(postgres.url)
    settings = settings_for(
        tmp_path,
        clock="event",
        topics=topics,
        database={"url": postgres.url},
        kafka={"bootstrap": apache_kafka.bootstrap, "lanes": 2, "max_records": 100},
    )
    async with running(settings) as service:
        await publish(service.bootstrap, topics["interactions"], log)
        await eventually(lambda: service.read == len(log), "everything is read")

        async def all_sent() -> bool:
            return await invitations_in(postgres.url, "sent") == len(expected.sent)

        await eventually(all_sent, "what is due is sent")

    assert_as_in_backtest(await kept(postgres.url), expected)
    published = await read_all(apache_kafka.bootstrap, topics["invitations"])
    assert expected.published_once(asked_in(published))
