"""What conditions can ask: the fields there are, and the operators with the values they take; also as JSON Schema."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from router.authoring.language.amounts import duration
from router.authoring.language.keys import Schema
from router.model.rules import Operator

MAX_PATTERN: Final = 500
"""Characters of a regular expression."""


class Values(Struct, frozen=True):
    """The values that operators take; `needed` tells an author of them where one does not fit."""

    fits: Callable[[Any], bool]
    needed: str
    schema: Schema


class OperatorDefinition(Struct, frozen=True):
    """An operator: what the field then does, what it takes, and an example of that."""

    meaning: str
    takes: Values
    sample: str = "web"


def _plain(value: Any) -> bool:
    return value is not None and not isinstance(value, list | dict)


def _orderable(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _ordered_pair(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_orderable, value)):
        return False
    low, high = value
    return isinstance(low, str) == isinstance(high, str) and bool(low <= high)


_PLAIN: Final = Values(_plain, "a plain value", {"type": ["string", "number", "boolean"]})
_ORDERED: Final = Values(_orderable, "a number or a text", {"type": ["string", "number"]})
_TEXT: Final = Values(lambda value: isinstance(value, str), "a text", {"type": "string"})
_PATTERN: Final = Values(_TEXT.fits, "a text", {"type": "string", "maxLength": MAX_PATTERN})
_FLAG: Final = Values(lambda value: isinstance(value, bool), "true or false", {"type": "boolean"})
_LIST: Final = Values(
    lambda value: isinstance(value, list) and all(map(_plain, value)),
    "a list of plain values",
    {"type": "array", "items": _PLAIN.schema},
)
_PAIR: Final = Values(
    _ordered_pair,
    "a list of two numbers or two texts, lower first",
    {"type": "array", "items": _ORDERED.schema, "minItems": 2, "maxItems": 2},
)

_SPAN: Final = Values(
    lambda value: duration(value) is not None,
    "a duration such as 12h or 30d",
    {"type": "string", "pattern": "^([0-9]{1,9}[wdhms]){1,5}$"},
)

OPERATORS: Final[dict[Operator, OperatorDefinition]] = {
    "eq": OperatorDefinition("equals", _PLAIN),
    "ne": OperatorDefinition("is there and differs", _PLAIN),
    "gt": OperatorDefinition("is greater", _ORDERED, "50"),
    "gte": OperatorDefinition("is greater or equal", _ORDERED, "2"),
    "lt": OperatorDefinition("is less", _ORDERED, "50"),
    "lte": OperatorDefinition("is less or equal", _ORDERED, "2"),
    "between": OperatorDefinition("lies between two values, both included", _PAIR, "[50, 100]"),
    "in": OperatorDefinition("is any of a list", _LIST, "[web, app]"),
    "not_in": OperatorDefinition("is there and is none of a list", _LIST, "[web, app]"),
    "prefix": OperatorDefinition("begins with", _TEXT),
    "suffix": OperatorDefinition("ends with", _TEXT),
    "contains": OperatorDefinition("contains: a text a part, a list a member", _PLAIN),
    "matches": OperatorDefinition("matches a regular expression (RE2)", _PATTERN, "'^A[0-9]+$'"),
    "exists": OperatorDefinition("is there (true) or missing (false)", _FLAG, "true"),
    "longer_ago_than": OperatorDefinition("is a moment at least so long ago", _SPAN, "30d"),
    "within": OperatorDefinition("is a moment less than so long ago", _SPAN, "30d"),
}

FIELDS: Final = {
    "type": "What happened, such as `order.delivered`.",
    "source": "Which system told of it.",
    "channel": "Where it happened: phone, chat, email, web …",
    "locale": "The language that the customer used.",
    "journey": "The journey whose move the rule waits for. Without it the rule is tried on every interaction.",
    "step": "The step that the journey has just entered; a list: any of them.",
}

PREFIXES: Final = {
    "event": "An attribute of the interaction, such as `event.sensitive`; dots lead inside.",
    "journey": "What the journey keeps: its effort signals and counts, `journey.step`, `journey.instance`.",
    "customer": "What is known of the customer: `customer.open` (the open journeys), `customer.locale`,"
    " `customer.zone`, the signals that the policy declares, and any attribute such as `customer.segment`.",
}

_GROUP: Final[Schema] = {
    "group": {
        "description": "The conditions of this name under `groups:`; a list: any of these groups.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
    },
}


class FieldNames(Struct, frozen=True):
    """The fields that a kind of condition can ask about, with their meaning; `groups`: whether it can name groups."""

    own: dict[str, str]
    prefixes: dict[str, str]
    groups: bool = True

    def schemas(self) -> dict[str, Schema]:
        """The definitions that a schema of such a condition refers to."""
        return {
            "value": {
                "description": "A value that the field equals, a list of which it is any, or operators that all hold.",
                "anyOf": [
                    _PLAIN.schema,
                    _LIST.schema | {"minItems": 1},
                    {
                        "type": "object",
                        "minProperties": 1,
                        "additionalProperties": False,
                        "properties": {
                            name: {"description": f"The field {operator.meaning}.", **operator.takes.schema}
                            for name, operator in OPERATORS.items()
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
                        field: {"description": meaning, "allOf": [{"$ref": "#/definitions/value"}]}
                        for field, meaning in self.own.items()
                    },
                    "all": {"description": "All of these hold.", "allOf": [{"$ref": "#/definitions/blocks"}]},
                    "any": {
                        "description": "At least one of these holds.",
                        "allOf": [{"$ref": "#/definitions/blocks"}],
                    },
                    "not": {
                        "description": "These do not all hold.",
                        "allOf": [{"$ref": "#/definitions/block"}],
                    },
                    **(_GROUP if self.groups else {}),
                },
                "patternProperties": {
                    f"^{prefix}\\..": {"description": meaning, "allOf": [{"$ref": "#/definitions/value"}]}
                    for prefix, meaning in self.prefixes.items()
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


OF_RULES: Final = FieldNames(FIELDS, PREFIXES)

DEFINITIONS: Final = OF_RULES.schemas()
