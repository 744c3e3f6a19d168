"""The Kafka and the PostgreSQL that tests and benchmarks run on, started and stopped by themselves."""
