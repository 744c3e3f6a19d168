"""A Kafka broker inside the process, for a machine that has none."""

from router.kafka.embedded import EmbeddedBroker, EmbeddedBrokerError

__all__ = ["EmbeddedBroker", "EmbeddedBrokerError"]
