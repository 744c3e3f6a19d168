"""A Kafka broker inside the process, for a machine that has none."""

from router.broker.embedded import CLUSTER_ID_PREFIX, EmbeddedBroker, EmbeddedBrokerError

__all__ = ["CLUSTER_ID_PREFIX", "EmbeddedBroker", "EmbeddedBrokerError"]
