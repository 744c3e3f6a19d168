"""What the bench asks of Kafka: loading a log, and how far a group has come."""

from collections.abc import Sequence

from confluent_kafka import ConsumerGroupState, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from benchmarks.story import Event

PARTITIONS = 8


class Topics:
    """One Kafka, seen from outside the services."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap})

    def load(self, topic: str, events: Sequence[Event]) -> None:
        """Publishes the events, in order for each customer."""
        producer = Producer(
            {
                "bootstrap.servers": self._bootstrap,
                "linger.ms": 50,
                "queue.buffering.max.messages": 1_000_000,
                "partitioner": "murmur2_random",
                "enable.idempotence": True,
            }
        )
        for number, event in enumerate(events):
            producer.produce(topic, event.value, event.customer)
            if number % 10_000 == 0:
                producer.poll(0)
        left = producer.flush(60)
        if left:
            raise RuntimeError(f"{left} events could not be published")

    def held(self, topic: str) -> int:
        """How many records a topic holds."""
        return sum(self._ends(topic).values())

    def unread(self, group: str, topic: str) -> int:
        """How many records of the topic the group has not committed."""
        asked = ConsumerGroupTopicPartitions(group)
        (future,) = self._admin.list_consumer_group_offsets([asked]).values()
        places = future.result().topic_partitions
        read = sum(place.offset for place in places if place.topic == topic and place.offset > 0)
        return self.held(topic) - read

    def assigned(self, group: str, members: int) -> bool:
        """Whether the group has settled with so many members, each with partitions."""
        (future,) = self._admin.describe_consumer_groups([group]).values()
        description = future.result()
        return (
            description.state == ConsumerGroupState.STABLE
            and len(description.members) == members
            and all(member.assignment.topic_partitions for member in description.members)
        )

    def _ends(self, topic: str) -> dict[int, int]:
        asked = {TopicPartition(topic, number): OffsetSpec.latest() for number in range(PARTITIONS)}
        answers = self._admin.list_offsets(asked)
        return {place.partition: future.result().offset for place, future in answers.items()}
