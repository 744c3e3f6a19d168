"""Signing in with an OpenID Connect provider: authorization code with PKCE, state and nonce."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import httpx2
import msgspec
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from router.console.access.sessions import Sessions
from router.console.access.ways import roles_of
from router.console.addresses import local
from router.console.console import Console
from router.model.access import Person
from router.settings.console import ConsoleSettings

log = structlog.get_logger(__name__)

CALLBACK: Final = "/sign-in/back"
_BYTES: Final = 32
_MINUTES: Final = 10
_TIMEOUT: Final = 10.0
_LEEWAY: Final = 60
_LONGEST: Final = 300
_KEPT: Final = timedelta(hours=1)
_SIGNED_BY: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures with the provider's own keys: one with the client's secret, or none, is refused."""


class SignInFailed(Exception):
    """Somebody could not sign in; the text is for the log and holds nobody's data."""


class Provider(msgspec.Struct, frozen=True):
    """Where the provider answers, as it says itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Begun(msgspec.Struct, frozen=True):
    """What a browser keeps while somebody signs in elsewhere: it must come back with the same state."""

    state: str
    nonce: str
    verifier: str
    next: str


class WithProvider:
    """Signs people in by what the provider's token says of them. `url` is the public address of the console."""

    sentence = "You sign in with the account of your organisation."
    button = "Sign in"
    address = "/sign-in/go"
    keeps_sessions = True

    def __init__(
        self,
        console: Console,
        sessions: Sessions,
        url: str,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._console = console
        self._settings: ConsoleSettings = console.settings.console
        self._sessions = sessions
        self._back = f"{url}{CALLBACK}"
        self._https = url.startswith("https://")
        self._cookie = "__Host-signing-in" if self._https else "signing-in"
        self._transport = transport
        self._provider: Provider | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def person(self, request: Request, now: datetime) -> Person | None:
        """Who is signed in by a session."""
        return await self._sessions.person(request, now)

    async def sign_out(self, request: Request, answer: Response) -> None:
        """Ends the session here; that at the provider goes on."""
        await self._sessions.end(request, answer, self._console.now())

    def routes(self) -> list[Route]:
        """The way to the provider and back."""
        return [Route(self.address, self._go), Route(CALLBACK, self._come_back)]

    async def _go(self, request: Request) -> Response:
        state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(3))
        begun = Begun(state, nonce, verifier, local(request.query_params.get("next", "/")))
        try:
            async with self._client() as client:
                provider = await self._discovered(client)
                address, _ = client.create_authorization_url(
                    provider.authorization_endpoint,
                    state=begun.state,
                    nonce=begun.nonce,
                    code_verifier=begun.verifier,
                )
        except (SignInFailed, httpx2.HTTPError) as error:
            return self._failed(error)
        answer = RedirectResponse(address, 303)
        kept = msgspec.json.encode(begun).hex()
        answer.set_cookie(
            self._cookie, kept, 60 * _MINUTES, path="/", secure=self._https, httponly=True, samesite="lax"
        )
        return answer

    async def _come_back(self, request: Request) -> Response:
        now = self._console.now()
        try:
            begun = self._begun(request)
            person = await self._person(request, begun, now)
        except (SignInFailed, OAuthError, JoseError, httpx2.HTTPError) as error:
            answer = self._failed(error)
        else:
            answer = RedirectResponse(begun.next, 303)
            await self._sessions.begin(request, answer, person, now)
        answer.delete_cookie(self._cookie, path="/", secure=self._https, httponly=True, samesite="lax")
        return answer

    def _begun(self, request: Request) -> Begun:
        """What this browser began, where it comes back from there. Raises `SignInFailed`."""
        kept = request.cookies.get(self._cookie, "")
        try:
            begun = msgspec.json.decode(bytes.fromhex(kept[:4_000]), type=Begun)
        except (ValueError, msgspec.DecodeError):
            raise SignInFailed(
                "the browser had not begun to sign in, or took longer than ten minutes"
            ) from None
        given = request.query_params.get("state", "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), begun.state.encode()):
            raise SignInFailed("the answer belongs to another browser")
        issuer = request.query_params.get("iss")
        if issuer is not None and issuer != self._settings.oidc_issuer:
            raise SignInFailed("the answer is that of another provider")
        return msgspec.structs.replace(begun, next=local(begun.next))

    async def _person(self, request: Request, begun: Begun, now: datetime) -> Person:
        if request.query_params.get("error"):
            raise SignInFailed("the provider refused")
        async with self._client() as client:
            provider = await self._discovered(client)
            token = await client.fetch_token(
                provider.token_endpoint,
                code=request.query_params.get("code", ""),
                code_verifier=begun.verifier,
                redirect_uri=self._back,
                grant_type="authorization_code",
            )
            claims = await self._claims(client, provider, token, begun, now)
        return self._of(claims)

    async def _claims(
        self,
        client: AsyncOAuth2Client,
        provider: Provider,
        token: Mapping[str, Any],
        begun: Begun,
        now: datetime,
    ) -> CodeIDToken:
        """What the id token says, once signature, issuer, audience, time and nonce hold."""
        given = token.get("id_token")
        if not isinstance(given, str):
            raise SignInFailed("the provider sent no id token: is `openid` among the scopes?")
        try:
            read = jwt.decode(given, await self._key_set(client, provider, now), algorithms=list(_SIGNED_BY))
        except (JoseError, ValueError):
            # The provider may have changed its keys since they were read.
            self._keys = None
            read = jwt.decode(given, await self._key_set(client, provider, now), algorithms=list(_SIGNED_BY))
        must = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
        }
        known = {
            "nonce": begun.nonce,
            "client_id": self._settings.oidc_client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(read.claims, read.header, must, known)
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        return claims

    def _of(self, claims: Mapping[str, Any]) -> Person:
        settings = self._settings
        name = claims.get(settings.oidc_person_claim)
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST or not name.isprintable():
            raise SignInFailed(f"the id token has no claim {settings.oidc_person_claim}")
        if settings.oidc_person_claim == "email" and claims.get("email_verified") is False:
            raise SignInFailed("the email of the id token is not verified")
        given = claims.get(settings.oidc_groups_claim, [])
        groups = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else []
        roles = roles_of(name, [str(group).strip() for group in groups], settings.roles_by_group)
        shown = claims.get("name")
        return Person(name, shown if isinstance(shown, str) and shown.isprintable() else name, roles, "oidc")

    def _client(self) -> AsyncOAuth2Client:
        settings, secret = self._settings, self._settings.oidc_client_secret
        return AsyncOAuth2Client(
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret is not None else None,
            token_endpoint_auth_method="client_secret_basic" if secret is not None else "none",
            scope=settings.oidc_scopes,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
            transport=self._transport,
        )

    async def _discovered(self, client: AsyncOAuth2Client) -> Provider:
        if self._provider is None:
            issuer = self._settings.oidc_issuer or ""
            found = await _read(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration", Provider)
            if found.issuer != issuer:
                raise SignInFailed(
                    f"the provider calls itself otherwise than ROUTER_CONSOLE__OIDC_ISSUER does: {found.issuer}"
                )
            self._provider = found
        return self._provider

    async def _key_set(self, client: AsyncOAuth2Client, provider: Provider, now: datetime) -> KeySet:
        if self._keys is None or now - self._keys[0] > _KEPT:
            keys = await _read(client, provider.jwks_uri, dict[str, Any])
            try:
                self._keys = now, KeySet.import_key_set(keys)
            except (JoseError, ValueError, KeyError):
                raise SignInFailed("the keys of the provider cannot be read") from None
        return self._keys[1]

    def _failed(self, error: Exception) -> Response:
        # What a library says may hold a token.
        why = str(error) if isinstance(error, SignInFailed) else type(error).__name__
        log.warning("sign_in_failed", cause=why)
        return RedirectResponse("/sign-in?failed=yes", 303)


async def _read(client: AsyncOAuth2Client, address: str, kind: Any) -> Any:
    answer = await client.request("GET", address, withhold_token=True)
    if answer.status_code != 200:
        raise SignInFailed(f"the provider answers {answer.status_code}")
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError:
        raise SignInFailed("what the provider says of itself cannot be read") from None
