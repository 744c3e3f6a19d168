"""Settings of the console: where it is served, and how people sign in."""

from pydantic import Field, field_validator

from router.settings.values import Host, SettingsGroup


class ConsoleSettings(SettingsGroup):
    """The console: pages for people, and the JSON API of the same."""

    enabled: bool = Field(False, description="Serve the console as part of `feedback-router run`")
    host: Host = Field(
        "127.0.0.1", description="Listen address of the console; for all interfaces: `0.0.0.0`"
    )
    port: int = Field(8090, ge=0, le=65_535, description="Listen port of the console; `0` picks a free one")
    public_url: str | None = Field(
        None,
        description="Address under which people reach the console, `https://console.example.com`: other origins may"
        " change nothing; unset: the listen address",
    )
    dev: bool = Field(
        False,
        description="Sign in by a one-time link that is printed at the start, with all roles; on a loopback address only",
    )

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str | None) -> str | None:
        if url is None:
            return None
        scheme, separator, host = url.rstrip("/").partition("://")
        if not separator or scheme not in ("http", "https") or not host or set(host) & set("/?#@ \\"):
            raise ValueError("must be written as https://host or https://host:port, without a path")
        return f"{scheme}://{host.lower()}"
