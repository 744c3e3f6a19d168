"""How far a group of workers has come with its topic of interactions."""

from confluent_kafka import Consumer, TopicPartition

from tests.demonstrations.concurrency.traffic import PARTITIONS


class Progress:
    """Asks Kafka what a group has committed. It never joins the group."""

    def __init__(self, bootstrap: str, group: str, topic: str) -> None:
        self._asker = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "log_level": 0})
        self._places = [TopicPartition(topic, number) for number in range(PARTITIONS)]

    def read(self) -> int:
        """How many records are decided."""
        return sum(max(place.offset, 0) for place in self._asker.committed(self._places, timeout=10))

    def close(self) -> None:
        """Ask no more."""
        self._asker.close()
