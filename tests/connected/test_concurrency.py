"""Four workers and two dispatchers on the same customers at once: the demonstration, as small as it still says something."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.demonstrations.concurrency.audit import audited
from tests.demonstrations.concurrency.run import Wanted, run
from tests.demonstrations.concurrency.terms import LIMITS, hours, whole_minute
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = pytest.mark.connected


async def test_nothing_is_broken_when_all_meet_the_same_customers(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    # Quiet at home for longer than it takes, so that only customers elsewhere are asked.
    quiet = hours(whole_minute(now), whole_minute(now, later=60))
    wanted = Wanted(3_000, quiet, rate=400)
    observed = await run(apache_kafka.bootstrap, postgres.url, wanted, tmp_path, lambda _: None)
    findings = audited(observed, quiet)
    assert findings.breaches == {}
    used = {name for name, (most, limit) in findings.fullest.items() if most == limit}
    assert {limit.id for limit in LIMITS if limit.id in ("any-survey", "effort", "same-agent")} <= used
    assert findings.checked["consent"] > 50
