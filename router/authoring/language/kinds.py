"""The kinds of values in rule files: each with its reading and its JSON Schema."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from router.authoring.language.amounts import duration, share
from router.authoring.language.everyday import folded, plainly
from router.authoring.language.keys import Kind, Schema
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.spoken import clock_hint, duration_hint, number_hint, share_hint
from router.model.fields import plain_name
from router.model.zones import zone_name, zone_names

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_YEAR_LAST: Final = re.compile(r"(?P<first>[0-9]{1,2})[-/. ](?P<second>[0-9]{1,2})[-/. ](?P<year>[0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"(?P<year>[0-9]{4})[-/.]?(?P<first>[0-9]{1,2})[-/.]?(?P<second>[0-9]{1,2})")
TOPIC_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
_NOT_BLANK: Final[Schema] = {"type": "string", "pattern": "\\S"}
_ZONE_OF: Final = {
    **dict.fromkeys(
        ("nl", "nederland", "netherlands", "thenetherlands", "dutch", "nederlands"), "Europe/Amsterdam"
    ),
    **dict.fromkeys(("be", "belgie", "belgium", "brussel"), "Europe/Brussels"),
    **dict.fromkeys(("de", "duitsland", "germany", "berlijn"), "Europe/Berlin"),
    **dict.fromkeys(("uk", "gb", "engeland", "england", "londen"), "Europe/London"),
    **dict.fromkeys(("frankrijk", "france", "parijs"), "Europe/Paris"),
}
_YES: Final = frozenset("yes y on true ja j aan waar wel 1 enabled actief active".split())  # noqa: SIM905
_NO: Final = frozenset("no n off false nee neen uit onwaar niet 0 disabled never nooit inactive".split())  # noqa: SIM905
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
    problems.wrong(node, key, "text", _text_hint(node, key))
    return None


def _text_hint(node: Node, key: str) -> str:
    """How to write a text where something else stands."""
    if isinstance(node.value, bool):
        return f'write "{node.shown}", where the word is meant'
    if node.value is None or node.value == "":
        return f"write what it is behind the colon, or take `{key}:` out"
    if isinstance(node.value, list) and node.value:
        first = node.value[0].word
        if len(node.value) == 1:
            return f"write {first}, without brackets"
        return f"one only: write {first}; for the others make another entry"
    return "write one text behind the colon"


def _name(node: Node, key: str, problems: Problems) -> str | None:
    text = _text(node, key, problems)
    if text is None or _NAME.match(text):
        return text
    plain = re.sub(
        r"[^A-Za-z0-9._-]+",
        "-",
        unicodedata.normalize("NFKD", plainly(text)).encode("ascii", "ignore").decode(),
    )
    plain = plain.strip("-._")
    allowed = "letters, digits, `.`, `-` and `_`; at most 100"
    hint = f"write {plain}" if _NAME.match(plain) else allowed
    problems.add("R012", node.position, f"`{key}` must be a name: {allowed}, no spaces", hint)
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
            hint = (
                _text_hint(item, key)
                if item is not node
                else f"write `{key}: word`, or `{key}: [word, word]`"
            )
            problems.wrong(item, key, "text or a list of texts", hint)
    return tuple(texts)


def _topic(node: Node, key: str, problems: Problems) -> str | None:
    if isinstance(node.value, str) and TOPIC_NAME.fullmatch(node.value):
        return node.value
    problems.wrong(node, key, "the name of a Kafka topic", "letters, digits, `.`, `-`, `_`; at most 249")
    return None


def _flag(node: Node, key: str, problems: Problems) -> bool | None:
    if isinstance(node.value, bool):
        return node.value
    word = folded(node.value) if isinstance(node.value, str) else str(node.value)
    meant = "true" if word in _YES else "false" if word in _NO else None
    quotes = ", without quotes" if node.quoted and word in ("true", "false") else ""
    hint = f"write `{key}: {meant}`{quotes}" if meant else f"write `{key}: true` or `{key}: false`"
    problems.wrong(node, key, "true or false", hint)
    return None


def _share(node: Node, key: str, problems: Problems) -> float | None:
    part = share(node.value)
    if part is None:
        problems.wrong(
            node, key, "a percentage such as 50%", share_hint(node.written or node.value), code="R016"
        )
    return part


def _clock(node: Node, key: str, problems: Problems) -> time | None:
    match = _CLOCK.match(node.value) if isinstance(node.value, str) else None
    if match and (int(match[1]) < 24 or match[2] == "00"):
        return time(int(match[1]) % 24, int(match[2]))
    problems.wrong(
        node, key, 'a time of day such as "21:00"', clock_hint(node.written or node.value), code="R017"
    )
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
    problems.wrong(node, key, expected, _moment_hint(node.value), code="R018")
    return None


def _moment_hint(value: object) -> str:
    """How the author may have meant a value that is no date."""
    text = plainly(value) if isinstance(value, str) else ""
    match = _YEAR_LAST.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if match:
        found = {name: int(number) for name, number in match.groupdict().items()}
        year, first, second = found["year"], found["first"], found["second"]
        month, day = (second, first) if match.re is _YEAR_LAST else (first, second)
        if match.re is _YEAR_LAST and month > 12:
            month, day = day, month
        try:
            written = date(year, month, day).isoformat()
        except ValueError:
            return "there is no such day; year, month, day: 2026-11-01"
        either = match.re is _YEAR_LAST and day <= 12 and day != month
        return f"write {written}" + (f", or {date(year, day, month).isoformat()}" if either else "")
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:", text):
        return f'a time needs its offset: write "{text.replace(" ", "T")}+01:00"'
    return "year, month, day: 2026-11-01"


def _zone(node: Node, key: str, problems: Problems) -> str | None:
    name = _text(node, key, problems)
    names = zone_names()
    if name is None or names.get(name.lower()) == name:
        return name
    near = (
        names.get((zone_name(name) or "").lower())
        or _ZONE_OF.get(folded(name))
        or next(
            (zone for zone in sorted(names.values()) if folded(zone.rpartition("/")[2]) == folded(name)), None
        )
        or problems.nearest(name, sorted(names.values()))
    )
    hint = f"write {near}" if near else "a region and a city, such as Europe/Amsterdam"
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

TOPIC: Final[Kind[str]] = shared(
    "topic",
    _topic,
    {"description": "The name of a Kafka topic.", "type": "string", "pattern": "^[A-Za-z0-9._-]{1,249}$"},
)
"""The name of a Kafka topic."""

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
            first = node.value[0].value if isinstance(node.value, list) and node.value else None
            hint = f"one only: write {first}" if duration(first) is not None else duration_hint(node.value)
            problems.wrong(node, key, expected, hint, code="R015")
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
        if isinstance(value, int) and not isinstance(value, bool) and value > MOST_COUNTED:
            hint = f"at most {MOST_COUNTED:,}"
        elif isinstance(value, list) and len(value) == 1 and not isinstance(value[0].value, list | dict):
            hint = f"write {value[0].word}, without brackets"
        else:
            hint = number_hint(node.written or value, least)
        problems.wrong(node, key, f"a whole number of at least {least}", hint)
        return None

    return Kind(read, {"type": "integer", "minimum": least, "maximum": MOST_COUNTED})


def between(least: int, most: int) -> Kind[int]:
    """A whole number from `least` to `most`."""

    def read(node: Node, key: str, problems: Problems) -> int | None:
        value = node.value
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        problems.wrong(node, key, f"a whole number from {least} to {most:,}")
        return None

    return Kind(read, {"type": "integer", "minimum": least, "maximum": most})


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
