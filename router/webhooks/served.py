"""The sources that are served: what each request is held against, and why a source is not served."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from router.model.sources import Coding, Source
from router.settings.webhooks import WebhookSettings
from router.sources.headers import headers_read
from router.sources.message import MISSING, Message, Unmappable
from router.sources.numbers import text_of
from router.sources.values import Getter, getter, read_coded
from router.webhooks.rate import Bucket
from router.webhooks.signatures import FORM, Check, WrongSecret, check_of

_SECRETS: Final = "ROUTER_WEBHOOKS__SECRETS"


class Served(Struct, frozen=True):
    """A source that takes messages. `kept` are the headers that go to the topic, `read` those that are looked at."""

    name: str
    topic: str
    check: Check
    bucket: Bucket
    read: frozenset[str]
    kept: frozenset[str]
    coding: Coding
    key: Getter | None = None

    def takes(self, content_type: str) -> bool:
        """Whether a body is of the kind that the source reads."""
        kind = content_type.partition(";")[0].strip().lower()
        if self.coding == "json":
            return kind in ("application/json", "text/json") or kind.endswith("+json")
        return kind == FORM if self.coding == "form" else True

    def key_of(self, body: bytes, headers: Mapping[str, str]) -> bytes | None:
        """The record's key; None where the message has none: that is no reason to refuse it."""
        if self.key is None:
            return None
        try:
            read = read_coded(body, self.coding)
            found = self.key(Message(read, dict(headers), None, self.topic, read))
        except Unmappable:
            return None
        text = None if found is MISSING else text_of(found)
        return text.encode("utf-8", "replace") if text else None


class Sources(Struct, frozen=True):
    """The sources of a rule set that have a webhook: those that are served, and of the others why not, by name."""

    served: dict[str, Served]
    unserved: dict[str, str]

    def __contains__(self, name: str) -> bool:
        return name in self.served or name in self.unserved


def served(
    sources: Iterable[Source],
    settings: WebhookSettings,
    allowed: Callable[[str], bool],
    buckets: dict[str, Bucket],
) -> Sources:
    """The sources as they are served. `allowed` tells of a topic whether sources may have it; `buckets` are kept on."""
    found, secrets = Sources({}, {}), settings.by_source
    every = list(sources)
    for source in every:
        if source.webhook is None:
            continue
        verification = source.webhook.verification
        if verification is None:
            found.unserved[source.name] = f"the preset {source.webhook.preset!r} is not known to this version"
        elif not allowed(source.topic):
            found.unserved[source.name] = (
                f"its topic {source.topic} is not among those that ROUTER_TOPICS__SOURCES allows"
            )
        elif source.name not in secrets:
            found.unserved[source.name] = f"{_SECRETS} has no line `{source.name}=…`"
        elif {"url"} & set(verification.text) and settings.public_url is None:
            found.unserved[source.name] = "its signature covers the address: set ROUTER_WEBHOOKS__PUBLIC_URL"
        else:
            try:
                check = check_of(verification, secrets[source.name])
            except WrongSecret as reason:
                found.unserved[source.name] = f"its secret in {_SECRETS} {reason}"
                continue
            together = [one for one in every if one.topic == source.topic]
            # What proves the sender is a secret, or as good as one.
            kept = (headers_read(together) | set(source.webhook.headers)) - {verification.header.lower()}
            bucket = buckets.setdefault(source.name, Bucket(settings.per_second, time.monotonic()))
            key = source.webhook.key
            found.served[source.name] = Served(
                source.name,
                source.topic,
                check,
                bucket,
                kept | verification.headers | {"content-type", "content-length", "content-encoding"},
                kept,
                source.decode,
                getter(key, ignore_case=source.ignore_case) if key is not None else None,
            )
    return found
