"""The application: a request for a source is held against its limits and its signature, stored, and answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from router.kafka.producer import BrokerUnavailable
from router.model.record import Message, TooLarge
from router.settings.webhooks import WebhookSettings
from router.telemetry.metrics import Metrics, WebhookOutcome
from router.webhooks.served import Served, Sources
from router.webhooks.signatures import Received

log = structlog.get_logger(__name__)

PATH: Final = "/webhooks/"
MOST_HELD: Final = 64_000_000
"""So many bytes of bodies are held at once, whoever sends them."""
_AGAIN_SECONDS: Final = 10
"""When a sender is asked to come again after a 503."""
_TELL_EVERY: Final = 60.0
"""Seconds between two lines in the log on one source and one outcome."""

Append = Callable[[Message], Awaitable[None]]


class Refused(Exception):
    """A request is answered with a refusal. `told` says to its sender what to do, and nothing of what was expected."""

    def __init__(self, status: int, outcome: WebhookOutcome, told: str, **headers: str) -> None:
        super().__init__(told)
        self.status, self.outcome, self.told, self.headers = status, outcome, told, headers


class BrokenOff(Exception):
    """The sender went away before its message was complete."""


class WebhookApp:
    """ASGI. `sources` gives those of the rules in force, `append` stores a message, `now` is the time (aware)."""

    def __init__(
        self,
        sources: Callable[[], Sources],
        append: Append,
        settings: WebhookSettings,
        metrics: Metrics,
        now: Callable[[], datetime],
    ) -> None:
        self._sources, self._append, self._settings = sources, append, settings
        self._metrics, self._now = metrics, now
        self._held = 0
        self._told: dict[tuple[str, str], float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; one that was broken off is not answered."""
        request = Request(scope, receive)
        sources, name = self._sources(), scope["path"].removeprefix(PATH)
        known = name in sources and scope["path"].startswith(PATH)
        if known and request.method == "HEAD":
            # Some vendors look whether there is anything at an address before they save it.
            await Response()(scope, receive, send)
            return
        begun = time.monotonic()
        outcome: WebhookOutcome = "stored"
        response: Response | None = None
        try:
            response = await self._answer(request, sources, name, known)
        except Refused as refused:
            outcome, response = refused.outcome, _refusal(refused)
        except BrokenOff:
            outcome = "broken_off"
        # A name that nobody knows is anything that somebody sends.
        self._metrics.webhook(name if known else "", outcome, time.monotonic() - begun)
        if outcome != "stored" and known:
            self._tell(name, outcome)
        if response is not None:
            await response(scope, receive, send)

    async def _answer(self, request: Request, sources: Sources, name: str, known: bool) -> Response:
        if not known:
            raise Refused(404, "unknown_source", "No source of this name takes webhooks: check the address.")
        if request.method != "POST":
            raise Refused(405, "wrong_type", "Send messages with POST.", Allow="POST, HEAD")
        source = sources.served.get(name)
        if source is None:
            raise _come_again("not_served", "This source does not take messages yet: send it again later.")
        headers = _read(request.scope["headers"], source.read)
        self._look(source, headers)
        body = bytearray()
        try:
            await self._read_body(request, body)
            message = self._verified(source, request, headers, bytes(body))
            await self._append(message)
        except TooLarge:
            raise Refused(413, "too_large", "The message is too large for its topic.") from None
        except BrokerUnavailable:
            raise _come_again("unavailable", "The message could not be stored: send it again.") from None
        finally:
            self._held -= len(body)
        return Response(status_code=202)

    def _look(self, source: Served, headers: Mapping[str, str]) -> None:
        """Refuses what its headers tell is of no use, before any of the body is read."""
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._settings.max_body_bytes:
            raise self._too_large()
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Refused(415, "wrong_type", "Send the body without a content encoding.")
        if not source.takes(headers.get("content-type", "")):
            kind = "application/x-www-form-urlencoded" if source.coding == "form" else "application/json"
            raise Refused(415, "wrong_type", f"Send the body as {kind}.")

    async def _read_body(self, request: Request, body: bytearray) -> None:
        """Reads the body as it comes; `body` holds what has come by then, whatever happens."""
        most = self._settings.max_body_bytes
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                while True:
                    event = await request.receive()
                    if event["type"] == "http.disconnect":
                        raise BrokenOff
                    chunk = event.get("body", b"")
                    body += chunk
                    self._held += len(chunk)
                    if len(body) > most:
                        raise self._too_large()
                    if self._held > MOST_HELD:
                        raise _come_again("unavailable", "Too much comes at once: send it again later.")
                    if not event.get("more_body", False):
                        return
        except TimeoutError:
            raise Refused(408, "too_slow", "The body did not come in time: send it again.") from None

    def _verified(self, source: Served, request: Request, headers: dict[str, str], body: bytes) -> Message:
        received = Received(headers, body, self._url(request.scope), request.method)
        verdict = source.check(received, self._now())
        if verdict == "forged":
            raise Refused(
                401,
                "forged",
                "The signature is not right: check the secret, and that nothing alters the body.",
            )
        if verdict == "untimely":
            raise Refused(401, "untimely", "The signature is too old, or of a time to come: check the clock.")
        # Only now: whoever cannot sign cannot use up what the sender may send.
        if not source.bucket.take(time.monotonic()):
            told = "Too many messages at once: send it again later."
            raise Refused(429, "limited", told, **{"Retry-After": "1"})
        kept = [(name, headers[name].encode("latin-1")) for name in sorted(source.kept) if name in headers]
        return Message(source.topic, source.key_of(body, headers), body, kept)

    def _url(self, scope: Scope) -> str:
        """The address as the sender knows it: by the setting, never by what the request says of its host."""
        raw = scope.get("raw_path") or quote(scope["path"]).encode()
        query = scope["query_string"]
        return f"{self._settings.public_url or ''}{raw.decode('latin-1')}" + (
            f"?{query.decode('latin-1')}" if query else ""
        )

    def _too_large(self) -> Refused:
        return Refused(
            413, "too_large", f"The body is larger than {self._settings.max_body_bytes} bytes: send less."
        )

    def _tell(self, source: str, outcome: WebhookOutcome) -> None:
        """Logs that a source's messages are refused, now and then."""
        now = time.monotonic()
        if now - self._told.get((source, outcome), -_TELL_EVERY) >= _TELL_EVERY:
            self._told[source, outcome] = now
            log.warning("webhook_refused", source=source, outcome=outcome)


def _read(headers: Iterable[tuple[bytes, bytes]], wanted: frozenset[str]) -> dict[str, str]:
    """The wanted headers by name; of one that came several times all values, as HTTP joins them."""
    found: dict[str, str] = {}
    for raw, value in headers:
        name = raw.decode("latin-1")
        if name in wanted:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _come_again(outcome: WebhookOutcome, told: str) -> Refused:
    return Refused(503, outcome, told, **{"Retry-After": str(_AGAIN_SECONDS)})


def _refusal(refused: Refused) -> Response:
    # What of the body has not come is not waited for.
    headers: dict[str, Any] = {"content-type": "application/json", "connection": "close", **refused.headers}
    return Response(msgspec.json.encode({"error": refused.told}), refused.status, headers)
