"""Requests signed as vendors sign them, made without the code that verifies."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple

NOW: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
URL: Final = "https://hooks.example.org/webhooks/vendor?tenant=7"
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"

Sign = Callable[[str, bytes, datetime], dict[str, str]]
"""Secret, body and moment to the headers that the vendor sends."""


class Vendor(NamedTuple):
    """How a vendor signs, a secret and a body in its kind, and whether it says when it signed and is held to that."""

    sign: Sign
    secret: str
    other_secret: str
    body: bytes
    timed: bool = False
    content_type: str = JSON


def sha(name: str, key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, name).digest()


def text64(raw: bytes) -> str:
    return b64encode(raw).decode()


def standard(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    signature = text64(sha("sha256", key, f"msg_1.{seconds}.".encode() + body))
    return {"webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def stripe(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    signature = sha("sha256", secret.encode(), f"{seconds}.".encode() + body).hex()
    return {"stripe-signature": f"t={seconds},v1={signature},v0=6ffbb59b2300aae63f272406069a9788"}


def zendesk(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    time = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "x-zendesk-webhook-signature-timestamp": time,
        "x-zendesk-webhook-signature": text64(sha("sha256", secret.encode(), time.encode() + body)),
    }


def hubspot(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    milliseconds = str(int(at.timestamp() * 1000))
    signed = b"POST" + URL.encode() + body + milliseconds.encode()
    return {
        "x-hubspot-request-timestamp": milliseconds,
        "x-hubspot-signature-v3": text64(sha("sha256", secret.encode(), signed)),
    }


def of_body(header: str, name: str, spell: Callable[[bytes], str]) -> Sign:
    return lambda secret, body, _at: {header: spell(sha(name, secret.encode(), body))}


def twilio(secret: str, body: bytes, _at: datetime) -> dict[str, str]:
    # The body below has no sign that a form would write in another way.
    fields = sorted(field.split("=") for field in body.decode().split("&"))
    signed = URL + "".join(name + value for name, value in fields)
    return {"x-twilio-signature": text64(sha("sha1", secret.encode(), signed.encode()))}


BODY: Final = b'{"id": "evt_1", "note": "Zo\xc3\xab said 7 \\u20ac"}'
VENDORS: Final[dict[str, Vendor]] = {
    "standard": Vendor(
        standard, "whsec_" + text64(b"k" * 24), "whsec_" + text64(b"o" * 24), BODY, timed=True
    ),
    "stripe": Vendor(stripe, "whsec_of_stripe", "whsec_new_of_stripe", BODY, timed=True),
    "shopify": Vendor(of_body("x-shopify-hmac-sha256", "sha256", text64), "shpss_1", "shpss_2", BODY),
    "woocommerce": Vendor(of_body("x-wc-webhook-signature", "sha256", text64), "wc 1", "wc 2", BODY),
    "zendesk": Vendor(zendesk, "dGhpc19zZWNyZXQ=", "other", BODY),
    "hubspot": Vendor(hubspot, "client-secret", "client-secret-2", BODY, timed=True),
    "intercom": Vendor(
        of_body("x-hub-signature", "sha1", lambda raw: f"sha1={raw.hex()}"), "client", "client-2", BODY
    ),
    "github": Vendor(
        of_body("x-hub-signature-256", "sha256", lambda raw: f"sha256={raw.hex()}"), "g-1", "g-2", BODY
    ),
    "segment": Vendor(of_body("x-signature", "sha1", bytes.hex), "s-1", "s-2", BODY),
    "twilio": Vendor(
        twilio, "12345", "54321", b"EventType=task.completed&TaskSid=WT1&Sid=EV1", content_type=FORM
    ),
    "bearer": Vendor(
        lambda secret, _body, _at: {"authorization": f"Bearer {secret}"}, "a-token", "b-token", BODY
    ),
    "basic": Vendor(
        lambda secret, _body, _at: {"authorization": f"Basic {text64(secret.encode())}"},
        "user:pass word",
        "user:other",
        BODY,
    ),
    "token": Vendor(lambda secret, _body, _at: {"x-webhook-token": secret}, "a-token", "b-token", BODY),
}
"""All presets."""
