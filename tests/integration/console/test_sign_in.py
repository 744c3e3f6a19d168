"""Ways to sign in: a provider, a proxy; and the settings without which the console does not start."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import OctKey, RSAKey

from router.console.access.oidc import WithProvider
from router.console.access.sessions import Sessions
from router.console.app import application, way_in
from router.console.console import Console
from router.settings import Settings, SettingsError, load_settings
from tests.integration.console.provider import CLIENT, ISSUER, SECRET, Provider

URL = "https://console.example.com"
GROUPS = json.dumps({"cx-team": "reader analyst", "ops": "operator", "=ben@example.com": "admin"})
WITH_PROVIDER = {
    "sign_in": "oidc",
    "public_url": URL,
    "oidc_issuer": ISSUER,
    "oidc_client_id": CLIENT,
    "oidc_client_secret": SECRET,
    "groups": GROUPS,
}
BY_PROXY = {
    "sign_in": "proxy",
    "public_url": URL,
    "proxy_addresses": "10.0.0.5, 10.1.0.0/16",
    "groups": GROUPS,
}


def with_settings(console: Console, **given: Any) -> Console:
    settings: Settings = load_settings(
        data=console.settings.data, rules=console.settings.rules, console=given
    )
    return Console(settings, console.store, console.hashes)


@asynccontextmanager
async def through(provider: Provider, console: Console) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of a console whose people sign in with the provider."""
    elsewhere = httpx2.ASGITransport(app=provider.app)
    known = with_settings(console, **WITH_PROVIDER)
    way = WithProvider(known, Sessions(console.store.access, https=True), URL, elsewhere)
    here = httpx2.ASGITransport(app=application(known, URL, way))
    mounts = {"https://login.example.com": elsewhere}
    async with httpx2.AsyncClient(transport=here, base_url=URL, mounts=mounts) as client:
        yield client


async def signed_in(client: httpx2.AsyncClient, then: str = "/") -> httpx2.Response:
    return await client.get(f"/sign-in/go?next={then}", follow_redirects=True)


async def test_signing_in_with_a_provider(console: Console) -> None:
    provider = Provider()
    async with through(provider, console) as client:
        first = await client.get("/?since=30d", follow_redirects=True)
        assert "/sign-in/go?next=%2F%3Fsince%3D30d" in first.text
        answer = await signed_in(client, "/%3Fsince%3D30d")
        assert answer.status_code == 200
        assert str(answer.url) == f"{URL}/?since=30d"
        assert "Anna" in answer.text
        assert (await client.get("/api/v1/overview")).status_code == 200
    (asked,) = provider.asked
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"]


def _other_key(provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})


def _by_the_secret(provider: Provider) -> None:
    provider.signs_with, provider.header = OctKey.import_key(SECRET * 3), {"alg": "HS256"}


def _says(**claims: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.claims.update(claims)


def _calls_itself_otherwise(provider: Provider) -> None:
    provider.issuer = "https://login.example.com/realms/other"


@pytest.mark.parametrize(
    "spoilt",
    [
        _other_key,
        _by_the_secret,
        _says(iss="https://evil.example"),
        _says(aud="another"),
        _says(aud=["another", "third"]),
        _says(exp=1_000),
        _says(exp=None),
        _says(nonce="other"),
        _says(nonce=None),
        _says(email=None),
        _says(email=""),
        _says(email_verified=False),
        _says(email="a\nb"),
        _calls_itself_otherwise,
    ],
)
async def test_a_token_that_does_not_hold_signs_nobody_in(
    console: Console, spoilt: Callable[[Provider], None]
) -> None:
    provider = Provider()
    spoilt(provider)
    async with through(provider, console) as client:
        answer = await signed_in(client)
        assert answer.url.path == "/sign-in"
        assert answer.status_code == 401
        assert (await client.get("/")).status_code == 303


async def test_an_answer_of_another_browser_signs_nobody_in(console: Console) -> None:
    provider = Provider()
    async with through(provider, console) as victim, through(provider, console) as other:
        begun = await other.get("/sign-in/go")
        back = await other.get(begun.headers["location"])
        for client in (victim, other):
            path = back.headers["location"].replace("state=", "state=x")
            assert (await client.get(path)).headers["location"] == "/sign-in?failed=yes"
        await victim.get("/sign-in/go")
        assert (await victim.get(back.headers["location"])).headers["location"] == "/sign-in?failed=yes"


async def test_a_code_serves_once(console: Console) -> None:
    async with through(Provider(), console) as client:
        begun = await client.get("/sign-in/go")
        back = (await client.get(begun.headers["location"])).headers["location"]
        assert (await client.get(back)).headers["location"] == "/"
        assert (await client.get(back)).headers["location"] == "/sign-in?failed=yes"


@pytest.mark.parametrize(
    "back", ["/sign-in/back", "/sign-in/back?code=1&state=", "/sign-in/back?error=access_denied&state=x"]
)
async def test_coming_back_without_having_gone(console: Console, back: str) -> None:
    async with through(Provider(), console) as client:
        assert (await client.get(back)).headers["location"] == "/sign-in?failed=yes"


async def test_roles_are_those_of_groups_and_of_the_person(console: Console) -> None:
    provider = Provider()
    for claims, roles in (
        ({"groups": ["cx-team", "ops"]}, {"reader", "analyst", "operator"}),
        ({"groups": "ops,other"}, {"operator"}),
        ({"groups": ["=ben@example.com", "*"]}, set()),
        ({"email": "ben@example.com", "groups": 7}, {"admin"}),
    ):
        provider.claims.update(claims)
        async with through(provider, console) as client:
            await signed_in(client)
            person = await Sessions(console.store.access, https=True).person(_request(client), console.now())
            assert person is not None
            assert person.roles == roles


def _request(client: httpx2.AsyncClient) -> Any:
    from starlette.requests import Request

    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return Request({"type": "http", "headers": [(b"cookie", cookies.encode())]})


async def test_a_provider_that_is_away(console: Console) -> None:
    provider = Provider()
    provider.app.routes.clear()
    async with through(provider, console) as client:
        assert (await signed_in(client)).status_code == 401


@asynccontextmanager
async def behind_proxy(console: Console, address: str) -> AsyncIterator[httpx2.AsyncClient]:
    known = with_settings(console, **BY_PROXY)
    app = application(known, URL, way_in(known, URL))
    transport = httpx2.ASGITransport(app=app, client=(address, 123))
    async with httpx2.AsyncClient(transport=transport, base_url=URL) as client:
        yield client


ANNA = [("x-forwarded-user", "anna"), ("x-forwarded-groups", "cx-team")]


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("10.0.0.5", ANNA, 200),
        ("10.1.2.3", ANNA, 200),
        ("::ffff:10.0.0.5", ANNA, 200),
        ("10.0.0.6", ANNA, 303),
        ("::1", ANNA, 303),
        ("not an address", ANNA, 303),
        ("10.0.0.6", [*ANNA, ("x-forwarded-for", "10.0.0.5")], 303),
        ("10.0.0.6", [*ANNA, ("forwarded", "for=10.0.0.5")], 303),
        ("10.0.0.5", [("x-forwarded-user", "evil"), *ANNA], 303),
        ("10.0.0.5", [*ANNA, ("x-forwarded-groups", "ops")], 303),
        ("10.0.0.5", [("x-forwarded-user", " "), ("x-forwarded-groups", "cx-team")], 303),
        ("10.0.0.5", [("x-forwarded-groups", "cx-team")], 303),
        ("10.0.0.5", [("x-forwarded-user", "anna"), ("x-forwarded-groups", "nobody")], 403),
        ("10.0.0.5", [("x-forwarded-user", "anna")], 403),
    ],
)
async def test_headers_count_from_the_proxy_alone(
    console: Console, address: str, headers: list[tuple[str, str]], status: int
) -> None:
    async with behind_proxy(console, address) as client:
        assert (await client.get("/", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({}, "ROUTER_CONSOLE__SIGN_IN"),
        ({"sign_in": "proxy", "groups": GROUPS}, "ROUTER_CONSOLE__PROXY_ADDRESSES"),
        ({"sign_in": "proxy", "groups": GROUPS, "proxy_addresses": " , "}, "ROUTER_CONSOLE__PROXY_ADDRESSES"),
        ({"sign_in": "proxy", "proxy_addresses": "10.0.0.5"}, "ROUTER_CONSOLE__GROUPS"),
        ({"sign_in": "oidc", "groups": GROUPS}, "ROUTER_CONSOLE__OIDC_ISSUER"),
        (
            {name: value for name, value in WITH_PROVIDER.items() if name != "groups"},
            "ROUTER_CONSOLE__GROUPS",
        ),
    ],
)
async def test_the_console_does_not_start_without(
    console: Console, given: dict[str, Any], setting: str
) -> None:
    with pytest.raises(SettingsError, match=setting):
        way_in(with_settings(console, **given), URL)


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"sign_in": "dev", "host": "0.0.0.0"}, "ROUTER_CONSOLE__SIGN_IN"),  # noqa: S104 - what is refused
        ({"proxy_addresses": "10.0.0"}, "ROUTER_CONSOLE__PROXY_ADDRESSES"),
        ({"groups": "{"}, "ROUTER_CONSOLE__GROUPS"),
        ({"groups": '{"a": ["reader"]}'}, "ROUTER_CONSOLE__GROUPS"),
        ({"groups": '{"a": "king"}'}, "ROUTER_CONSOLE__GROUPS"),
        ({"public_url": "https://a/b"}, "ROUTER_CONSOLE__PUBLIC_URL"),
        ({"oidc_issuer": "http://login.example.com"}, "ROUTER_CONSOLE__OIDC_ISSUER"),
    ],
)
def test_settings_that_cannot_hold(given: dict[str, Any], setting: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=setting):
        load_settings(data=tmp_path, console=given)
