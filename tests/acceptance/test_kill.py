"""The service killed again and again while it reads a log: as if nothing had happened."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from router.store import upgrade
from tests.running.eventlog import RULES, backtest, company_log
from tests.running.ledger import assert_as_in_backtest, invitations_in, journal_rows, kept
from tests.running.processes import environment, started
from tests.running.topics import asked_in, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

KILLS = 5
BESIDES = """
rules:
  - id: nps-besides
    when: {type: [order.delivered, complaint.resolved, chat.completed, return.refunded]}
    send: {survey: nps, channel: [email, sms]}
    delay: 2d
    also: true
"""


def one_more_besides(folder: Path) -> Path:
    """The shipped rules with a question besides, and limits that leave room for both."""
    copy = shutil.copytree(RULES, folder / "rules")
    (copy / "routes" / "besides.yaml").write_text(BESIDES)
    policy = (copy / "policy.yaml").read_text()
    (copy / "policy.yaml").write_text(policy.replace("max: 1, per: 30d", "max: 3, per: 30d"))
    return copy


@pytest.mark.parametrize("rules", [lambda _: RULES, one_more_besides], ids=["shipped", "one more besides"])
async def test_killed_five_times_it_decides_as_the_backtest(
    rules: Callable[[Path], Path], apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    log, folder = company_log(300), rules(tmp_path)
    expected = backtest(log, folder)
    assert any(line.also for line in expected.decisions.values()) == (folder != RULES)
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
        data=str(tmp_path),
        health__enabled="false",
        dispatch__poll_ms="20",
        event_clock__idle_after_seconds="1",
        rules=str(folder),
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

    assert_as_in_backtest(await kept(postgres.url), expected)
    published = await read_all(apache_kafka.bootstrap, topics["invitations"])
    assert expected.published_once(sorted(set(asked_in(published))))
