"""The kinds of values in rule files: each with its reading and its JSON Schema."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from router.authoring.language.amounts import clock_hint, duration, duration_hint, share, share_hint
from router.authoring.language.keys import Kind, Schema
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import plain_name
from router.model.zones import zone_name, zone_names

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_NOT_BLANK: Final[Schema] = {"type": "string", "pattern": "\\S"}
MOST_COUNTED: Final = 10**9
"""The largest whole number that a key takes."""


def shared(name: str, read: Any, schema: Schema) -> Kind[Any]:
    """A kind whose schema is one definition that all its keys refer to."""
    return Kind(read, {"$ref": f"#/definitions/{name}"}, {name: schema})


def one_or_more(schema: Schema, **more: Any) -> Schema:
    """The schema of a value or a list of such values."""
    return {"anyOf": [schema, {"type": "array", "items": schema, **more}]}


def _text(node: Node, key: str, problems: Problems) -> str | None:
    if isinstance(node.value, str) and node.value.strip():
        return node.value
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return str(node.value)
    problems.wrong(node, key, "text")
    return None


def _name(node: Node, key: str, problems: Problems) -> str | None:
    text = _text(node, key, problems)
    if text is None or _NAME.match(text):
        return text
    hint = "letters, digits, `.`, `-`, `_`; at most 100"
    problems.add("R012", node.position, f"`{key}` must be a name", hint)
    return None


def _field(node: Node, key: str, problems: Problems) -> str | None:
    text = _text(node, key, problems)
    return plain_name(text) if text else None


def read_texts(node: Node, key: str, problems: Problems) -> tuple[str, ...]:
    """A text or a list of texts; those that are none are noted and left out."""
    texts = []
    for item in node.each():
        if isinstance(item.value, str) and item.value.strip():
            texts.append(item.value)
        else:
            problems.wrong(item, key, "text or a list of texts")
    return tuple(texts)


def _flag(node: Node, key: str, problems: Problems) -> bool | None:
    if isinstance(node.value, bool):
        return node.value
    hint = f"write `{key}: true`" if node.value in ("yes", "on", "no", "off") else None
    problems.wrong(node, key, "true or false", hint)
    return None


def _share(node: Node, key: str, problems: Problems) -> float | None:
    part = share(node.value)
    if part is None:
        problems.wrong(node, key, "a percentage such as 50%", share_hint(node.value), code="R016")
    return part


def _clock(node: Node, key: str, problems: Problems) -> time | None:
    match = _CLOCK.match(node.value) if isinstance(node.value, str) else None
    if match and (int(match[1]) < 24 or match[2] == "00"):
        return time(int(match[1]) % 24, int(match[2]))
    problems.wrong(node, key, 'a time of day such as "21:00"', clock_hint(node.value), code="R017")
    return None


def _moment(node: Node, key: str, problems: Problems) -> datetime | None:
    try:
        if isinstance(node.value, str) and len(node.value) == 10:
            day = date.fromisoformat(node.value)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        moment = datetime.fromisoformat(node.value)
    except (ValueError, TypeError):
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    expected = "a date such as 2026-11-01 or a time such as 2026-11-01T09:00:00+01:00"
    problems.wrong(node, key, expected, "a time needs its offset", code="R018")
    return None


def _zone(node: Node, key: str, problems: Problems) -> str | None:
    name = _text(node, key, problems)
    names = zone_names()
    if name is None or names.get(name.lower()) == name:
        return name
    near = names.get((zone_name(name) or "").lower()) or problems.nearest(name, sorted(names.values()))
    hint = f"did you mean {near!r}?" if near else "such as Europe/Amsterdam"
    problems.wrong(node, key, "a time zone", hint, code="R019")
    return None


TEXT: Final[Kind[str]] = shared(
    "text", _text, {"description": "A text.", "type": ["string", "number"], "pattern": "\\S"}
)
"""A text that is not blank; a number is taken as its digits."""

NAME: Final[Kind[str]] = shared(
    "name",
    _name,
    {
        "description": "Letters, digits, `.`, `-` and `_`; begins with a letter or digit; at most 100 characters.",
        "type": ["string", "number"],
        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        "minimum": 0,
    },
)
"""An identifier."""

FIELD: Final[Kind[str]] = Kind(_field, TEXT.schema, TEXT.definitions)
"""The name of a field, in its shortest spelling."""

TEXTS: Final[Kind[tuple[str, ...]]] = shared(
    "texts", read_texts, {"description": "One text, or a list of them.", **one_or_more(_NOT_BLANK)}
)
"""A text or a list of texts."""

FLAG: Final[Kind[bool]] = Kind(_flag, {"type": "boolean"})
"""True or false, unquoted."""

SHARE: Final[Kind[float]] = shared(
    "share",
    _share,
    {
        "description": "A percentage from `0%` to `100%`.",
        "type": "string",
        "pattern": "^(100(\\.0{1,6})?|0?[0-9]{1,2}(\\.[0-9]{1,6})?)\\s*%$",
        "examples": ["2%", "50%"],
    },
)
"""A percentage as a share from 0 to 1."""

CLOCK: Final[Kind[time]] = shared(
    "clock",
    _clock,
    {
        "description": 'A time of day in quotes, such as "21:00"; "24:00" is the midnight that ends the day.',
        "type": "string",
        "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        "examples": ["08:00", "21:00"],
    },
)
"""A time of day; `24:00` is midnight."""

MOMENT: Final[Kind[datetime]] = shared(
    "moment",
    _moment,
    {
        "description": "A date such as 2026-11-01, or a time with its offset such as 2026-11-01T09:00:00+01:00.",
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*([Zz]|[+-][0-9]{2}:?[0-9]{2}(:?[0-9]{2})?))?$",
    },
)
"""A date, or a time with its offset, as aware UTC."""

ZONE: Final[Kind[str]] = Kind(_zone, TEXT.schema, TEXT.definitions)
"""A time zone by its name in the IANA database."""

LOCALE: Final[Kind[str]] = shared(
    "locale",
    _text,
    {
        "description": "A language, `nl`, or a language with a region, `nl-BE`.",
        "type": "string",
        "pattern": "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$",
    },
)
"""A language, or one with a region."""

_DURATION: Final = shared(
    "duration",
    None,
    {
        "description": "A whole number with a unit `w d h m s`, or several: `30m`, `2h`, `1d12h`; at most 1830d.",
        "type": "string",
        "pattern": "^([0-9]{1,9}[wdhms]){1,5}$",
        "examples": ["30m", "2h", "24h", "5d", "1d12h"],
    },
)


def span(most: timedelta | None = None) -> Kind[timedelta]:
    """A duration, of at most `most`."""

    def read(node: Node, key: str, problems: Problems) -> timedelta | None:
        length = duration(node.value)
        if length is None:
            expected = "a duration such as 30m, 2h, 5d or 1d12h"
            problems.wrong(node, key, expected, duration_hint(node.value), code="R015")
        elif most is not None and length > most:
            hint = "nothing is planned that far ahead"
            problems.wrong(node, key, f"at most {most.days}d", hint, code="R015")
            return None
        return length

    return Kind(read, _DURATION.schema, _DURATION.definitions)


def whole(least: int) -> Kind[int]:
    """A whole number of at least `least`."""

    def read(node: Node, key: str, problems: Problems) -> int | None:
        value = node.value
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_COUNTED:
            return value
        hint = f"such as 1; at most {MOST_COUNTED:,}"
        problems.wrong(node, key, f"a whole number of at least {least}", hint)
        return None

    return Kind(read, {"type": "integer", "minimum": least, "maximum": MOST_COUNTED})


def choice(*words: str) -> Kind[Any]:
    """One of a few words."""

    def read(node: Node, key: str, problems: Problems) -> str | None:
        if isinstance(node.value, str) and node.value in words:
            return node.value
        if not node.cut:
            problems.unknown("R013", node.position, f"value of `{key}`", node.word, list(words))
        return None

    return Kind(read, {"enum": list(words)})


def anything(schema: Schema, **definitions: Schema) -> Kind[Node]:
    """A value that is read by whoever knows more of it: as its node."""
    return Kind(lambda node, key, problems: node, schema, definitions)
