"""What became dead letters lately is counted when a worker starts."""

from datetime import UTC, datetime, timedelta

import pytest

from router.service.flood import recent_dead_letters
from router.settings import load_settings
from tests.running.topics import Entry, create, fresh_topics, publish
from tests.services.service import Kafka

pytestmark = pytest.mark.connected


async def test_dead_letters_of_the_last_minutes_are_counted(apache_kafka: Kafka) -> None:
    topics = [f"{name}.dlq" for name in fresh_topics().values()][:2]
    create(apache_kafka.bootstrap, dict.fromkeys(topics, 3))
    for number, topic in enumerate(topics, start=3):
        await publish(apache_kafka.bootstrap, topic, [Entry(b"%d" % one, b"x") for one in range(number)])
    kafka = load_settings(kafka={"bootstrap": apache_kafka.bootstrap}).kafka
    now = datetime.now(UTC)
    assert await recent_dead_letters(kafka, topics, now) == 7
    assert await recent_dead_letters(kafka, topics, now + timedelta(minutes=11)) == 0


async def test_without_an_answer_nothing_is_counted() -> None:
    kafka = load_settings(kafka={"bootstrap": "127.0.0.1:1"}).kafka
    assert await recent_dead_letters(kafka, ["any.dlq"], datetime.now(UTC)) == 0
