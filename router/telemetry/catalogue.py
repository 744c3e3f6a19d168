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
    "router_build_info", "gauge", "Always 1; the labels say what runs", ("version", "python")
)
RECORDS: Final = MetricDefinition(
    "router_records_total",
    "counter",
    "Records read, by what became of them: interaction, empty or dead_letter",
    ("topic", "outcome"),
)
DEAD_LETTERS: Final = MetricDefinition(
    "router_dead_letters_total", "counter", "Records that cannot be processed, by reason", ("reason",)
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
    "Invitations, reminders, fallbacks and cancellations that came into a state, by survey",
    ("survey", "kind", "state"),
)
BATCH_SECONDS: Final = MetricDefinition(
    "router_batch_seconds",
    "histogram",
    "Time from the hand-over of a batch to its commit, in seconds",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
BATCH_RECORDS: Final = MetricDefinition(
    "router_batch_records",
    "histogram",
    "Records in a batch",
    buckets=(1, 10, 50, 100, 250, 500, 1000, 2500, 5000),
)
STORE_RETRIES: Final = MetricDefinition(
    "router_store_retries_total", "counter", "Transactions that were run again, by cause", ("cause",)
)
PUBLISHED: Final = MetricDefinition(
    "router_dispatch_published_total", "counter", "Invitations published to Kafka"
)
DISPATCH_LAG: Final = MetricDefinition(
    "router_dispatch_lag_seconds",
    "gauge",
    "How long the oldest invitation of the last pass was overdue when it was published, in seconds",
)
BACKLOG: Final = MetricDefinition(
    "router_dispatch_backlog", "gauge", "Invitations that are due and not published"
)
RULES_REVISION: Final = MetricDefinition(
    "router_rules_revision", "gauge", "Number of the rule set revision in use"
)
RULES_LOAD_FAILURES: Final = MetricDefinition(
    "router_rules_load_failures_total",
    "counter",
    "Rule sets that were refused; the last good one stays in use",
)
CONSUMER_LAG: Final = MetricDefinition(
    "router_consumer_lag", "gauge", "Records that wait in a partition", ("topic", "partition")
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
    "Customers who are left alone because something of them cannot be stored: `feedback-router customer set-aside`",
)
CLOCK_SKEW: Final = MetricDefinition(
    "router_database_clock_skew_seconds",
    "gauge",
    "How far the clock of this machine is ahead of the database's, in seconds; below 0: behind",
)
KAFKA_CLOCK_SKEW: Final = MetricDefinition(
    "router_kafka_clock_skew_seconds",
    "gauge",
    "How far the clock of this machine is behind the timestamps of Kafka's records, as seconds below 0",
)

METRICS: Final = (
    BUILD_INFO,
    RECORDS,
    DEAD_LETTERS,
    DECISIONS,
    UNREADABLE_PREFERENCES,
    INVITATIONS,
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
)
