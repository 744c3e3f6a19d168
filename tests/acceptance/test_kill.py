"""The service killed again and again while it reads a log: as if nothing had happened."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running.eventlog import RULES, backtest, company_log
from tests.running.killed import played_with_kills
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
    await played_with_kills(log, folder, expected, (apache_kafka, postgres), tmp_path, kills=KILLS)
