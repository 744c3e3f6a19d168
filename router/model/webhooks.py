"""How the sender of a message over HTTP proves that it is its own."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal, get_args

from msgspec import Struct

Part = Literal["body", "timestamp", "id", "method", "url", "form"]
"""What a signed text is made of. `form`: the fields of a form by name, each name with its values, put together."""

PARTS: Final[tuple[str, ...]] = get_args(Part)
Hash = Literal["sha256", "sha1", "sha512"]
SignatureCoding = Literal["hex", "base64", "plain"]
TimeUnit = Literal["s", "ms", "iso"]


class Stated(Struct, frozen=True):
    """Where the sender says when it signed: a header, the part of it behind `prefix`; a number of `unit`s since 1970, or ISO 8601."""

    header: str
    prefix: str = ""
    unit: TimeUnit = "s"


class Verification(Struct, frozen=True):
    """How a request is known to be the sender's.

    `header` holds the signature in a `coding`, behind `prefix`; several of them, with `separator` between, of which
    one must be right. It is the HMAC by `hash` of `text`: parts and, where a member is no part, that text itself. Without
    `text` the header holds the secret, and no `hash` is made. What was signed longer ago or later than `tolerance`
    says is refused. `key` tells whether the key is the secret as written, or what it says in base64, behind `whsec_`
    where that is there.
    """

    header: str
    text: tuple[str, ...] = ()
    hash: Hash = "sha256"
    coding: SignatureCoding = "hex"
    prefix: str = ""
    separator: str = ""
    timestamp: Stated | None = None
    id: str = ""
    tolerance: timedelta | None = None
    key: Literal["text", "base64"] = "text"

    @property
    def headers(self) -> frozenset[str]:
        """The headers that it reads, in small letters."""
        named = (self.header, self.id, self.timestamp.header if self.timestamp else "")
        return frozenset(name.lower() for name in named if name)


_FIVE_MINUTES: Final = timedelta(minutes=5)

PRESETS: Final[Mapping[str, Verification]] = MappingProxyType(
    {
        # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
        "standard": Verification(
            "webhook-signature",
            ("id", ".", "timestamp", ".", "body"),
            coding="base64",
            prefix="v1,",
            separator=" ",
            timestamp=Stated("webhook-timestamp"),
            id="webhook-id",
            tolerance=_FIVE_MINUTES,
            key="base64",
        ),
        "stripe": Verification(
            "Stripe-Signature",
            ("timestamp", ".", "body"),
            prefix="v1=",
            separator=",",
            timestamp=Stated("Stripe-Signature", "t="),
            tolerance=_FIVE_MINUTES,
        ),
        "shopify": Verification("X-Shopify-Hmac-Sha256", ("body",), coding="base64"),
        "woocommerce": Verification("X-WC-Webhook-Signature", ("body",), coding="base64"),
        "zendesk": Verification(
            "X-Zendesk-Webhook-Signature",
            ("timestamp", "body"),
            coding="base64",
            timestamp=Stated("X-Zendesk-Webhook-Signature-Timestamp", unit="iso"),
        ),
        "hubspot": Verification(
            "X-HubSpot-Signature-v3",
            ("method", "url", "body", "timestamp"),
            coding="base64",
            timestamp=Stated("X-HubSpot-Request-Timestamp", unit="ms"),
            tolerance=_FIVE_MINUTES,
        ),
        "intercom": Verification("X-Hub-Signature", ("body",), "sha1", prefix="sha1="),
        "github": Verification("X-Hub-Signature-256", ("body",), prefix="sha256="),
        "segment": Verification("X-Signature", ("body",), "sha1"),
        "twilio": Verification("X-Twilio-Signature", ("url", "form"), "sha1", "base64"),
        "bearer": Verification("Authorization", coding="plain", prefix="Bearer "),
        "basic": Verification("Authorization", coding="base64", prefix="Basic "),
        "token": Verification("X-Webhook-Token", coding="plain"),
    }
)
"""The ways of known senders, and three of those that only send their secret along: `bearer`, `basic`, `token`."""
