"""Texts that name things: ids, types, channels, addresses."""

from router.decode.outcome import Refusal, SizeLimits
from router.model.keys import as_key, customer_key

_EXACT = 2**53
"""Up to here a number with a decimal point says which whole number it is."""


def optional_text(given: object, name: str, limits: SizeLimits) -> str | None:
    """A text that may be missing: null and the empty text are as good as absent."""
    # The ordinary case in one look: this is asked several times for every record.
    if type(given) is str and len(given) <= limits.text and "\0" not in given:
        return given or None
    if given is None:
        return None
    raise _invalid(given, name, limits)


def required_text(given: object, name: str, limits: SizeLimits) -> str:
    """A text that must be there."""
    if type(given) is str and 0 < len(given) <= limits.text and "\0" not in given:
        return given
    if given is None or given == "":
        raise Refusal("attribute_missing", f"The attribute {name} is missing or empty.")
    raise _invalid(given, name, limits)


def customer_id(given: object, limits: SizeLimits) -> str | None:
    """The key of a customer id out of `data`, where it may also be a number.

    A number with a fraction, or so large that JSON readers round it, names nobody for certain and is refused.
    """
    if type(given) is int or (type(given) is float and given.is_integer() and abs(given) <= _EXACT):
        given = as_key(given)
    return named(given, "data.customer_id", limits)


def named(given: object, name: str, limits: SizeLimits) -> str | None:
    """The key of a text that names a customer; None where it is missing, or names nobody."""
    text = optional_text(given, name, limits)
    return None if text is None else customer_key(text) or None


def _invalid(given: object, name: str, limits: SizeLimits) -> Refusal:
    if not isinstance(given, str):
        problem = "is not a text"
    elif len(given) > limits.text:
        problem = f"is longer than {limits.text} characters"
    else:
        problem = "holds a NUL character"
    return Refusal("attribute_invalid", f"The attribute {name} {problem}.")
