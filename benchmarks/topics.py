"""What the bench asks of Kafka: loading a log, and how far a group has come."""

from collections.abc import Sequence

from confluent_kafka import (
    Consumer,
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from benchmarks.story import Event

PARTITIONS = 8


class Topics:
    """One Kafka, seen from outside the services."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        # Only asked for offsets: it joins no group.
        self._consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench", "log_level": 0})

    def load(self, topic: str, events: Sequence[Event]) -> None:
        """Publishes the events, in order for each customer."""
        producer = Producer(
            {
                "bootstrap.servers": self._bootstrap,
                "linger.ms": 50,
                "queue.buffering.max.messages": 1_000_000,
                "partitioner": "murmur2_random",
                "acks": "all",
            }
        )
        for number, event in enumerate(events):
            producer.produce(topic, event.value, event.customer)
            if number % 10_000 == 0:
                producer.poll(0)
        left = producer.flush(60)
        if left:
            raise RuntimeError(f"{left} events could not be published")

    def values(self, topic: str) -> list[bytes]:
        """The values of all records of a topic, those of a partition in order."""
        reader = Consumer({"bootstrap.servers": self._bootstrap, "group.id": "bench", "log_level": 0})
        held = self.held(topic)
        reader.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
        values: list[bytes] = []
        while len(values) < held:
            values += [message.value() or b"" for message in reader.consume(10_000, 1.0)]
        reader.close()
        return values

    def held(self, topic: str) -> int:
        """How many records a topic holds."""
        places = (TopicPartition(topic, number) for number in range(PARTITIONS))
        return sum(self._consumer.get_watermark_offsets(place)[1] for place in places)

    def unread(self, group: str, topic: str) -> int:
        """How many records of the topic the group has not committed."""
        asked = ConsumerGroupTopicPartitions(group)
        (future,) = self._admin.list_consumer_group_offsets([asked]).values()
        places = future.result().topic_partitions
        read = sum(place.offset for place in places if place.topic == topic and place.offset > 0)
        return self.held(topic) - int(read)

    def assigned(self, group: str, members: int) -> bool:
        """Whether the group has settled with so many members, each with partitions."""
        (future,) = self._admin.describe_consumer_groups([group]).values()
        try:
            description = future.result()
        except KafkaException:  # a group that nobody has joined yet
            return False
        return (
            description.state == ConsumerGroupState.STABLE
            and len(description.members) == members
            and all(member.assignment.topic_partitions for member in description.members)
        )
