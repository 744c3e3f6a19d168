"""The webhook port over sockets, with a topic in memory behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

import httpx2

from router.authoring.language.load import load_texts
from router.model.record import Message
from router.settings.webhooks import WebhookSettings
from router.telemetry.http_connections import bounded
from router.telemetry.http_port import Port, served
from router.telemetry.metrics import Metrics
from router.webhooks.app import WebhookApp
from router.webhooks.rate import Bucket
from router.webhooks.served import served as sources_of
from tests.unit.webhooks.signing import NOW, VENDORS

TOPIC = "raw.shop"
PUBLIC = "https://hooks.example.org"
SECRETS = "\n".join(f"{name}={one.secret}\n{name} = {one.other_secret}" for name, one in VENDORS.items())


def source(name: str, more: str = "", webhook: str = "", topic: str = TOPIC) -> dict[str, bytes]:
    """A rule file of a source with a webhook, by its preset unless that is given."""
    decode = "form" if name == "twilio" else "json"
    text = f"""
source: {name}
topic: {topic}
require: {{$header.x-of: {name}}}
decode: {decode}
webhook: {webhook or f"{{preset: {name}, headers: [X-Trace], key: customer}}"}
interactions:
  - {{type: order.placed, id: {{join: [{{header: X-Topic}}, id]}}, time: {{path: at, unit: s}}{more}}}
"""
    return {f"sources/{name}.yaml": text.encode()}


class Running(NamedTuple):
    """The port, what was stored, and the metrics."""

    port: Port
    stored: list[Message]
    metrics: Metrics
    app: WebhookApp

    def count(self, source: str, outcome: str) -> float:
        """How many requests of a source came to this."""
        labels = {"source": source, "outcome": outcome}
        return self.metrics.registry.get_sample_value("router_webhook_requests_total", labels) or 0

    async def post(self, name: str, body: bytes, headers: dict[str, str], **more: Any) -> httpx2.Response:
        """Posts to a source, by a connection of its own."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            return await client.post(
                f"{self.port.url}/webhooks/{name}", content=body, headers=headers, **more
            )

    async def raw(self, text: bytes, *, end: bool = False) -> bytes:
        """Sends bytes, and reads until the other side closes."""
        reader, writer = await asyncio.open_connection(self.port.host, self.port.port)
        writer.write(text)
        if end:
            writer.write_eof()
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


Append = Callable[[Message], Awaitable[None]]


@asynccontextmanager
async def serving(
    *,
    texts: dict[str, bytes] | None = None,
    append: Append | None = None,
    allowed: Collection[str] = (TOPIC,),
    now: Callable[[], datetime] = lambda: NOW,
    buckets: dict[str, Bucket] | None = None,
    **settings: Any,
) -> AsyncIterator[Running]:
    """The port over some sources, those of all presets unless given. Without `append` all is stored."""
    given: dict[str, Any] = {"secrets": SECRETS, "public_url": PUBLIC, **settings}
    chosen, metrics, stored = WebhookSettings(**given), Metrics(), list[Message]()

    async def keep(message: Message) -> None:
        stored.append(message)

    if texts is None:
        texts = {name: text for vendor in VENDORS for name, text in source(vendor).items()}
    sources = sources_of(load_texts(texts).sources.values(), chosen, allowed.__contains__, buckets or {})
    app = WebhookApp(lambda: sources, append or keep, chosen, metrics, now)
    protocol = bounded(chosen.max_connections, chosen.body_seconds)
    port = Port("127.0.0.1", 0, "the port of webhooks", "ROUTER_WEBHOOKS__")
    async with served(lambda _port: app, port, http=protocol) as where:
        yield Running(where, stored, metrics, app)
