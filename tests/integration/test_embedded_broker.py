from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka.admin import AdminClient

from router.kafka import EmbeddedBroker, EmbeddedBrokerError

TOPIC = "interactions"


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as running:
        running.start({TOPIC: 3, "invitations": 1})
        yield running


def consumer_of(broker: EmbeddedBroker, **settings: object) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=10,
        session_timeout_ms=3_000,
        heartbeat_interval_ms=500,
        **settings,
    )


async def read(consumer: AIOKafkaConsumer, count: int) -> list[bytes]:
    values: list[bytes] = []
    while len(values) < count:
        batches = await consumer.getmany(timeout_ms=100)
        values += [record.value for batch in batches.values() for record in batch]
    return values


async def test_a_group_reads_what_was_published_and_its_commits_are_kept(broker: EmbeddedBroker) -> None:
    sent = [b"%d" % number for number in range(30)]
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for value in sent:
            await producer.send_and_wait(TOPIC, value, key=value)

    consumer = consumer_of(broker, group_id="router")
    consumer.subscribe([TOPIC])
    async with consumer:
        assert sorted(await read(consumer, len(sent))) == sorted(sent)
        await consumer.commit()

    async with consumer_of(broker, group_id="router") as later:
        partitions = [TopicPartition(TOPIC, number) for number in range(3)]
        committed = [await later.committed(partition) for partition in partitions]
    assert sum(offset or 0 for offset in committed) == len(sent)


def test_topics_have_the_partitions_asked_for(broker: EmbeddedBroker) -> None:
    metadata = AdminClient({"bootstrap.servers": broker.bootstrap}).list_topics(timeout=5)

    assert {name: len(topic.partitions) for name, topic in metadata.topics.items()} == {
        TOPIC: 3,
        "invitations": 1,
    }
    (node,) = metadata.brokers.values()
    assert f"{node.host}:{node.port}" == broker.bootstrap


async def test_nothing_is_forgotten_however_much_comes_and_whoever_reads(broker: EmbeddedBroker) -> None:
    partition = TopicPartition("invitations", 0)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, max_request_size=8_000_000) as producer:
        for number in range(60):
            value = b"%d" % number + b"x" * (6_000_000 if number == 30 else 200_000)
            await producer.send_and_wait(partition.topic, value, partition=0)

    async with consumer_of(broker) as consumer:
        assert await consumer.end_offsets([partition]) == {partition: 60}
        assert await consumer.beginning_offsets([partition]) == {partition: 0}
        consumer.assign([partition])
        values = await read(consumer, 60)
    assert [value.rstrip(b"x") for value in values] == [b"%d" % number for number in range(60)]


def test_a_topic_that_is_refused_stops_the_broker() -> None:
    broker = EmbeddedBroker()

    with pytest.raises(EmbeddedBrokerError, match="'empty' with 0 partitions"):
        broker.start({"empty": 0})

    assert broker.bootstrap == ""


def test_stopped_it_can_be_started_again_with_nothing_in_it(broker: EmbeddedBroker) -> None:
    broker.stop()
    broker.stop()
    address = broker.start({"other": 1})

    metadata = AdminClient({"bootstrap.servers": address}).list_topics(timeout=5)
    assert set(metadata.topics) == {"other"}


def test_it_is_not_started_twice(broker: EmbeddedBroker) -> None:
    with pytest.raises(EmbeddedBrokerError, match="already running"):
        broker.start({})
