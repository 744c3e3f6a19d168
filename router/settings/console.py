"""Settings of the console: where it is served, and how people sign in."""

import json
from collections.abc import Mapping
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from router.model.access import ROLES, Role
from router.settings.values import Host, Lower, SettingsGroup

EVERYBODY: Final = "*"
PERSON: Final = "="
"""What a name in `groups` begins with where it is that of a person."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


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
    sign_in: Annotated[Literal["dev", "proxy", "oidc"] | None, Lower] = Field(
        None,
        description="How people sign in: `dev` by a one-time link with all roles, on a loopback address only; `proxy`"
        " by headers of a reverse proxy; `oidc` with an OpenID Connect provider",
    )
    groups: str | None = Field(
        None,
        description='Roles by group, as a JSON object: `{"cx-team": "reader analyst", "cx-leads": "author approver"}`;'
        ' `"*"` is everybody who signs in, `"=anna@example.com"` one person',
    )
    proxy_addresses: str | None = Field(
        None,
        description="Addresses and networks of the reverse proxy, separated by commas: `10.0.0.5, 10.1.0.0/16`; its"
        " headers count from these alone",
    )
    proxy_person_header: str = Field(
        "X-Forwarded-User", description="Header with the person who signed in at the proxy"
    )
    proxy_groups_header: str = Field(
        "X-Forwarded-Groups", description="Header with the person's groups, separated by commas"
    )
    oidc_issuer: str | None = Field(
        None, description="Issuer of the OpenID Connect provider, `https://login.example.com/realms/cx`"
    )
    oidc_client_id: str | None = Field(None, description="Client id at the provider")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Client secret at the provider; unset for a public client"
    )
    oidc_scopes: str = Field(
        "openid email profile",
        description="Scopes that are asked for; some providers want `groups` among them",
    )
    oidc_person_claim: str = Field(
        "email",
        description="Claim that names the person in the audit and as an author; an unverified email is none",
    )
    oidc_groups_claim: str = Field("groups", description="Claim with the person's groups")

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str | None) -> str | None:
        if url is None:
            return None
        scheme, separator, host = url.rstrip("/").partition("://")
        if not separator or scheme not in ("http", "https") or not host or set(host) & set("/?#@ \\"):
            raise ValueError("must be written as https://host or https://host:port, without a path")
        return f"{scheme}://{host.lower()}"

    @field_validator("sign_in", mode="after")
    @classmethod
    def _dev_is_for_this_machine(cls, way: str | None, info: ValidationInfo) -> str | None:
        if way == "dev" and info.data.get("host") not in _LOOPBACK:
            raise ValueError(
                "dev gives all roles to whoever has the link, and so is for a loopback address alone: set"
                " ROUTER_CONSOLE__HOST to 127.0.0.1"
            )
        return way

    @field_validator("groups")
    @classmethod
    def _are_roles(cls, given: str | None) -> str | None:
        if given is not None:
            _roles_of(given)
        return given

    @field_validator("proxy_addresses")
    @classmethod
    def _are_networks(cls, given: str | None) -> str | None:
        if given is not None:
            _networks_of(given)
        return given

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_address(cls, issuer: str | None) -> str | None:
        if issuer is None:
            return None
        parts = urlsplit(issuer)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not (parts.scheme == "https" or plain) or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be written as https://host/path, as the provider tells it")
        return issuer

    @cached_property
    def roles_by_group(self) -> Mapping[str, frozenset[Role]]:
        """The roles of each group; `*` is everybody, `=NAME` a person."""
        return _roles_of(self.groups) if self.groups is not None else {}

    @cached_property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks that headers of a proxy are believed from."""
        return _networks_of(self.proxy_addresses or "")


def _roles_of(given: str) -> dict[str, frozenset[Role]]:
    try:
        read = json.loads(given)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not all(isinstance(roles, str) for roles in read.values()):
        raise ValueError('must be a JSON object such as {"cx-team": "reader analyst"}')
    found: dict[str, frozenset[Role]] = {}
    for group, names in read.items():
        unknown = [name for name in names.split() if name not in ROLES]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no role: they are {', '.join(ROLES)}")
        found[group] = frozenset(role for role in ROLES if role in names.split())
    return found


def _networks_of(given: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in given.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be addresses or networks, such as 10.0.0.5, 10.1.0.0/16") from None
