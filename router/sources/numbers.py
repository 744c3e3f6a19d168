"""JSON whose numbers lose nothing: an id beyond 2^53 stays the digits that were sent."""

from decimal import Decimal
from math import isinf
from typing import Any, Final

import msgspec

from router.sources.message import Unmappable

_EXACT: Final = 2**53
_MOST_DIGITS: Final = Decimal(10) ** 40


def _exact(text: str) -> Decimal:
    size = float(text)
    if isinf(size):
        raise ValueError("a number beyond what JSON readers can hold")
    # Below what a float can tell from nothing it is nothing; a decimal of any size would be worked with for long.
    return Decimal(text) if size else Decimal(0)


_DECODER: Final = msgspec.json.Decoder(float_hook=_exact)


def decoded(text: bytes | str) -> Any:
    """The value of a JSON text. Raises `msgspec.DecodeError`, `ValueError` and `RecursionError`."""
    return _DECODER.decode(text)


def plain(value: Any) -> Any:
    """A value as attributes hold it. A whole number beyond 2^53 becomes text: those who read it as a float lose digits."""
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else str(value)
    if isinstance(value, Decimal):
        whole = value.to_integral_value() if abs(value) < _MOST_DIGITS else None
        return float(value) if value != whole or abs(value) <= _EXACT else str(int(value))
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def text_of(value: Any) -> str | None:
    """A value that names something as text; None where it names nothing. `7`, `7.0` and `"7"` are one text."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # As an author wrote it; messages bring none.
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        whole = value.to_integral_value()
        return str(int(whole)) if value == whole and abs(value) < _MOST_DIGITS else str(value)
    return None


def naming(value: Any) -> str | None:
    """`text_of` of a value that is to name something. Raises `Unmappable` for what holds several, of which none can be told to be it."""
    if isinstance(value, dict | list) and value:
        kind = "an object" if isinstance(value, dict) else "a list"
        raise Unmappable(f"it is {kind}, and names nothing: the path has to go on to a member of it")
    return text_of(value)
