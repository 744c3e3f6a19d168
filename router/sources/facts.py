"""What an id, a type, a customer and a time have to be."""

from datetime import datetime
from typing import Any, Final

from router.sources.message import MISSING, Unmappable
from router.sources.numbers import naming

NONE: Final = "there is none"
FIRST_YEAR: Final = 1990
"""No vendor's message is older: what seems so is a time that was not set, or a number whose unit is another one."""


def name_of(found: Any) -> str | None:
    """The text of a value that is to name something; None where there is none. Raises `Unmappable`."""
    if isinstance(found, str):
        return found.strip() or None
    if isinstance(found, bool):
        raise Unmappable("true and false name nothing")
    return None if found is MISSING else naming(found)


def time_of(found: Any) -> datetime:
    """The time at which something happened. Raises `Unmappable`."""
    if not isinstance(found, datetime):
        raise Unmappable(NONE)
    if found.year < FIRST_YEAR:
        raise Unmappable(f"it lies in {found.year}, so it is no time, or a number of another unit")
    return found


def required(name: str | None) -> str:
    """A name that must be there. Raises `Unmappable`."""
    if name is None:
        raise Unmappable(NONE)
    return name
