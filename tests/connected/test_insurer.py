"""The insurer's rule set on Apache Kafka and PostgreSQL: everything in it happens, as in the backtest."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from router.store import upgrade
from tests.running.eventlog import backtest
from tests.running.insurer import followers, insurer_log, insurer_rules
from tests.running.ledger import assert_as_in_backtest, kept
from tests.running.service import running, settings_for
from tests.running.topics import create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = pytest.mark.connected


async def test_what_the_insurer_wants_happens_as_in_the_backtest(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    rules = insurer_rules(tmp_path / "rules")
    log = insurer_log(rules)
    expected = backtest(log, rules)
    following = followers(log, rules)
    reasons = Counter(line.reason for line in expected.decisions.values())
    planned = Counter(line.rule for line in expected.decisions.values() if line.invitation_id)
    ends = Counter(expected.finals.values())
    kinds = Counter(one.kind for one in following.values() if one.final == "sent")
    assert planned.keys() == {"ces-after-claim", "nps-after-purchase", "nps-on-anniversary"}
    assert {"quota", "never_ask_while", "no_consent", "no_rule_matched", "shared_limit"} <= reasons.keys()
    assert {"sent", "answered", "cancelled"} <= ends.keys()
    assert kinds["reminder"] > 5
    assert kinds["fallback"] > 2

    topics = fresh_topics()
    # One partition: a quota counts what all customers got, in the order in which it is read.
    create_all(apache_kafka.bootstrap, topics, 1)
    await upgrade(postgres.url)
    settings = settings_for(
        tmp_path,
        clock="event",
        rules=rules,
        topics=topics,
        database={"url": postgres.url},
        kafka={"bootstrap": apache_kafka.bootstrap},
    )
    async with running(settings) as service:
        # While the topic of preferences holds nothing and is not idle yet, nobody knows what time it is for the others.
        await publish(service.bootstrap, topics["preferences"], log[-1:])
        await eventually(lambda: service.read == 1, "the clock waits for the interactions alone")
        await publish(service.bootstrap, topics["interactions"], log[:-1])
        await eventually(lambda: service.read == len(log), "everything is read")

        wanted = expected.sent | {id_ for id_, one in following.items() if one.final == "sent"}

        async def told() -> dict[str, Any]:
            published = await read_all(service.bootstrap, topics["invitations"])
            messages = [json.loads(one.value or b"") for one in published]
            assert len({message["id"] for message in messages}) == len(messages)
            return {message["id"]: message["data"] for message in messages}

        async def all_told() -> bool:
            return wanted <= (await told()).keys()

        await eventually(all_told, "what is due is sent, with reminders and fallbacks")
        messages = await told()

    assert_as_in_backtest(await kept(postgres.url), expected)
    assert {data["kind"] for data in messages.values()} == {"invitation", "reminder", "fallback"}
    assert {data["channel"] for data in messages.values()} == {"email", "sms"}
