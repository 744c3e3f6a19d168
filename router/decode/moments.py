"""When an interaction happened."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from router.decode.outcome import Refusal

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LEAP_SECOND = re.compile(r"(\d\d:\d\d):60")


def moment(given: object, timestamp: int, latest: datetime) -> datetime:
    """Read the `time` attribute: RFC 3339 with an offset, or a time, from 1970 up to `latest`; always returned in UTC.

    Where it is missing, the record's Kafka `timestamp` (milliseconds) holds. Digits beyond microseconds are
    rounded. A leap second is the first moment of the next minute.
    """
    if given is None or given == "":
        if timestamp <= 0:
            raise Refusal(
                "attribute_missing", "The attribute time is missing, and the record has no timestamp."
            )
        try:
            time = EARLIEST + timedelta(milliseconds=timestamp)
        except OverflowError:
            raise Refusal("time_out_of_range", "The record's timestamp lies beyond the year 9999.") from None
    elif isinstance(given, str):
        time = _read(given)
    elif isinstance(given, datetime):
        # Of a mapping, which has read it.
        time = given
    else:
        raise Refusal("time_invalid", "The attribute time is not a text with an RFC 3339 time.")
    if time.tzinfo is None:
        raise Refusal("time_naive", "The attribute time has no offset from UTC, such as Z or +01:00.")
    if time < EARLIEST:
        raise Refusal("time_out_of_range", "The time lies before 1970.")
    if time > latest:
        raise Refusal("time_in_future", f"The time lies after {latest.isoformat()}, the latest accepted.")
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def _read(given: str) -> datetime:
    try:
        return msgspec.convert(given, datetime)
    except msgspec.ValidationError:
        pass
    if given.startswith("0000-"):
        raise Refusal("time_out_of_range", "The time lies before 1970.")
    if LEAP_SECOND.search(given):
        time = _after(LEAP_SECOND.sub(r"\1:59", given, count=1))
        if time is not None:
            return time
    raise Refusal("time_invalid", "The attribute time is not an RFC 3339 time that exists.")


def _after(given: str) -> datetime | None:
    """The whole second after a time, where leap seconds can be: at the end of a month in UTC."""
    try:
        time = msgspec.convert(given, datetime)
        if time.tzinfo is None:
            return time
        time = time.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    except (msgspec.ValidationError, OverflowError):
        return None
    return time if (time.day, time.hour, time.minute) == (1, 0, 0) else None
