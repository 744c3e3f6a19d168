"""All settings with their meaning and default: the one place where they are declared."""

import re
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from router.settings.console import ConsoleSettings
from router.settings.kafka import KafkaSettings, TopicSettings
from router.settings.schema_registry import SchemaRegistrySettings
from router.settings.secret_files import SecretFiles
from router.settings.values import Host, LocalPath, Lower, Seconds, SettingsGroup, Upper, is_host
from router.settings.webhooks import WebhookSettings

_PACKAGE: Final = Path(__file__).resolve().parents[1]
SHORTEST_SECRET: Final = 16
_POSTGRES: Final = frozenset({"postgresql", "postgres", "postgresql+asyncpg"})
_SQLITE: Final = frozenset({"sqlite", "sqlite+aiosqlite"})
# Stricter than SQLAlchemy, which takes what follows an @ in a password for the host, and would have it printed.
_SERVER: Final = re.compile(
    r"([^:/?#@]*(:[^@]*)?@)?(\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[\w.%-]*))(:(?P<port>\d{1,5}))?(/[^?@]*)?(\?[^@]*)?"
)


def shipped_rules() -> Path:
    """The rule set that came with the program: in the wheel, or beside the package in a checkout."""
    packaged = _PACKAGE / "_rules"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "rules"


class DatabaseSettings(SettingsGroup):
    """Where state, journal and invitations are kept."""

    url: SecretStr | None = Field(
        None,
        description="Database URL, `postgresql://user:password@host/name`; unset: a SQLite file in the data "
        "directory",
    )
    idle_transaction_seconds: Seconds = Field(
        5.0,
        description="Idle-in-transaction timeout: PostgreSQL ends a transaction that is idle for longer, since "
        "its process is frozen and others wait for its rows; must be below the Kafka session timeout",
    )
    lock_seconds: Seconds = Field(
        8.0,
        description="Lock timeout: maximum wait for rows that another transaction holds; must be above the idle-"
        "in-transaction timeout",
    )

    @field_validator("lock_seconds")
    @classmethod
    def _outlasts_the_idle(cls, wait: float, info: ValidationInfo) -> float:
        if wait <= info.data.get("idle_transaction_seconds", 0):
            raise ValueError("must be above ROUTER_DATABASE__IDLE_TRANSACTION_SECONDS")
        return wait

    @field_validator("url")
    @classmethod
    def _is_known(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            scheme, separator, rest = url.get_secret_value().partition("://")
            if not separator or not rest or scheme not in _POSTGRES | _SQLITE:
                raise ValueError(
                    "must be written as postgresql://user:password@host/name or sqlite:///path/to/file"
                )
            if scheme in _SQLITE:
                return url
            server = _SERVER.fullmatch(rest)
            if server is None:
                raise ValueError(
                    "cannot be read as postgresql://user:password@host:port/name: within user name and password"
                    " write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25"
                )
            host, port = server["host"], server["port"]
            if (host and not is_host(host)) or not 1 <= int(port or 1) <= 65_535:
                raise ValueError("does not name a host, or a port from 1 to 65535")
        return url


class WallClockSettings(SettingsGroup):
    """The clock of production: the time of day."""

    max_skew_seconds: Seconds = Field(
        60.0,
        description="Maximum clock skew between this machine and the database; beyond it, the process does no "
        "work",
    )


class EventClockSettings(SettingsGroup):
    """The clock that follows the times of the interactions read."""

    idle_after_seconds: Seconds = Field(
        5.0,
        description="Idle time after which a partition no longer holds back the event-time clock (the watermark)",
    )


class DispatchSettings(SettingsGroup):
    """How due invitations are leased and published."""

    batch: int = Field(1000, ge=1, le=5000, description="Maximum number of invitations per pass")
    lanes: int = Field(
        3, ge=1, le=16, description="Maximum number of concurrent passes while there is a backlog"
    )
    poll_ms: int = Field(500, ge=10, le=60_000, description="Poll interval for due invitations")
    send_deadline_seconds: Seconds = Field(30.0, description="Timeout for publishing")
    lease_seconds: Seconds = Field(
        60.0,
        description="Lease time on due invitations; after it another dispatcher may take them; must be above the "
        "send deadline",
    )

    @field_validator("lease_seconds")
    @classmethod
    def _outlasts_sending(cls, lease: float, info: ValidationInfo) -> float:
        if lease <= info.data.get("send_deadline_seconds", 0):
            raise ValueError("must be above ROUTER_DISPATCH__SEND_DEADLINE_SECONDS")
        return lease


class SenderSettings(SettingsGroup):
    """The reference sender, `feedback-router sender`."""

    address: str = Field(
        "feedback@localhost", min_length=3, description="From address of the reference sender's mail"
    )
    smtp_user: str | None = Field(None, description="User name for SMTP")
    smtp_password: SecretStr | None = Field(None, description="Password for SMTP")


class HealthSettings(SettingsGroup):
    """The port that answers `/livez`, `/readyz` and `/metrics`."""

    enabled: bool = Field(True, description="Serve `/livez`, `/readyz` and `/metrics`")
    host: Host = Field(
        "127.0.0.1",
        description="Listen address; for all interfaces, as in a container: `0.0.0.0`",
    )
    port: int = Field(8080, ge=0, le=65_535, description="Listen port; `0` picks a free one")


class PublishingSettings(SettingsGroup):
    """How rule sets come into force."""

    four_eyes: bool = Field(
        False, description="Require approval by somebody other than the author before a revision takes effect"
    )


class LogSettings(SettingsGroup):
    """What is logged, and how."""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Upper] = Field(
        "INFO", description="Minimum log level"
    )
    format: Annotated[Literal["console", "json"], Lower] = Field(
        "console", description="Log format: text for people, or one JSON object per line"
    )


class DeadLetterSettings(SettingsGroup):
    """When so many records cannot be read that something else must be wrong: the worker stops."""

    max_per_minute: int = Field(
        50,
        ge=1,
        description="Dead-letter limit: a worker stops when more records than this cannot be read within a minute"
        " (at low volume, among the last hundred records) …",
    )
    max_share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="… and they are more than this share of all records; `1` disables the limit",
    )
    max_customers_set_aside: int = Field(
        20,
        ge=1,
        le=1000,
        description="Maximum number of customers set aside because their data cannot be stored; beyond it the "
        "cause is assumed to lie elsewhere, and batches are retried",
    )


class Settings(BaseSettings):
    """The settings of one process. Made by `load_settings`, which explains what is wrong with them."""

    model_config = SettingsConfigDict(
        env_prefix="ROUTER_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        validate_default=True,
    )

    rules: LocalPath | None = Field(
        None,
        description="Rules directory; unset: `./rules` if it exists, else the rules shipped with the program",
    )
    watch_rules: bool = Field(
        False,
        description="Reload the rules directory when a file changes, for development; published revisions are "
        "ignored",
    )
    data: LocalPath = Field(Path("data"), description="Data directory: the SQLite file and other local state")
    clock: Annotated[Literal["wall", "event"], Lower] = Field(
        "wall",
        description="Clock: wall time, or event time (the time of the interactions read, for the demo and for "
        "loading history)",
    )
    token_secret: SecretStr | None = Field(
        None,
        description="Secret key, random text of at least 16 characters, the same for all roles: signs response "
        "tokens and keys the hashes of bounced addresses and erased customers; unset, with SQLite "
        "only: generated and kept in the data directory",
    )
    former_token_secrets: SecretStr | None = Field(
        None,
        description="Previous secret keys, one per line, so that hashes made with them are still recognised",
    )
    app: str = Field(
        "feedback-router", min_length=1, description="Name of this service in dead letters (`dlq.app`)"
    )
    stop_seconds: Seconds = Field(
        25.0,
        description="Graceful shutdown timeout; keep it below the supervisor's grace period (Kubernetes: 30 s)",
    )
    kafka: KafkaSettings = KafkaSettings()
    topics: TopicSettings = TopicSettings()
    database: DatabaseSettings = DatabaseSettings()
    event_clock: EventClockSettings = EventClockSettings()
    wall_clock: WallClockSettings = WallClockSettings()
    dispatch: DispatchSettings = DispatchSettings()
    sender: SenderSettings = SenderSettings()
    health: HealthSettings = HealthSettings()
    webhooks: WebhookSettings = WebhookSettings()
    console: ConsoleSettings = ConsoleSettings()
    log: LogSettings = LogSettings()
    publishing: PublishingSettings = PublishingSettings()
    dead_letters: DeadLetterSettings = DeadLetterSettings()
    schema_registry: SchemaRegistrySettings = SchemaRegistrySettings()

    @field_validator("token_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value().strip()) < SHORTEST_SECRET:
            raise ValueError(
                f"must have at least {SHORTEST_SECRET} characters that nobody can guess, such as from"
                " `openssl rand -hex 32`; one that is in use already goes on as one of"
                " ROUTER_FORMER_TOKEN_SECRETS"
            )
        return secret

    @property
    def finish_seconds(self) -> float:
        """How long a stop waits for what is in flight; the rest of the time is for closing."""
        return self.stop_seconds * 0.4

    @property
    def rules_directory(self) -> Path:
        """Where the rule set is read from: as set, else `./rules`, else the rules that came with the program."""
        if self.rules is not None:
            return self.rules
        own = Path("rules")
        return own if own.is_dir() else shipped_rules()

    @property
    def database_url(self) -> str:
        """The URL of the database, with its password: not for logs."""
        if self.database.url is not None:
            return self.database.url.get_secret_value()
        return f"sqlite:///{(self.data / 'feedback-router.db').absolute()}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments go before the environment, the environment before the secrets directory."""
        return init_settings, env_settings, SecretFiles(settings_cls)
