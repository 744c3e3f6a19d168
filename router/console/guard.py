"""What holds for every request before a page sees it: its size, its host, where it comes from; and headers of every answer."""

import asyncio
import secrets
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from router.console.problems import TooBig, TooSlow
from router.console.rendering import problem

log = structlog.get_logger(__name__)

LONGEST_BODY: Final = 1_000_000
"""Bytes of what is sent with an action; a rule set of some thousand lines fits."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_SECONDS: Final = 20.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_POLICY: Final = (
    "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HTTPS_ONLY: Final = "max-age=31536000; includeSubDomains"


class Guard:
    """The application inside. `origins` may change something; with `loopback` only names of this machine are answered."""

    def __init__(self, app: ASGIApp, origins: frozenset[str], *, https: bool, loopback: bool) -> None:
        self._app = app
        self._origins = origins
        self._https = https
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or refuses it."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["content-security-policy"] = _POLICY.format(nonce=nonce)
                for name, value in _HEADERS.items():
                    answer[name] = value
                if self._https:
                    answer["strict-transport-security"] = _HTTPS_ONLY
                answer.setdefault("cache-control", "no-store")
            await send(message)

        refused = self._refused(scope, headers)
        if refused is not None:
            status, why = refused
            log.warning("request_refused", status=status, cause=why)
            json = scope["path"].startswith("/api/")
            answer = problem(status, why) if json else PlainTextResponse(f"{why}\n", status_code=status)
            await answer(scope, receive, send_guarded)
            return
        await self._app(scope, _bounded(receive), send_guarded)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if self._loopback and _host(headers.get("host", "")) not in _LOOPBACK:
            return (421, "This console answers on this machine alone: call it as localhost.")
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return (400, "The address holds a character that no text has.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length[:12]) > LONGEST_BODY:
            return (413, "What was sent is too long.")
        if scope["method"] in _SAFE or self._own(headers):
            return None
        return (403, "Another site may change nothing here. Behind a proxy, set ROUTER_CONSOLE__PUBLIC_URL.")

    def _own(self, headers: Headers) -> bool:
        """Whether a request that changes something comes from our own pages, or from a program with a token.

        A browser adds neither of these to what another site sends: it says where it comes from, and a token is no cookie.
        """
        if headers.get("origin") in self._origins or headers.get("sec-fetch-site") == "same-origin":
            return True
        bearer = headers.get("authorization", "").lower().startswith("bearer ")
        return bearer and "origin" not in headers and "cookie" not in headers


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _bounded(receive: Receive) -> Receive:
    """Raises `TooBig` while a body is read that does not end, and `TooSlow` for one that does not come."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        read += len(message.get("body", b""))
        if read > LONGEST_BODY:
            raise TooBig
        return message

    return bounded
