"""Days of schedules on Apache Kafka and PostgreSQL, on the event-time clock: those of the backtest, kills or not."""

from pathlib import Path

import pytest

from tests.running.dates import asked, dated_log, dated_rules, made
from tests.running.eventlog import backtest
from tests.running.killed import played_with_kills
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
    found = await played_with_kills(log, rules, expected, (apache_kafka, postgres), tmp_path, kills=KILLS)
    assert {found.times[place] for place in by_schedule} == {1}
