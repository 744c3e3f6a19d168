"""JSON text to values, with every way it can fail turned into a refusal.

Of a key that an object repeats, the last value holds. NaN and Infinity are not JSON.
"""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from router.decode.outcome import Refusal
from router.model.record import DeadReason

T = TypeVar("T")

SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**63 - 1


def parse(text: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T], what: str) -> T:
    """Decode JSON that `what` names in the detail of a refusal."""
    try:
        return decoder.decode(text)
    except RecursionError:
        raise Refusal("too_deep", f"{what} holds JSON that is nested too deeply to be read.") from None
    except UnicodeDecodeError:
        raise Refusal("not_json", f"{what} is not UTF-8.") from None
    except msgspec.ValidationError as error:
        if str(error).startswith("Expected"):
            raise Refusal("not_an_object", f"{what} is JSON, but not an object.") from None
        raise Refusal("data_invalid", f"{what} holds a number out of range.") from None
    except msgspec.DecodeError as error:
        raise _malformed(bytes(text), decoder, str(error), what) from None


def _malformed(text: bytes, decoder: msgspec.json.Decoder[T], error: str, what: str) -> Refusal:
    if not text.strip():
        return Refusal("not_json", f"{what} is empty.")
    if text.startswith(BYTE_ORDER_MARK):
        return Refusal("not_json", f"{what} begins with a byte order mark, which JSON does not allow.")
    if SURROGATE.search(text) and _is_json(SURROGATE.sub(rb"\\u0041", text), decoder):
        return Refusal("data_invalid", f"{what} holds a lone surrogate, which is not a character.")
    return Refusal("not_json", f"{what} is not JSON: {error}.")


def _is_json(text: bytes, decoder: msgspec.json.Decoder[T]) -> bool:
    try:
        decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def check_values(data: dict[str, Any], depth: int) -> None:
    """Refuse what could not be kept or compared safely: deep nesting, huge integers, NUL characters."""
    found = _flaw(data.values(), depth)
    if found is not None:
        raise Refusal(*found)


def _flaw(items: Iterable[Any], depth: int) -> tuple[DeadReason, str] | None:
    for item in items:
        kind = type(item)
        if kind is str:
            if "\0" in item:
                return "data_invalid", "A text in data holds a NUL character."
        elif kind is int:
            if not LEAST_INTEGER <= item <= MOST_INTEGER:
                return "data_invalid", "data holds an integer beyond 64 bits; send such a number as text."
        elif kind is dict or kind is list:
            if depth <= 1:
                return "too_deep", "data is nested more deeply than is allowed."
            found = _flaw(item.values() if kind is dict else item, depth - 1)
            if found is not None:
                return found
    return None
