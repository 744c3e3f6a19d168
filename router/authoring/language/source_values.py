"""Values and conditions in a source: how they are written, and their JSON Schema."""

from collections.abc import Callable
from typing import Final, get_args

from router.authoring.language.keys import Schema, pairs
from router.authoring.language.kinds import ZONE
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.sources import (
    Coding,
    Condition,
    Constant,
    Count,
    Decoded,
    First,
    Join,
    Lower,
    Mapped,
    Moment,
    Outside,
    Pick,
    Read,
    Scalar,
    Steps,
    Unit,
    Value,
)
from router.sources.paths import MOST_STEPS, read_of, steps_of

REMEMBERED: Final = "$remembered"
"""In place of a path to the value before: the one that is remembered."""

MOST_ROWS: Final = 10_000
"""So many rows a table has at most."""

_CODINGS: Final = get_args(Coding)
_UNITS: Final = get_args(Unit)
_ORIGINS: Final = ("path", "value", "header", "key", "topic", "first", "join", "hash", "pick", "count")
_CHANGES: Final = ("decode", "then", "map", "otherwise", "lower", "unit", "zone", "by")
_NEEDS: Final = {"then": ("decode",), "by": ("join",)}
"""Keys that only say more of another one."""
_PATH_HINT: Final = 'such as `id`, `detail.via.channel`, `items[0].id`, `fields[name=tier].value`, `"a.b".c` or, from the whole body, `$body.id`'
_OPERATORS: Final = ("is", "not", "prefix", "suffix", "contains", "exists", "changed_to", "from")

_MEANINGS: Final = {
    "is": "One of these.",
    "not": "There is a value, and it is none of these.",
    "prefix": "Begins with one of these.",
    "suffix": "Ends with one of these.",
    "contains": "Holds one of these: a part of a text, a member of a list.",
    "changed_to": "One of these, and with `from` none of them before.",
}
_SCALAR: Final[Schema] = {"type": ["string", "number", "boolean"]}
DEFINITIONS: Final[dict[str, Schema]] = {
    "value": {
        "description": "A path into the message, or how the value is made.",
        "anyOf": [
            {"type": "string", "pattern": "\\S"},
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "path": {"description": f"A path into the message, {_PATH_HINT}.", "type": "string"},
                    "value": {"description": "Always this.", **_SCALAR},
                    "header": {"description": "A header of the message, in any capitals.", "type": "string"},
                    "key": {"description": "`true`: the key of the message.", "const": True},
                    "topic": {"description": "`true`: the name of the topic.", "const": True},
                    "first": {
                        "description": "The first of these that has a value.",
                        "type": "array",
                        "items": {"$ref": "#/definitions/value"},
                        "minItems": 1,
                    },
                    "join": {
                        "description": "These put together, with `by` between them; nothing where one is missing.",
                        "type": "array",
                        "items": {"$ref": "#/definitions/value"},
                        "minItems": 1,
                    },
                    "hash": {
                        "description": "A hash of these; nothing where one is missing.",
                        "type": "array",
                        "items": {"$ref": "#/definitions/value"},
                        "minItems": 1,
                    },
                    "by": {"description": "What stands between the parts of `join`.", "type": "string"},
                    "pick": {
                        "description": "Of a `list` of objects, the member `of` of the one whose member `key` is `value`.",
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["list", "key", "value", "of"],
                        "properties": {
                            "list": {
                                "description": "Where the list is.",
                                "allOf": [{"$ref": "#/definitions/value"}],
                            },
                            "key": {"description": "The member that is compared.", "type": "string"},
                            "value": {"description": "What it must be.", **_SCALAR},
                            "of": {"description": "The member whose value is taken.", "type": "string"},
                        },
                    },
                    "count": {
                        "description": "How many members a list has.",
                        "allOf": [{"$ref": "#/definitions/value"}],
                    },
                    "decode": {"description": "What the text is: its value is read.", "enum": list(_CODINGS)},
                    "then": {"description": "A path into what was decoded.", "type": "string"},
                    "map": {
                        "description": "What stands for each value, or a CSV file beside this one with two columns; needs `otherwise`.",
                        "anyOf": [
                            {"type": "string", "pattern": "\\.csv$"},
                            {
                                "type": "object",
                                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
                            },
                        ],
                    },
                    "otherwise": {
                        "description": "What stands for a value that `map` does not have: a constant, another value, `{leave_out: true}`, or `{refuse: true}` for a dead letter.",
                        "anyOf": [
                            _SCALAR,
                            {
                                "type": "object",
                                "additionalProperties": False,
                                "properties": {
                                    "leave_out": {"description": "There is no value then.", "const": True},
                                    "refuse": {
                                        "description": "The message is a dead letter then.",
                                        "const": True,
                                    },
                                },
                                "minProperties": 1,
                                "maxProperties": 1,
                            },
                            {"$ref": "#/definitions/value"},
                        ],
                    },
                    "lower": {"description": "`true`: in small letters.", "const": True},
                    "unit": {"description": "What a number counts since 1970.", "enum": list(_UNITS)},
                    "zone": {"description": "The time zone of a time without offset.", "type": "string"},
                },
            },
        ],
    },
    "conditions": {
        "description": "What must be true of the message: paths, each with a value, a list of values, or an operator. `$body` begins at the whole body, `$header.name`, `$key` and `$topic` are what came beside it.",
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                _SCALAR,
                {"type": "array", "items": _SCALAR, "minItems": 1},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        **{
                            name: {
                                "description": meaning,
                                "anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}],
                            }
                            for name, meaning in _MEANINGS.items()
                        },
                        "exists": {"description": "Whether there is a value.", "type": "boolean"},
                        "from": {
                            "description": f"Where the message tells the value before; `{REMEMBERED}`: it does not, and the one that is remembered counts.",
                            "type": "string",
                        },
                    },
                },
            ]
        },
    },
}


def read_list(node: Node, key: str, problems: Problems) -> Steps | None:
    """The steps from the body to a list; none for the body itself."""
    path = node.value.strip() if isinstance(node.value, str) else ""
    read = None if path.startswith("$member") else read_of(path)
    if read is None:
        _no_path(node, key, problems)
    return read.steps if read is not None else None


def _read(node: Node, key: str, problems: Problems) -> Read | None:
    read = read_of(node.value.strip()) if isinstance(node.value, str) else None
    if read is None:
        _no_path(node, key, problems)
    return read


def _no_path(node: Node, key: str, problems: Problems) -> None:
    if not node.cut:
        message = f"`{key}` must be a path into the message, of at most {MOST_STEPS} steps, not {node.shown}"
        problems.add("R194", node.position, message, _PATH_HINT)


def read_value(node: Node, key: str, problems: Problems) -> Value | None:
    """A value. None, with the problem noted, where it is none."""
    if not isinstance(node.value, dict):
        return _read(node, key, problems)
    here = node.value
    for name, (place, _) in here.items():
        if name not in (*_ORIGINS, *_CHANGES):
            problems.unknown("R193", place.position, f"operation in `{key}`:", name, [*_ORIGINS, *_CHANGES])
    origins = [name for name in here if name in _ORIGINS]
    if len(origins) != 1:
        if all(name in (*_ORIGINS, *_CHANGES) for name in here):
            told = " and ".join(f"`{name}`" for name in origins) or "no origin"
            message = f"`{key}` has {told}, and needs exactly one of {', '.join(_ORIGINS)}"
            problems.add("R193", node.position, message, "write `path:` for a value of the message")
        return None
    for name, needed in _NEEDS.items():
        if name in here and not any(one in here for one in needed):
            message = f"`{name}` says nothing without `{needed[0]}`"
            problems.add("R193", here[name][0].position, message, f"add `{needed[0]}:`, or leave it out")
    made = _origin(origins[0], here[origins[0]][1], here, problems)
    return _changed(made, here, problems) if made is not None else None


def _several(node: Node, key: str, problems: Problems) -> tuple[Value, ...] | None:
    if node.value == []:
        problems.wrong(node, key, "a list of values", "an empty list has none")
        return None
    found = [read_value(one, key, problems) for one in node.each()]
    return tuple(one for one in found if one is not None) if all(one is not None for one in found) else None


def _origin(name: str, node: Node, here: dict[str, tuple[Node, Node]], problems: Problems) -> Value | None:
    if name in ("first", "join", "hash"):
        several = _several(node, name, problems)
        if several is None or name == "first":
            return None if several is None else First(several)
        by = here["by"][1] if "by" in here else None
        if by is not None and not isinstance(by.value, str):
            problems.wrong(by, "by", "a text", 'such as ":"')
            return None
        return Join(several, by.value if by is not None else ":", name == "hash")
    return _SINGLE[name](node, name, problems)


def _constant(node: Node, key: str, problems: Problems) -> Value | None:
    return Constant(node.value) if _scalar(node, key, problems) else None


def _header(node: Node, key: str, problems: Problems) -> Value | None:
    if isinstance(node.value, str) and node.value.strip():
        return Outside("header", node.value.strip())
    problems.wrong(node, key, "the name of a header")
    return None


def _beside(node: Node, key: str, problems: Problems) -> Value | None:
    if node.value is True:
        return Outside("key" if key == "key" else "topic")
    problems.wrong(node, key, "true", f"write `{key}: true`")
    return None


def _counted(node: Node, key: str, problems: Problems) -> Value | None:
    counted = read_value(node, key, problems)
    return Count(counted) if counted is not None else None


def _picked(node: Node, key: str, problems: Problems) -> Value | None:
    here = pairs(node, f"`{key}`", problems)
    for name, (place, _) in here.items():
        if name not in ("list", "key", "value", "of"):
            problems.unknown("R193", place.position, "key in `pick`:", name, ["list", "key", "value", "of"])
    lacking = [name for name in ("list", "key", "value", "of") if name not in here]
    if lacking:
        if here:
            problems.add(
                "R193",
                node.position,
                f"`pick` lacks `{lacking[0]}`",
                "write {list: …, key: …, value: …, of: …}",
            )
        return None
    among = read_value(here["list"][1], "list", problems)
    member, of = here["key"][1].value, here["of"][1].value
    if among is None or not _scalar(here["value"][1], "value", problems):
        return None
    return Pick(among, str(member), here["value"][1].value, str(of))


def _changed(made: Value, here: dict[str, tuple[Node, Node]], problems: Problems) -> Value | None:
    """The value with what else is said of it, in the order in which it happens."""
    if "decode" in here:
        coding = here["decode"][1]
        if coding.value not in _CODINGS:
            problems.unknown("R193", coding.position, "value of `decode`", coding.word, list(_CODINGS))
            return None
        made = Decoded(made, coding.value, _then(here, problems))
    if "lower" in here:
        lower = here["lower"][1]
        if lower.value is not True:
            problems.wrong(lower, "lower", "true", "write `lower: true`, or leave it out")
            return None
        made = Lower(made)
    if "unit" in here or "zone" in here:
        unit = here["unit"][1] if "unit" in here else None
        if unit is not None and unit.value not in _UNITS:
            problems.unknown("R195", unit.position, "value of `unit`", unit.word, list(_UNITS))
            return None
        zone = ZONE.read(here["zone"][1], "zone", problems) if "zone" in here else None
        made = Moment(made, unit.value if unit else None, zone)
    return _looked_up(made, here, problems) if "map" in here or "otherwise" in here else made


def _then(here: dict[str, tuple[Node, Node]], problems: Problems) -> Steps:
    if "then" not in here:
        return ()
    node = here["then"][1]
    path = node.value.strip() if isinstance(node.value, str) else ""
    steps = None if path.startswith("$") else steps_of(path)
    if steps is None:
        _no_path(node, "then", problems)
    return steps or ()


def _looked_up(made: Value, here: dict[str, tuple[Node, Node]], problems: Problems) -> Value | None:
    given = here.get("otherwise")
    if given is None:
        place = here["map"][0].position
        message = "`map` does not say what holds for a value that it does not have"
        hint = "add `otherwise:` with a value, {leave_out: true}, or {refuse: true} for a dead letter"
        problems.add("R196", place, message, hint)
        return None
    table: dict[str, Scalar] = {}
    rows = pairs(here["map"][1], "`map`", problems) if "map" in here else {}
    if len(rows) > MOST_ROWS:
        problems.add(
            "R193", here["map"][0].position, f"`map` has more than {MOST_ROWS:,} rows", "leave some out"
        )
    for name, (_, node) in rows.items():
        if node.value is None or _scalar(node, "map", problems):
            table[name] = node.value
    other = given[1]
    if "map" not in here:
        constant = _otherwise(other, problems)
        return First((made, constant)) if constant is not None else None
    for word in ("refuse", "leave_out"):
        if isinstance(other.value, dict) and set(other.value) == {word}:
            if other.value[word][1].value is True:
                return Mapped(made, table, refuse=word == "refuse")
            problems.wrong(other.value[word][1], word, "true", f"write {{{word}: true}}, or another value")
            return None
    value = _otherwise(other, problems)
    return Mapped(made, table, value) if value is not None else None


def _otherwise(node: Node, problems: Problems) -> Value | None:
    if isinstance(node.value, dict):
        return read_value(node, "otherwise", problems)
    return Constant(node.value) if _scalar(node, "otherwise", problems) else None


def _scalar(node: Node, key: str, problems: Problems) -> bool:
    if isinstance(node.value, str | int | float):
        return True
    problems.wrong(node, key, "a plain value")
    return False


def read_conditions(node: Node, key: str, problems: Problems) -> tuple[Condition, ...]:
    """The conditions of a mapping of paths; those that cannot be read are noted and left out."""
    found = []
    for name, (place, body) in pairs(node, f"`{key}`", problems).items():
        of = _asked(name, place, problems)
        if of is not None:
            found += _conditions(of, body, problems)
    return tuple(found)


def _asked(name: str, place: Node, problems: Problems) -> Value | None:
    if name in ("$key", "$topic"):
        return Outside("key" if name == "$key" else "topic")
    if name.startswith("$header."):
        return Outside("header", name.removeprefix("$header."))
    read = read_of(name)
    if read is None:
        hint = "paths, from the whole body with `$body`, or `$header.name`, `$key`, `$topic`"
        problems.add("R194", place.position, f"{name!r} is no path into the message", hint)
    return read


def _conditions(of: Value, body: Node, problems: Problems) -> list[Condition]:
    if not isinstance(body.value, dict):
        return [Condition(of, "is", values)] if (values := _members(body, problems)) else []
    found = []
    before = None
    if not body.value:
        hint = "write a value, or an operator such as {exists: true}"
        problems.add("R193", body.position, "no condition stands here", hint)
    if "from" in body.value and "changed_to" not in body.value:
        message = "`from` says nothing without `changed_to`"
        problems.add("R193", body.value["from"][0].position, message, "add `changed_to:`, or leave it out")
    remembered = "from" in body.value and body.value["from"][1].value == REMEMBERED
    if "from" in body.value and not remembered:
        before = _before(body.value["from"][1], problems)
    for name, (place, node) in body.value.items():
        if name not in _OPERATORS:
            problems.unknown("R193", place.position, "operator", name, list(_OPERATORS))
        elif name == "exists":
            if isinstance(node.value, bool):
                found.append(Condition(of, "exists", (node.value,)))
            else:
                problems.wrong(node, name, "true or false")
        elif name != "from" and (values := _members(node, problems)):
            change = name == "changed_to"
            found.append(Condition(of, name, values, before if change else None, remembered and change))
    return found


def _before(node: Node, problems: Problems) -> Read | None:
    if isinstance(node.value, str) and node.value.startswith("$") and read_of(node.value) is None:
        problems.unknown("R194", node.position, "beginning of `from`", node.value, [REMEMBERED, "$body"])
        return None
    return _read(node, "from", problems)


def _members(node: Node, problems: Problems) -> tuple[Scalar, ...]:
    if node.value == []:
        problems.wrong(node, "a condition", "a value or several", "an empty list fits nothing")
    return tuple(one.value for one in node.each() if _scalar(one, "a condition", problems))


_SINGLE: Final[dict[str, Callable[[Node, str, Problems], Value | None]]] = {
    "path": _read,
    "value": _constant,
    "header": _header,
    "key": _beside,
    "topic": _beside,
    "count": _counted,
    "pick": _picked,
}
