"""Days of schedules on Apache Kafka and PostgreSQL, on the event-time clock: those of the backtest, kills or not."""

from pathlib import Path

import pytest

from router.store import upgrade
from tests.running.dates import asked, dated_log, dated_rules, made
from tests.running.eventlog import backtest
from tests.running.ledger import assert_as_in_backtest, invitations_in, journal_rows, kept
from tests.running.processes import environment, started
from tests.running.topics import asked_in, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

KILLS = 3


async def test_killed_on_the_way_the_days_of_schedules_are_those_of_the_backtest(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    log, rules = dated_log(120), dated_rules(tmp_path / "rules")
    expected = backtest(log, rules)
    by_schedule = made(expected)
    assert len(by_schedule) > 200
    assert asked(expected, by_schedule) > 30
    topics = fresh_topics()
    create_all(apache_kafka.bootstrap, topics, 4)
    await upgrade(postgres.url)
    given = environment(
        clock="event",
        kafka__bootstrap=apache_kafka.bootstrap,
        kafka__session_timeout_ms="6000",
        kafka__heartbeat_ms="1000",
        kafka__max_records="25",
        database__url=postgres.url,
        data=str(tmp_path / "data"),
        health__enabled="false",
        dispatch__poll_ms="20",
        event_clock__idle_after_seconds="1",
        rules=str(rules),
        **{f"topics__{name}": topic for name, topic in topics.items()},
    )
    part = len(log) // (KILLS + 1)
    for number in range(KILLS):
        with started("run", given, tmp_path / "run.log") as service:
            await service.until_told("partitions_assigned")
            before = await journal_rows(postgres.url)
            await publish(
                apache_kafka.bootstrap, topics["interactions"], log[number * part : (number + 1) * part]
            )

            async def in_the_middle() -> bool:
                return await journal_rows(postgres.url) > before + part // 4  # noqa: B023

            await eventually(in_the_middle, "it decides")
            service.kill()
    await publish(apache_kafka.bootstrap, topics["interactions"], log[KILLS * part :])
    with started("run", given, tmp_path / "run.log") as service:

        async def done() -> bool:
            sent = await invitations_in(postgres.url, "sent")
            decided = await journal_rows(postgres.url)
            return (decided, sent) == (len(expected.decisions), len(expected.sent))

        await eventually(done, "everything is decided and sent")
        assert service.terminate() == 0

    found = await kept(postgres.url)
    assert_as_in_backtest(found, expected)
    assert {found.times[place] for place in by_schedule} == {1}
    published = await read_all(apache_kafka.bootstrap, topics["invitations"])
    assert expected.published_once(sorted(set(asked_in(published))))
