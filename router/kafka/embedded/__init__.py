"""The embedded broker: librdkafka's mock cluster for groups and metadata, and a log of its own for records."""

from router.kafka.embedded.broker import EmbeddedBroker
from router.kafka.embedded.mock_cluster import EmbeddedBrokerError

__all__ = ["EmbeddedBroker", "EmbeddedBrokerError"]
