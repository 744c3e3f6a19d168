"""Where vendors' messages are taken over HTTP, how many and how large, and the secrets that prove whose they are."""

from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from router.settings.values import Host, Seconds, SettingsGroup

_FORM: Final = "must hold a line `source=secret` for each secret"


class WebhookSettings(SettingsGroup):
    """The port that takes vendors' messages."""

    host: Host = Field(
        "127.0.0.1",
        description="Listen address of webhooks; for all interfaces, as in a container: `0.0.0.0`",
    )
    port: int = Field(8081, ge=0, le=65_535, description="Listen port of webhooks; `0` picks a free one")
    secrets: SecretStr | None = Field(
        None,
        description="Secrets that senders sign with, a line `source=secret` for each; two lines of one source while "
        "its secret is changed. `run` serves webhooks where there are any",
    )
    public_url: str | None = Field(
        None,
        description="The address by which senders know this one, without `/webhooks`, such as "
        "`https://hooks.example.org`: for signatures that cover it (`hubspot`, `twilio`)",
    )
    max_body_bytes: int = Field(
        1_000_000,
        ge=1_000,
        le=10_000_000,
        description="Maximum size of a message; beyond it the answer is 413",
    )
    body_seconds: Seconds = Field(
        10.0,
        description="Maximum time in which a request, its body included, must have come; then the answer is 408",
    )
    store_seconds: Seconds = Field(
        4.0,
        description="Maximum time in which Kafka must have stored a message; then the answer is 503, and the sender "
        "comes again. Vendors wait for 5 s and more",
    )
    per_second: int = Field(
        1_000,
        ge=1,
        le=1_000_000,
        description="Maximum rate of one source, in messages per second over two seconds; beyond it the answer is 429",
    )
    max_connections: int = Field(
        1_000, ge=1, le=60_000, description="Maximum number of connections; beyond it the answer is 503"
    )

    @property
    def by_source(self) -> MappingProxyType[str, tuple[str, ...]]:
        """The secrets of each source: not for logs."""
        found: dict[str, tuple[str, ...]] = {}
        for line in self.secrets.get_secret_value().splitlines() if self.secrets else ():
            source, _, secret = line.partition("=")
            if line.strip():
                found[source.strip()] = (*found.get(source.strip(), ()), secret.strip())
        return MappingProxyType(found)

    @field_validator("secrets")
    @classmethod
    def _are_lines(cls, secrets: SecretStr | None) -> SecretStr | None:
        for number, line in enumerate(secrets.get_secret_value().splitlines() if secrets else (), start=1):
            source, _, secret = line.partition("=")
            if line.strip() and not (source.strip() and secret.strip()):
                raise ValueError(f"{_FORM}, and line {number} is none")
        return secrets

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            right = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
            right = right and not parts.query and not parts.fragment
        except ValueError:
            right = False
        if not right:
            raise ValueError("must be written as https://host or https://host/path")
        return url.rstrip("/")
