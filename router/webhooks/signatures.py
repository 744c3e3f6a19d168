"""Whether a request is its sender's: the signature over the bytes as they came. Pure, and in constant time."""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from urllib.parse import parse_qsl

from msgspec import Struct

from router.model.webhooks import PARTS, Stated, Verification

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 1_000
"""So many fields a signed form has at most."""
MOST_SIGNATURES: Final = 10
"""So many signatures of one request are looked at: a sender has one for each of its keys."""

Verdict = Literal["genuine", "forged", "untimely"]
"""`untimely`: signed with the right key, but not around now."""


class WrongSecret(Exception):
    """A secret cannot be the key of a verification. The text says why, without it."""


class Received(Struct, frozen=True):
    """A request as it came. `headers` by name in small letters, `url` as its sender knows it, with its query."""

    headers: Mapping[str, str]
    body: bytes
    url: str = ""
    method: str = "POST"


Check = Callable[[Received, datetime], Verdict]


def check_of(verification: Verification, secrets: Sequence[str]) -> Check:
    """What verifies a request at a moment (aware). Any of the secrets will do. Raises `WrongSecret`."""
    keys = [_key(verification, secret) for secret in secrets]
    header, coding = verification.header.lower(), _CODINGS[verification.coding]
    prefix, separator = verification.prefix, verification.separator

    def presented(received: Received) -> list[bytes]:
        """What the header says the signatures are; what is none is left out."""
        given = received.headers.get(header, "")
        parts = given.split(separator, 2 * MOST_SIGNATURES) if separator else [given]
        found = [part.strip().removeprefix(prefix) for part in parts if part.strip().startswith(prefix)]
        return [one for text in found[:MOST_SIGNATURES] if (one := coding(text))]

    def right(received: Received) -> bool:
        text = _signed_text(verification, received)
        if text is None:
            return False
        signatures = presented(received)
        expected = [hmac.digest(key, text, verification.hash) for key in keys] if verification.text else keys
        return any(hmac.compare_digest(one, own) for one in signatures for own in expected)

    def check(received: Received, now: datetime) -> Verdict:
        if not right(received):
            return "forged"
        tolerance, stated = verification.tolerance, verification.timestamp
        if tolerance is None or stated is None:
            return "genuine"
        at = _moment(_stated(stated, separator, received), stated)
        return "genuine" if at is not None and abs(now - at) <= tolerance else "untimely"

    return check


def _key(verification: Verification, secret: str) -> bytes:
    if verification.key == "text":
        return secret.encode()
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise WrongSecret("must be base64, with `whsec_` before it or not") from None
    if not key:
        raise WrongSecret("must not be empty")
    return key


def _signed_text(verification: Verification, received: Received) -> bytes | None:
    """What was signed; None where a part of it did not come."""
    made: list[bytes] = []
    for part in verification.text:
        if part not in PARTS:
            made.append(part.encode())
            continue
        found = _part(part, verification, received)
        if found is None:
            return None
        made.append(found)
    return b"".join(made)


def _part(part: str, verification: Verification, received: Received) -> bytes | None:
    if part == "body":
        return received.body
    if part == "form":
        return _form(received)
    if part == "timestamp" and verification.timestamp is not None:
        text = _stated(verification.timestamp, verification.separator, received)
    elif part == "id":
        text = received.headers.get(verification.id.lower(), "")
    else:
        text = received.url if part == "url" else received.method
    # Headers are read as Latin-1, and what was signed are their bytes.
    return text.encode("latin-1", "replace") if text else None


def _stated(stated: Stated, separator: str, received: Received) -> str:
    """The time as it was written; empty where there is none."""
    given = received.headers.get(stated.header.lower(), "")
    if not stated.prefix:
        return given.strip()
    parts = given.split(separator, 2 * MOST_SIGNATURES) if separator else [given]
    return next(
        (
            part.strip().removeprefix(stated.prefix)
            for part in parts
            if part.strip().startswith(stated.prefix)
        ),
        "",
    )


def _moment(text: str, stated: Stated) -> datetime | None:
    try:
        if stated.unit == "iso":
            at = datetime.fromisoformat(text)
            return at if at.tzinfo is not None else None
        if not (text.isascii() and text.isdigit() and len(text) <= 20):
            return None
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(**{_UNITS[stated.unit]: int(text)})
    except (ValueError, OverflowError):
        return None


def _form(received: Received) -> bytes | None:
    """The fields of a form by name, names and values put together; a value that came twice once. None: it is no form."""
    if received.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    try:
        fields = parse_qsl(
            received.body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError:
        return None
    return "".join(name + value for name, value in sorted(set(fields))).encode()


def _of_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _of_base64(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


_CODINGS: Final[dict[str, Callable[[str], bytes | None]]] = {
    "hex": _of_hex,
    "base64": _of_base64,
    "plain": lambda text: text.encode("latin-1", "replace"),
}
_UNITS: Final = {"s": "seconds", "ms": "milliseconds"}
