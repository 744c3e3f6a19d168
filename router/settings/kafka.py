"""How Kafka is reached and read, and the names of the topics."""

import re
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from router.settings.values import (
    LONGEST_TOPIC,
    CertificateFile,
    Milliseconds,
    SettingsGroup,
    Suffix,
    TopicName,
    Upper,
    is_host,
)

UNNAMED: Final = "none"
"""The name of a worker that shall have none."""

_SERVER: Final = re.compile(r"(\[[0-9A-Fa-f:]+\]|[^\s:,/@\[\]]+):(\d{1,5})")


_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
_OTHERS: Final = ("interactions", "preferences", "invitations", "deliveries", "responses")
"""The topics besides those of alerts."""


class KafkaSettings(SettingsGroup):
    """The Kafka to read from and publish to. Without `bootstrap`, the embedded broker."""

    bootstrap: str | None = Field(
        None,
        description="Bootstrap servers, `host:port,host:port`; unset: the embedded broker, for evaluation",
    )
    security_protocol: Annotated[Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], Upper] = Field(
        "PLAINTEXT", description="Security protocol"
    )
    sasl_username: str | None = Field(None, description="SASL user name")
    sasl_password: SecretStr | None = Field(None, description="SASL password")
    sasl_mechanism: Annotated[Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], Upper] | None = Field(
        None, description="SASL mechanism; required if the security protocol is SASL_…"
    )
    ssl_cafile: CertificateFile | None = Field(
        None, description="CA certificates to trust (PEM file); unset: those of the system"
    )
    group: str = Field("feedback-router", min_length=1, description="Consumer group of the workers")
    lanes: int = Field(2, ge=1, le=64, description="Consumers per process, each with its own transaction")
    max_records: int = Field(1000, ge=1, le=5000, description="Maximum number of records per batch")
    instance: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._-]+$")] | None = (
        Field(
            None,
            description="Static group membership (`group.instance.id`): a name unique to this worker, so that it gets"
            " its partitions back at once after a restart; unset: kept in the data directory; `none`: no "
            "static membership",
        )
    )
    fetch_wait_ms: Milliseconds = Field(
        500,
        description="Maximum time that Kafka holds a fetch without records (`fetch.max.wait.ms`); a new record "
        "ends it",
    )
    session_timeout_ms: Milliseconds = Field(
        10_000, description="Session timeout: Kafka removes a consumer that is silent for longer"
    )
    heartbeat_ms: Milliseconds = Field(
        3_000, description="Heartbeat interval; at most a third of the session timeout"
    )
    rebalance_timeout_ms: Milliseconds = Field(
        60_000, description="Rebalance timeout: maximum time for the batch in flight when partitions move"
    )
    request_timeout_ms: Milliseconds = Field(
        70_000, description="Request timeout; must be above the session and rebalance timeouts"
    )
    partitions: int = Field(
        4,
        ge=1,
        le=256,
        description="Number of partitions of a topic that is created, on the embedded broker or by "
        "`ROUTER_TOPICS__CREATE`",
    )

    @property
    def servers(self) -> list[str]:
        """The bootstrap servers as `host:port`; empty for the embedded broker."""
        return [server.strip() for server in (self.bootstrap or "").split(",") if server.strip()]

    @field_validator("bootstrap")
    @classmethod
    def _are_servers(cls, bootstrap: str | None) -> str | None:
        for number, server in enumerate((bootstrap or "").split(","), start=1):
            match = _SERVER.fullmatch(server.strip())
            if bootstrap is not None and (match is None or not 1 <= int(match[2]) <= 65_535):
                raise ValueError(f"server {number} is not written as host:port")
            if match is not None and not is_host(match[1]):
                raise ValueError(f"server {number} does not name a host")
        return bootstrap

    @field_validator("sasl_mechanism")
    @classmethod
    def _is_complete(cls, mechanism: str | None, info: ValidationInfo) -> str | None:
        if str(info.data.get("security_protocol", "")).startswith("SASL"):
            if mechanism is None:
                raise ValueError(
                    "must be set where ROUTER_KAFKA__SECURITY_PROTOCOL is SASL_PLAINTEXT or SASL_SSL"
                )
            for name in ("sasl_username", "sasl_password"):
                if name in info.data and info.data[name] is None:
                    raise ValueError(f"needs ROUTER_KAFKA__{name.upper()} beside it")
        elif mechanism is not None and "security_protocol" in info.data:
            raise ValueError("needs ROUTER_KAFKA__SECURITY_PROTOCOL to be SASL_PLAINTEXT or SASL_SSL")
        return mechanism

    @field_validator("heartbeat_ms")
    @classmethod
    def _beats_often(cls, heartbeat: int, info: ValidationInfo) -> int:
        if heartbeat * 3 > info.data.get("session_timeout_ms", heartbeat * 3):
            raise ValueError("must be at most a third of ROUTER_KAFKA__SESSION_TIMEOUT_MS")
        return heartbeat

    @field_validator("request_timeout_ms")
    @classmethod
    def _outlasts_the_others(cls, timeout: int, info: ValidationInfo) -> int:
        for name in ("session_timeout_ms", "rebalance_timeout_ms"):
            if timeout <= info.data.get(name, 0):
                raise ValueError(f"must be above ROUTER_KAFKA__{name.upper()}")
        return timeout


def _listed(names: str) -> tuple[str, ...]:
    """The names in a setting that holds several."""
    return tuple(dict.fromkeys(name for part in names.split(",") if (name := part.strip())))


class TopicSettings(SettingsGroup):
    """Names of the topics read and written."""

    interactions: TopicName = Field("cx.interactions.v1", description="Input topic: interactions")
    preferences: TopicName = Field("cx.preferences.v1", description="Input topic: customers' preferences")
    invitations: TopicName = Field(
        "cx.survey-invitations.v1", description="Output topic: survey invitations and cancellations"
    )
    deliveries: TopicName = Field(
        "cx.survey-deliveries.v1", description="Input topic: delivery reports of the survey sender"
    )
    responses: TopicName = Field(
        "cx.survey-responses.v1", description="Input topic: answers of the customers"
    )
    alerts: TopicName = Field("cx.feedback-alerts.v1", description="Output topic: alerts")
    alerts_also: str = Field(
        "", description="Further topics that alerts may name in their `send`, separated by commas"
    )
    sources: str = Field(
        "",
        description="Topics that sources of the rules may read vendors' messages from, separated by commas; a name that"
        " ends in `*` stands for all that begin so",
    )
    dlq_suffix: Suffix = Field(".dlq", description="Suffix of dead-letter topics")
    create: bool = Field(False, description="Create missing topics")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The topics that are read, whatever the rules; those of their sources besides."""
        return (self.interactions, self.preferences, self.deliveries, self.responses)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The topics that sources may read, as they were named: those that end in `*` stand for all that begin so."""
        return _listed(self.sources)

    def allows(self, topic: str) -> bool:
        """Whether a source of the rules may read a topic: none that is read or written for something else."""
        own = (*self.inputs, self.invitations, *self.alert_topics)
        if topic in own or topic.endswith(self.dlq_suffix) or len(self.dlq_of(topic)) > LONGEST_TOPIC:
            return False
        return any(
            topic.startswith(name[:-1]) if name.endswith("*") else topic == name for name in self.allowed
        )

    @property
    def alert_topics(self) -> tuple[str, ...]:
        """The topics that alerts may go to, their own first."""
        return tuple(dict.fromkeys((self.alerts, *_listed(self.alerts_also))))

    def dlq_of(self, topic: str) -> str:
        """The topic for the dead letters of a topic."""
        return topic + self.dlq_suffix

    @field_validator("preferences", "invitations", "deliveries", "responses", "alerts")
    @classmethod
    def _differs(cls, topic: str, info: ValidationInfo) -> str:
        for other in _OTHERS:
            if other != info.field_name and info.data.get(other) == topic:
                raise ValueError(f"must differ from ROUTER_TOPICS__{other.upper()}")
        return topic

    @field_validator("alerts_also", "sources")
    @classmethod
    def _are_topics(cls, names: str, info: ValidationInfo) -> str:
        taken = {info.data.get(name) for name in _OTHERS}
        if info.field_name == "sources":
            taken |= {info.data.get("alerts"), *_listed(info.data.get("alerts_also", ""))}
        for name in _listed(names):
            begins = name[:-1] if info.field_name == "sources" and name.endswith("*") else name
            if (begins != "" or begins == name) and (not _TOPIC.fullmatch(begins) or name in (".", "..")):
                raise ValueError("holds a name that Kafka does not accept for a topic")
            if name in taken:
                raise ValueError(f"must not hold {name}, which is read or written for something else")
        return names

    @field_validator("dlq_suffix")
    @classmethod
    def _leaves_room(cls, suffix: str, info: ValidationInfo) -> str:
        for name in ("interactions", "preferences", "deliveries", "responses", "sources"):
            if any(len(topic + suffix) > LONGEST_TOPIC for topic in _listed(info.data.get(name, ""))):
                raise ValueError(f"makes the name of the topic ROUTER_TOPICS__{name.upper()} too long")
        return suffix
