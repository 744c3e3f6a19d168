"""A worker that was killed and comes back goes on at once; one that ends in order leaves its partitions to the others."""

import re
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from uuid import uuid4

import pytest

from router.store import upgrade
from tests.running.eventlog import entries, event
from tests.running.ledger import journal_rows
from tests.running.processes import Process, environment, started
from tests.running.prompt_rules import prompt_rules
from tests.running.topics import Entry, create_all, fresh_topics, publish
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

SESSION_MS = 300_000
"""Far longer than any wait of a test: what happens at all happens without waiting for the session to end."""

PARTITIONS = 4


def calls(turn: int) -> tuple[Entry, ...]:
    at = datetime.now(UTC) - timedelta(minutes=1)
    return entries(
        event(number, f"c-{number}", at, "call.completed") for number in range(turn * 40, turn * 40 + 40)
    )


class Company:
    """An own set of topics, a group, a database, and what every worker is given."""

    def __init__(self, kafka: Kafka, database: Database, path: Path) -> None:
        self.topics = fresh_topics()
        self.bootstrap, self.url = kafka.bootstrap, database.url
        create_all(self.bootstrap, self.topics, PARTITIONS)
        self.given = environment(
            kafka__bootstrap=self.bootstrap,
            # A named member that is killed stays in its group for the whole session: in the way of other tests' workers.
            kafka__group=f"membership-{uuid4().hex}",
            kafka__lanes="1",
            kafka__session_timeout_ms=str(SESSION_MS),
            kafka__request_timeout_ms=str(SESSION_MS + 10_000),
            kafka__heartbeat_ms="500",
            database__url=self.url,
            rules=str(prompt_rules(path / "rules", unknown_consent="allow")),
            data=str(path / "data"),
            health__enabled="false",
            **{f"topics__{name}": topic for name, topic in self.topics.items()},
        )

    async def decided(self, turn: int) -> None:
        """Publishes some interactions and waits until all are decided."""
        await publish(self.bootstrap, self.topics["interactions"], calls(turn))

        async def done() -> bool:
            return await journal_rows(self.url) == (turn + 1) * 40

        await eventually(done, "all is decided")


def assignments(worker: Process) -> list[list[int]]:
    """The partitions of the interactions that the worker was given, time after time."""
    lines = [line for line in worker.told().splitlines() if "partitions_assigned" in line]
    found = [re.search(r"lane=interactions-0 partitions=\[([\d, ]*)\]", line) for line in lines]
    return [[int(number) for number in match[1].split(", ") if number] for match in found if match]


async def shared(first: Process, second: Process) -> None:
    """Waits until both have a half of the partitions."""

    def halves() -> bool:
        latest = [(assignments(one) or [[]])[-1] for one in (first, second)]
        return [len(one) for one in latest] == [2, 2] and sorted(chain(*latest)) == list(range(PARTITIONS))

    await eventually(halves, "both workers have partitions")


async def test_killed_and_started_again_it_goes_on_at_once(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    await upgrade(postgres.url)
    company = Company(apache_kafka, postgres, tmp_path)
    with (
        started("worker", company.given, tmp_path / "staying.log") as staying,
        started("worker", company.given, tmp_path / "killed.log") as killed,
    ):
        await shared(staying, killed)
        await company.decided(0)
        before = assignments(staying)
        killed.kill()
        with started("worker", company.given, tmp_path / "back.log") as back:
            await company.decided(1)
            # It has what it had, and the other one did not even notice.
            assert assignments(back) == [assignments(killed)[-1]]
            assert assignments(staying) == before

            assert back.terminate() == 0
            await eventually(
                lambda: assignments(staying)[-1] == list(range(PARTITIONS)), "what is left goes to the other"
            )
            await company.decided(2)
            assert staying.terminate() == 0


async def test_two_workers_of_one_name_are_told_so(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    await upgrade(postgres.url)
    company = Company(apache_kafka, postgres, tmp_path)
    given = company.given | {"ROUTER_KAFKA__INSTANCE": "twin"}
    with (
        started("worker", given, tmp_path / "one.log") as one,
        started("worker", given, tmp_path / "two.log") as two,
    ):
        await eventually(lambda: one.ended or two.ended, "one of them ends")
        ended = one if one.ended else two
        assert ended.exit_code() == 1
        assert "another worker goes by the name twin-" in ended.told()
        assert "ROUTER_KAFKA__INSTANCE" in ended.told()
