"""This service beside the one that a user would write: the same events, Apache Kafka and PostgreSQL."""
