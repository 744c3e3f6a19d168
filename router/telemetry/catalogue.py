"""The metrics as data: the one place where they are named and explained."""

from typing import Final, Literal, NamedTuple

MetricKind = Literal["counter", "gauge", "histogram"]


class MetricDefinition(NamedTuple):
    """One metric. A label only ever takes few values, and never anything of a customer."""

    name: str
    kind: MetricKind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


BUILD_INFO: Final = MetricDefinition(
    "router_build_info", "gauge", "Always 1; the labels name the running version", ("version", "python")
)
RECORDS: Final = MetricDefinition(
    "router_records_total",
    "counter",
    "Records read, by outcome: interaction, empty or dead_letter",
    ("topic", "outcome"),
)
DEAD_LETTERS: Final = MetricDefinition(
    "router_dead_letters_total", "counter", "Records that cannot be processed, by reason", ("reason",)
)
SOURCE_RECORDS: Final = MetricDefinition(
    "router_source_records_total",
    "counter",
    "Records of sources, by outcome: mapped, skipped or dead_letter; `why` is the reason of the skip or the dead letter",
    ("source", "outcome", "why"),
)
SOURCE_LAST_RECORD: Final = MetricDefinition(
    "router_source_last_record_timestamp_seconds",
    "gauge",
    "Latest timestamp of a record of the source that was read, in seconds since 1970",
    ("source",),
)
SOURCE_NOT_READ: Final = MetricDefinition(
    "router_source_not_read",
    "gauge",
    "1 for a source in force whose topic is not read; the log and /readyz say why",
    ("source",),
)
DECISIONS: Final = MetricDefinition(
    "router_decisions_total",
    "counter",
    "Decisions on interactions, by reason and outcome",
    ("reason", "outcome"),
)
UNREADABLE_PREFERENCES: Final = MetricDefinition(
    "router_unreadable_preferences_total",
    "counter",
    "Languages (locale) and time zones (zone) in preferences that cannot be read and count as unknown",
    ("member",),
)
INVITATIONS: Final = MetricDefinition(
    "router_invitations_total",
    "counter",
    "Transitions of invitations, reminders, fallbacks and cancellations into a state, by survey",
    ("survey", "kind", "state"),
)
ALERTS_SENT: Final = MetricDefinition(
    "router_alerts_sent_total", "counter", "Alerts published, by team", ("team",)
)
ALERTS_OPEN: Final = MetricDefinition(
    "router_alerts_open", "gauge", "Alerts that are not closed, by team", ("team",)
)
ALERTS_OVERDUE: Final = MetricDefinition(
    "router_alerts_overdue", "gauge", "Alerts that should have been closed by now, by team", ("team",)
)
BATCH_SECONDS: Final = MetricDefinition(
    "router_batch_seconds",
    "histogram",
    "Time to process and commit a batch, in seconds",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
BATCH_RECORDS: Final = MetricDefinition(
    "router_batch_records",
    "histogram",
    "Records in a batch",
    buckets=(1, 10, 50, 100, 250, 500, 1000, 2500, 5000),
)
STORE_RETRIES: Final = MetricDefinition(
    "router_store_retries_total", "counter", "Transactions that were retried, by cause", ("cause",)
)
PUBLISHED: Final = MetricDefinition(
    "router_dispatch_published_total", "counter", "Invitations published to Kafka"
)
DISPATCH_LAG: Final = MetricDefinition(
    "router_dispatch_lag_seconds",
    "gauge",
    "Lag of the oldest invitation of the last pass, from its due time to its publication, in seconds",
)
BACKLOG: Final = MetricDefinition(
    "router_dispatch_backlog", "gauge", "Backlog: invitations that are due and not yet published"
)
RULES_REVISION: Final = MetricDefinition(
    "router_rules_revision", "gauge", "Revision of the rule set in force"
)
RULES_LOAD_FAILURES: Final = MetricDefinition(
    "router_rules_load_failures_total",
    "counter",
    "Rule sets that were refused; the last valid one stays in force",
)
CONSUMER_LAG: Final = MetricDefinition(
    "router_consumer_lag",
    "gauge",
    "Consumer lag: records in a partition that are not yet processed",
    ("topic", "partition"),
)
UNREADABLE: Final = MetricDefinition(
    "router_partition_unreadable",
    "gauge",
    "1 for a partition that cannot be read; the log and /readyz say from which offset on and why",
    ("topic", "partition"),
)
LAST_PROGRESS: Final = MetricDefinition(
    "router_last_progress_timestamp_seconds",
    "gauge",
    "When the worker last finished a batch, or the dispatcher settled invitations, in seconds since 1970",
    ("role",),
)

SET_ASIDE: Final = MetricDefinition(
    "router_customers_set_aside",
    "gauge",
    "Customers set aside because their data cannot be stored: `feedback-router customer set-aside`",
)
CLOCK_SKEW: Final = MetricDefinition(
    "router_database_clock_skew_seconds",
    "gauge",
    "Clock skew: how far this machine is ahead of the database, in seconds; below 0: behind",
)
KAFKA_CLOCK_SKEW: Final = MetricDefinition(
    "router_kafka_clock_skew_seconds",
    "gauge",
    "Clock skew: how far this machine is behind the timestamps of Kafka's records, in seconds below 0",
)

WEBHOOK_REQUESTS: Final = MetricDefinition(
    "router_webhook_requests_total",
    "counter",
    "Messages over HTTP, by source and outcome; without a source: to an address that is none",
    ("source", "outcome"),
)
WEBHOOK_SECONDS: Final = MetricDefinition(
    "router_webhook_seconds",
    "histogram",
    "Time from the headers of a message over HTTP until Kafka has stored it, in seconds",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
METRICS: Final = (
    BUILD_INFO,
    RECORDS,
    DEAD_LETTERS,
    SOURCE_RECORDS,
    SOURCE_LAST_RECORD,
    SOURCE_NOT_READ,
    DECISIONS,
    UNREADABLE_PREFERENCES,
    INVITATIONS,
    ALERTS_SENT,
    ALERTS_OPEN,
    ALERTS_OVERDUE,
    BATCH_SECONDS,
    BATCH_RECORDS,
    STORE_RETRIES,
    PUBLISHED,
    DISPATCH_LAG,
    BACKLOG,
    RULES_REVISION,
    RULES_LOAD_FAILURES,
    CONSUMER_LAG,
    UNREADABLE,
    LAST_PROGRESS,
    SET_ASIDE,
    CLOCK_SKEW,
    KAFKA_CLOCK_SKEW,
    WEBHOOK_REQUESTS,
    WEBHOOK_SECONDS,
)
