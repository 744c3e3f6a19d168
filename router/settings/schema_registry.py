"""How the schema registry is reached, by which Avro and framed JSON are read."""

from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from router.settings.values import CertificateFile, Seconds, SettingsGroup, is_host

_SCHEMES: Final = ("http", "https")


class SchemaRegistrySettings(SettingsGroup):
    """A schema registry with the API of Confluent's. Without `url`, what needs a schema is a dead letter."""

    url: str | None = Field(
        None,
        description="Schema registry, the address of its Confluent API, such as `https://registry.example:8081`; "
        "unset: records with the framing of a registry are dead letters",
    )
    username: str | None = Field(None, description="User name for the registry (an API key)")
    password: SecretStr | None = Field(None, description="Password for the registry (the key's secret)")
    token: SecretStr | None = Field(
        None, description="Bearer token for the registry, in place of user name and password"
    )
    cafile: CertificateFile | None = Field(
        None, description="CA certificates to trust (PEM file); unset: those of the system"
    )
    timeout_seconds: Seconds = Field(10.0, description="Timeout of one request to the registry")

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError("is not an address such as https://registry.example:8081") from None
        if parts.scheme not in _SCHEMES or not is_host(host) or parts.query or parts.fragment:
            raise ValueError("is not an address such as https://registry.example:8081")
        if "," in parts.netloc or "," in parts.path:
            raise ValueError("must be one address: put several registries behind one name")
        if "@" in parts.netloc:
            raise ValueError("must not hold a user name: set ROUTER_SCHEMA_REGISTRY__USERNAME and __PASSWORD")
        return url.rstrip("/")

    @field_validator("password")
    @classmethod
    def _has_user(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "username" in info.data and (password is None) != (info.data["username"] is None):
            raise ValueError("goes with ROUTER_SCHEMA_REGISTRY__USERNAME: set both or none")
        return password

    @field_validator("token")
    @classmethod
    def _is_alone(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if token is not None and info.data.get("username") is not None:
            raise ValueError(
                "must not be set beside ROUTER_SCHEMA_REGISTRY__USERNAME: the registry takes one of them"
            )
        return token
