"""The tables as queries see them. The migrations create them, with all that only one database needs."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    REAL,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from router.model.cells import MOST_SCORES, STAGES

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    """Microseconds since 1970: how SQLite keeps a time."""
    return (at - _EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC time of `to_micros`."""
    return _EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the database."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Convert on the way in."""
        return to_micros(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Convert on the way out."""
        return from_micros(value) if value is not None and dialect.name == "sqlite" else value


class UuidKey(TypeDecorator[UUID]):
    """A UUID: the native type on PostgreSQL, 16 bytes on SQLite."""

    impl = Uuid(as_uuid=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the database."""
        return dialect.type_descriptor(LargeBinary(16) if dialect.name == "sqlite" else Uuid(as_uuid=True))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """Convert on the way in."""
        return value.bytes if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """Convert on the way out."""
        return UUID(bytes=value) if value is not None and dialect.name == "sqlite" else value


metadata = MetaData()
_PLAIN: Final = JSON().with_variant(JSONB(), "postgresql")

customers = Table(
    "customers",
    metadata,
    Column("version", Integer, nullable=False),
    Column("customer_id", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("wake_at", Instant),
    Column("scheduled_by", BigInteger),
)

journal = Table(
    "journal",
    metadata,
    Column("time", Instant, nullable=False),
    Column("now", Instant, nullable=False),
    Column("key", UuidKey, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("customer_id", Text, primary_key=True),
    Column("interaction_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("verdict", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("covered", LargeBinary),
)

invitations = Table(
    "invitations",
    metadata,
    Column("due_at", Instant, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("leased_until", Instant),
    Column("id", UuidKey, primary_key=True),
    Column("key", UuidKey, nullable=False),
    Column("lease_token", UuidKey),
    Column("settled_seq", Integer),
    Column("revision", Integer, nullable=False),
    Column("customer_id", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("survey", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("channel", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("recipient", Text),
    Column("body", LargeBinary, nullable=False),
    Column("next_at", Instant),
    Column("changed_at", Instant),
    Column("root", UuidKey),
    Column("kind", Text, nullable=False),
    Column("keep_recipient", Boolean, nullable=False),
    Column("context", LargeBinary),
)

responses = Table(
    "responses",
    metadata,
    Column("happened_at", Instant, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("respond_by", Instant),
    Column("customer_id", Text, primary_key=True),
    Column("invitation_id", UuidKey, primary_key=True),
    Column("key", UuidKey, nullable=False),
    Column("status", Text, nullable=False),
    Column("score", Integer),
    Column("given", Text),
    Column("comment", Text),
    Column("answers", Integer, nullable=False),
    Column("asked_on", Text),
    Column("survey", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("scale_low", Integer, nullable=False),
    Column("scale_high", Integer, nullable=False),
    Column("polarity", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Column("presentation", Text, nullable=False),
    Column("locale", Text),
    Column("journey", Text),
    Column("step", Text),
    Column("instance", Text),
    Column("channel", Text),
    Column("rule", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attributes", _PLAIN, nullable=False),
    Column("effort", _PLAIN, nullable=False),
    Column("imported", Text),
    Column("excluded_by", Text),
    Column("excluded_at", Instant),
    Column("excluded_because", Text),
)

alerts = Table(
    "alerts",
    metadata,
    Column("raised_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("leased_until", Instant),
    Column("sent_at", Instant),
    Column("taken_at", Instant),
    Column("closed_at", Instant),
    Column("customer_id", Text, primary_key=True),
    Column("id", UuidKey, primary_key=True),
    Column("invitation_id", UuidKey),
    Column("lease_token", UuidKey),
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("topic", Text),
    Column("survey", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("taken_by", Text),
    Column("closed_by", Text),
    Column("note", Text),
    Column("body", LargeBinary, nullable=False),
)


def _score_columns(*, keyed: bool = False) -> list[Column[Any]]:
    names = (
        "survey",
        "metric",
        "polarity",
        "text_version",
        "presentation",
        "journey",
        "step",
        "channel",
        "rule",
    )
    return [
        Column("basis", Text, nullable=False),
        Column("day", Date, primary_key=keyed, nullable=False),
        *(Column(name, Text, nullable=False) for name in names),
        Column("scale_low", Integer, nullable=False),
        Column("scale_high", Integer, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("attribute", Text, nullable=False),
        Column("value", Text, nullable=False),
        Column("imported", Text, nullable=False),
        *(Column(f"n{place}", Integer, nullable=False) for place in range(MOST_SCORES)),
    ]


def _coverage_columns(*, keyed: bool = False) -> list[Column[Any]]:
    names = ("journey", "step", "channel", "attribute", "value", "reason")
    return [
        Column("day", Date, primary_key=keyed, nullable=False),
        *(Column(name, Text, nullable=False) for name in names),
        *(Column(stage, Integer, nullable=False) for stage in STAGES),
    ]


# A cell is a hash of all its dimensions but the day: short, and whatever the database's collation. In the months the day is
# their first.
score_cells = Table(
    "score_cells", metadata, Column("cell", UuidKey, primary_key=True), *_score_columns(keyed=True)
)
score_months = Table(
    "score_months", metadata, Column("cell", UuidKey, primary_key=True), *_score_columns(keyed=True)
)
score_changes = Table(
    "score_changes",
    metadata,
    Column("seq", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("cell", UuidKey, nullable=False),
    *_score_columns(),
)
coverage_cells = Table(
    "coverage_cells", metadata, Column("cell", UuidKey, primary_key=True), *_coverage_columns(keyed=True)
)
coverage_months = Table(
    "coverage_months", metadata, Column("cell", UuidKey, primary_key=True), *_coverage_columns(keyed=True)
)
coverage_changes = Table(
    "coverage_changes",
    metadata,
    Column("seq", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("cell", UuidKey, nullable=False),
    *_coverage_columns(),
)
# What erased customers added to the coverage: the cells keep it, and nothing else tells of it any more.
coverage_erased = Table(
    "coverage_erased", metadata, Column("cell", UuidKey, primary_key=True), *_coverage_columns(keyed=True)
)

quota_counts = Table(
    "quota_counts",
    metadata,
    Column("quota", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)

instance_owners = Table(
    "instance_owners",
    metadata,
    Column("attribute", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
)

source_records = Table(
    "source_records",
    metadata,
    Column("source", Text, primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("why", Text, primary_key=True),
    Column("records", BigInteger, nullable=False),
    Column("last_at", Instant, nullable=False),
)

# What instances of sources were last seen with, by a hash of source, instance and value.
remembered_values = Table(
    "remembered_values",
    metadata,
    Column("key", UuidKey, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("noted_on", Date, nullable=False),
)

rate_caps = Table(
    "rate_caps",
    metadata,
    Column("cap", Text, primary_key=True),
    Column("free_at", Instant, nullable=False),
)

erased_customers = Table(
    "erased_customers",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("suppressed", Text, nullable=False),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("cause", Text, nullable=False),
    Column("place", Text, nullable=False),
)

secret_fingerprints = Table(
    "secret_fingerprints",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("since", Instant, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("loaded_at", Instant, nullable=False),
    Column("author", Text),
    Column("message", Text),
    Column("content", LargeBinary),
    Column("approved_by", Text),
)

rule_course = Table(
    "rule_course",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("live", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("rollout", Integer),
    Column("share", Double().with_variant(REAL(), "sqlite"), nullable=False),
    Column("shadow", Integer),
)

shadow_differences = Table(
    "shadow_differences",
    metadata,
    Column("shadow", Integer, primary_key=True),
    Column("customer_id", Text, primary_key=True),
    Column("key", UuidKey, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("live_verdict", LargeBinary, nullable=False),
    Column("shadow_verdict", LargeBinary, nullable=False),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("hash", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("way", Text, nullable=False),
)

console_tokens = Table(
    "console_tokens",
    metadata,
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    Column("hash", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("made_by", Text, nullable=False),
)

console_audit = Table(
    "console_audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("refused", Text, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("number", Integer, primary_key=True),
    Column("base", Integer, nullable=False),
    Column("revision", Integer),
    Column("name", Text, nullable=False),
    Column("author", Text, nullable=False),
)

draft_files = Table(
    "draft_files",
    metadata,
    Column("at", Instant, nullable=False),
    Column("draft", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("content", LargeBinary),
)
