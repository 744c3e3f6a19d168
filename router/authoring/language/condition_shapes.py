"""Conditions as JSON Schema."""

from typing import Final

from router.authoring.language.conditions import MAX_PATTERN, OPERATORS
from router.authoring.language.keys import Schema

_PLAIN: Final[Schema] = {"type": ["string", "number", "boolean"]}
_ORDERED: Final[Schema] = {"type": ["string", "number"]}
_LIST: Final[Schema] = {"type": "array", "items": _PLAIN}

_OPERATORS: Final[dict[str, tuple[str, Schema]]] = {
    "eq": ("equals", _PLAIN),
    "ne": ("is there and differs", _PLAIN),
    "gt": ("is greater", _ORDERED),
    "gte": ("is greater or equal", _ORDERED),
    "lt": ("is less", _ORDERED),
    "lte": ("is less or equal", _ORDERED),
    "between": (
        "lies between two values, both included",
        _LIST | {"minItems": 2, "maxItems": 2, "items": _ORDERED},
    ),
    "in": ("is any of a list", _LIST),
    "not_in": ("is there and is none of a list", _LIST),
    "prefix": ("begins with", {"type": "string"}),
    "suffix": ("ends with", {"type": "string"}),
    "contains": ("contains: a text a part, a list a member", _PLAIN),
    "matches": ("matches a regular expression (RE2)", {"type": "string", "maxLength": MAX_PATTERN}),
    "exists": ("is there (true) or missing (false)", {"type": "boolean"}),
}

FIELDS: Final = {
    "type": "What happened, such as `order.delivered`.",
    "source": "Which system told of it.",
    "channel": "Where it happened: phone, chat, email, web …",
    "locale": "The language that the customer used.",
    "journey": "The journey whose move the rule waits for. Without it the rule is tried on every interaction.",
    "step": "The step that the journey has just entered; a list: any of them.",
}

_PREFIXES: Final = {
    "event": "An attribute of the interaction, such as `event.sensitive`; dots lead inside.",
    "journey": "What the journey keeps: its effort signals and counts, `journey.step`, `journey.instance`.",
    "customer": "What is known of the customer: `customer.open` (the open journeys), `customer.locale`,"
    " `customer.zone`, and any attribute such as `customer.segment`.",
}

DEFINITIONS: Final[dict[str, Schema]] = {
    "value": {
        "description": "A value that the field equals, a list of which it is any, or operators that all hold.",
        "anyOf": [
            _PLAIN,
            _LIST | {"minItems": 1},
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {
                    name: {"description": f"The field {_OPERATORS[name][0]}.", **_OPERATORS[name][1]}
                    for name in OPERATORS
                },
            },
        ],
    },
    "block": {
        "description": "Conditions, all of which must hold.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{
                field: {"description": told, "allOf": [{"$ref": "#/definitions/value"}]}
                for field, told in FIELDS.items()
            },
            "all": {"description": "All of these hold.", "allOf": [{"$ref": "#/definitions/blocks"}]},
            "any": {
                "description": "At least one of these holds.",
                "allOf": [{"$ref": "#/definitions/blocks"}],
            },
            "not": {"description": "These do not all hold.", "allOf": [{"$ref": "#/definitions/block"}]},
            "group": {
                "description": "The conditions of this name under `groups:`; a list: any of these groups.",
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
            },
        },
        "patternProperties": {
            f"^{prefix}\\..": {"description": told, "allOf": [{"$ref": "#/definitions/value"}]}
            for prefix, told in _PREFIXES.items()
        },
    },
    "blocks": {
        "description": "A list of condition blocks, or one mapping whose entries are the conditions.",
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/definitions/block"}, "minItems": 1},
            {"allOf": [{"$ref": "#/definitions/block"}], "minProperties": 1},
        ],
    },
}
