"""Response tokens: they let a response name its invitation and nothing else, and cannot be forged."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

_SIGNATURE_BYTES = 16


def response_token(invitation_id: str, respond_by: datetime, secret: bytes) -> str:
    """A URL-safe token: invitation id, expiry in seconds since 1970, and 16 bytes of HMAC-SHA256 over both."""
    body = UUID(invitation_id).bytes + int(respond_by.timestamp()).to_bytes(6, "big")
    return urlsafe_b64encode(body + _signature(body, secret)).decode().rstrip("=")


def read_token(token: str, secret: bytes) -> str | None:
    """The invitation id that a token names, expired or not; None where it is malformed or forged."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    if len(body) != 22 or not hmac.compare_digest(signature, _signature(body, secret)):
        return None
    return str(UUID(bytes=body[:16]))


def _signature(body: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, body, "sha256")[:_SIGNATURE_BYTES]
