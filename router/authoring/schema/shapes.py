"""The shapes that keys of rule files share, as JSON Schema."""

from typing import Any, Final

Schema = dict[str, Any]

_NOT_BLANK: Final = "\\S"

DEFINITIONS: Final[dict[str, Schema]] = {
    "name": {
        "description": "Letters, digits, `.`, `-` and `_`; begins with a letter or digit; at most 100 characters.",
        "type": ["string", "number"],
        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        "minimum": 0,
    },
    "text": {"description": "A text.", "type": ["string", "number"], "pattern": _NOT_BLANK},
    "texts": {
        "description": "One text, or a list of them.",
        "anyOf": [
            {"type": "string", "pattern": _NOT_BLANK},
            {"type": "array", "items": {"type": "string", "pattern": _NOT_BLANK}},
        ],
    },
    "duration": {
        "description": "A whole number with a unit `w d h m s`, or several: `30m`, `2h`, `1d12h`; at most 1830d.",
        "type": "string",
        "pattern": "^([0-9]{1,9}[wdhms]){1,5}$",
        "examples": ["30m", "2h", "24h", "5d", "1d12h"],
    },
    "share": {
        "description": "A percentage from `0%` to `100%`.",
        "type": "string",
        "pattern": "^(100(\\.0{1,6})?|0?[0-9]{1,2}(\\.[0-9]{1,6})?)\\s*%$",
        "examples": ["2%", "50%"],
    },
    "clock": {
        "description": 'A time of day in quotes, such as "21:00"; "24:00" is the midnight that ends the day.',
        "type": "string",
        "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        "examples": ["08:00", "21:00"],
    },
    "moment": {
        "description": "A date such as 2026-11-01, or a time with its offset such as 2026-11-01T09:00:00+01:00.",
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*([Zz]|[+-][0-9]{2}:?[0-9]{2}(:?[0-9]{2})?))?$",
    },
    "locale": {
        "description": "A language, `nl`, or a language with a region, `nl-BE`.",
        "type": "string",
        "pattern": "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$",
    },
}


def reference(name: str, description: str, **more: Any) -> Schema:
    """A shared shape under a description of its own."""
    return {"description": description, "allOf": [{"$ref": f"#/definitions/{name}"}], **more}


def mapping(description: str, properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """A mapping of these keys and no others."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def listing(description: str, items: Schema) -> Schema:
    """A list."""
    return {"description": description, "type": "array", "items": items}


def words(description: str, known: tuple[str, ...], default: str | None = None) -> Schema:
    """One of a few words."""
    return {"description": description, "enum": list(known), **({"default": default} if default else {})}


def flag(description: str, *, default: bool) -> Schema:
    """True or false."""
    return {"description": description, "type": "boolean", "default": default}


def whole(description: str, least: int, **more: Any) -> Schema:
    """A whole number."""
    return {"description": description, "type": "integer", "minimum": least, "maximum": 10**9, **more}


def named(description: str, body: Schema) -> Schema:
    """A mapping of the author's own names to bodies of one shape."""
    return {"description": description, "type": "object", "additionalProperties": body}
