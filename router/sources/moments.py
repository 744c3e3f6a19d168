"""Times as vendors write them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final

import msgspec

from router.model.sources import Unit
from router.sources.message import MISSING, Unmappable

NO_UNIT: Final = "it is a number, and the mapping does not say of which unit: `unit: s`, `ms`, `us` or `ns`"
NO_OFFSET: Final = "it has no offset from UTC, and the mapping names no `zone`"

_PER_SECOND: Final[dict[Unit, int]] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SLASH_DATE: Final = re.compile(r"/Date\((-?[0-9]{1,17})(?:[+-][0-9]{4})?\)/")
_DIGITS: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,9})?")
_OFFSET_BARE: Final = re.compile(r"([+-][0-9]{2})([0-9]{2})\Z")
_ZULU: Final = re.compile(r"\s*(?:UTC|GMT)\Z")
_LONGEST: Final = 64


def moment(value: Any, unit: Unit | None, zone: tzinfo | None) -> Any:
    """The time that a value tells, in UTC; `MISSING` where it tells none. Raises `Unmappable`.

    A 0 is none: vendors write it where nothing happened. The local time that a clock change gives twice is the first.
    """
    if value is MISSING or value == 0:
        return MISSING
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool):
        raise Unmappable("true and false are no time")
    if isinstance(value, int | Decimal):
        return _counted(value, unit)
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Unmappable("it is not a time")
    text = value.strip()
    if found := _SLASH_DATE.fullmatch(text):
        return _counted(int(found[1]), "ms")
    if _DIGITS.fullmatch(text) and not (len(text) == 8 and unit is None):
        number = Decimal(text)
        return MISSING if number == 0 else _counted(number, unit)
    return _written(text, zone)


def _counted(number: int | Decimal, unit: Unit | None) -> datetime:
    if unit is None:
        raise Unmappable(NO_UNIT)
    try:
        return _EPOCH + timedelta(
            microseconds=int(
                number * 10**6 / _PER_SECOND[unit]
                if isinstance(number, Decimal)
                else number * 10**6 // _PER_SECOND[unit]
            )
        )
    except OverflowError:
        raise Unmappable(f"as {unit} it lies beyond the year 9999") from None


def _written(text: str, zone: tzinfo | None) -> datetime:
    try:
        # As most vendors write it.
        if len(text) > 10 and text[-1] == "Z" and text[10] == "T":
            return msgspec.convert(text, datetime).astimezone(UTC)
        plain = _OFFSET_BARE.sub(r"\1:\2", _ZULU.sub("Z", text)) if len(text) > 10 else text
        if len(plain) == 10:
            found = datetime.fromisoformat(plain)
        else:
            found = msgspec.convert(plain.replace(" ", "T", 1), datetime)
    except (ValueError, msgspec.ValidationError):
        raise Unmappable("it is not a time in ISO 8601") from None
    if found.tzinfo is None:
        if zone is None:
            raise Unmappable(NO_OFFSET)
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise Unmappable("in UTC it lies before the year 1 or beyond the year 9999") from None
