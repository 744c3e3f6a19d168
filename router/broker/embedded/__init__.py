"""The embedded broker: librdkafka's mock cluster for groups and metadata, and a log of its own for records."""

from router.broker.embedded.broker import EmbeddedBroker
from router.broker.embedded.mock_cluster import EmbeddedBrokerError

__all__ = ["EmbeddedBroker", "EmbeddedBrokerError"]
