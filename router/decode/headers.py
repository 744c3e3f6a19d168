"""Kafka record headers as CloudEvents uses them."""

from msgspec import Struct

from router.decode.outcome import Refusal, SizeLimits

PREFIXES = ("ce_", "ce-")
NEEDED = frozenset({"specversion", "id", "source", "type", "subject", "time"})


class Headers(Struct):
    """What the headers say: the media type, the CloudEvents attributes that are used, the trace.

    `binary` tells that there are CloudEvents attributes among them.
    """

    media: str | None = None
    attributes: dict[str, str] = {}
    traceparent: str | None = None
    binary: bool = False


NO_HEADERS = Headers()


def read_headers(given: tuple[tuple[str, bytes | None], ...], limits: SizeLimits) -> Headers:
    """Read the headers that matter. Names may have any case; of a repeated header the last value holds.

    `ce-` is read like the `ce_` of the Kafka binding, since some producers take the prefix from HTTP. Headers
    that nobody needs may hold anything.
    """
    if not given:
        return NO_HEADERS
    if len(given) > limits.headers:
        raise Refusal(
            "too_many_headers", f"The record has {len(given)} headers; at most {limits.headers} are read."
        )
    headers = Headers()
    needed: dict[str, bytes | None] = {}
    for given_name, value in given:
        name = given_name.lower()
        if name.startswith(PREFIXES):
            headers.binary = True
            name = name[3:]
            if name in NEEDED:
                needed[name] = value
            elif name == "traceparent":
                headers.attributes[name] = _tolerant(value)
        elif name == "content-type":
            headers.media = media_type(_tolerant(value)) or None
        elif name == "traceparent":
            headers.traceparent = _tolerant(value)
    for name, value in needed.items():
        headers.attributes[name] = _text(name, value)
    return headers


def media_type(content_type: str) -> str:
    """`Application/JSON; charset=utf-8` as `application/json`."""
    return content_type.split(";", 1)[0].strip().lower()


def is_json(media: str) -> bool:
    """Whether a media type names JSON."""
    return media in ("application/json", "text/json") or media.endswith("+json")


def _tolerant(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _text(name: str, value: bytes | None) -> str:
    if value is None:
        raise Refusal("attribute_invalid", f"The header ce_{name} is null.")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Refusal("attribute_invalid", f"The header ce_{name} is not UTF-8.") from None
