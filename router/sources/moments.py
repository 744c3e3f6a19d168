"""Times as vendors write them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from email.utils import parsedate_to_datetime
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
_GAP: Final = re.compile(r"\s+(?=[+-][0-9]{2}:?[0-9]{2}\Z)")
_MAIL: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (?:[+-][0-9]{4}|GMT|UTC)"
)
"""As in the headers of mails, which some write."""
_NEVER: Final = ("0000-", "0001-01-01")
"""How some write that there is no time."""
_ZULU: Final = re.compile(r"\s*(?:UTC|GMT)\Z")
_LONGEST: Final = 64


def moment(value: Any, unit: Unit | None, zone: tzinfo | None) -> Any:
    """The time that a value tells, in UTC; `MISSING` where it tells none. Raises `Unmappable`.

    A 0 is none, however it is written: vendors write it where nothing happened. The local time that a clock change gives
    twice is the first.
    """
    if isinstance(value, str) and value[10:11] == "T" and len(value) <= _LONGEST:
        return _usual(value, zone) or _told(value.strip(), unit, zone)
    if value is MISSING or value == 0:
        return MISSING
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool):
        raise Unmappable("true and false are no time")
    if isinstance(value, (int, Decimal)):
        return _counted(value, unit)
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Unmappable("it is not a time")
    return _told(value.strip(), unit, zone)


def _usual(text: str, zone: tzinfo | None) -> datetime | None:
    """A time as most vendors write it, and therefore looked at first; None: it is another one."""
    try:
        at = msgspec.convert(text, datetime)
        if at.tzinfo is None:
            if zone is None:
                return None
            at = at.replace(tzinfo=zone)
        at = at if at.tzinfo is UTC else at.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None
    return at if at > _EPOCH else None


def _told(text: str, unit: Unit | None, zone: tzinfo | None) -> Any:
    if found := _SLASH_DATE.fullmatch(text):
        at = _counted(int(found[1]), "ms")
    elif _DIGITS.fullmatch(text) and not (len(text) == 8 and unit is None):
        number = Decimal(text)
        return _counted(number, unit) if number else MISSING
    else:
        at = _EPOCH if text.startswith(_NEVER) else _written(text, zone)
    return MISSING if at == _EPOCH else at


def _iso(text: str) -> datetime:
    """Raises `ValueError`. The first reader takes any number of digits behind the second, the other one all that the norm knows."""
    try:
        return msgspec.convert(text, datetime) if len(text) > 10 else datetime.fromisoformat(text)
    except msgspec.ValidationError:
        return datetime.fromisoformat(text)


def _counted(number: int | Decimal, unit: Unit | None) -> datetime:
    if unit is None:
        raise Unmappable(NO_UNIT)
    per_second = _PER_SECOND[unit]
    micros = number * 10**6 / per_second if isinstance(number, Decimal) else number * 10**6 // per_second
    try:
        return _EPOCH + timedelta(0, 0, int(micros))
    except OverflowError:
        raise Unmappable(f"as {unit} it lies beyond the year 9999") from None


def _written(text: str, zone: tzinfo | None) -> datetime:
    try:
        if _MAIL.fullmatch(text):
            found = parsedate_to_datetime(text)
        else:
            plain = _OFFSET_BARE.sub(r"\1:\2", _ZULU.sub("Z", text)) if len(text) > 10 else text
            found = _iso(_GAP.sub("", plain).replace(" ", "T", 1))
    except ValueError:
        raise Unmappable("it is not a time in ISO 8601") from None
    if found.tzinfo is None:
        if zone is None:
            raise Unmappable(NO_OFFSET)
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise Unmappable("in UTC it lies before the year 1 or beyond the year 9999") from None
