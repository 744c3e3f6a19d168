"""Conditions that an author wrote otherwise than the language does, and how to write them."""

import re
from collections.abc import Collection
from typing import Final

from router.authoring.language.everyday import (
    SIGNS,
    everyday,
    folded,
    listed,
    plainly,
    sign_first,
    words_first,
)
from router.authoring.language.keys import Block
from router.authoring.language.node import Node
from router.authoring.language.operators import FIELDS, OPERATORS, FieldNames
from router.authoring.language.problems import Problems

_JOINING: Final = frozenset(
    ("and", "en", "als", "if", "wanneer", "where", "condition", "conditions", "voorwaarden")
)
_PREFIXES: Final = {
    "event": "interaction interactie gebeurtenis evt events attributes attribute".split(),  # noqa: SIM905
    "customer": "klant client user profile klanten customers contact".split(),  # noqa: SIM905
    "journey": "reis klantreis customerjourney journeys proces".split(),  # noqa: SIM905
}
_COMPARING: Final = {
    "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "meerdan": "gt", "groterdan": "gt", "morethan": "gt",
    "greaterthan": "gt", "minderdan": "lt", "kleinerdan": "lt", "lessthan": "lt", "fewerthan": "lt",
    "minstens": "gte", "minimaal": "gte", "atleast": "gte", "hoogstens": "lte", "maximaal": "lte", "atmost": "lte",
}  # fmt: skip
"""Words that compare, before a number."""

_NUMBER: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


def no_block(node: Node) -> tuple[str, str]:
    """What is said of something else in the place of conditions, and how to write it."""
    if node.value is None:
        return "there are no conditions here", "write them below it, two spaces further in: `field: value`"
    if isinstance(node.value, list):
        return "conditions are `field: value` lines, and here is a list", _of_list(node.value)
    hint = _of_sentence(node.value) if isinstance(node.value, str) else None
    return f"conditions are `field: value` lines, and here is {node.kind} only", hint or (
        "write `field: value`, such as `event.sensitive: true`"
    )


def _of_list(items: list[Node]) -> str:
    pairs = [pair for item in items if isinstance(item.value, dict) for pair in item.value.values()]
    plain = all(not isinstance(value.value, list | dict) for _, value in pairs)
    if len(pairs) == len(items) and plain and pairs:
        fields = {key.value for key, _ in pairs}
        values = ", ".join(value.word for _, value in pairs)
        if len(pairs) == 1:
            return f"without the dash: write {pairs[0][0].value}: {values}"
        if len(fields) == 1:
            return f"for any of them write {pairs[0][0].value}: [{values}]"
    return "all of a block hold: take the dashes away; where one is enough, write `any:` above the list"


def _of_sentence(text: str) -> str | None:
    """Of `customer.open is complaint`."""
    parts = [_condition(part) for part in re.split(r"\s+(?:and|en|&&|&)\s+", plainly(text))]
    if not all(parts):
        return None
    return "write " + ", and below it ".join(part for part in parts if part)


def _condition(text: str) -> str | None:
    said = words_first(text)
    if said is None:
        return None
    field, operator, value = said
    if operator == "eq":
        return f"{field}: {value}"
    if operator in ("in", "not_in"):
        value = f"[{', '.join(listed(value))}]"
    return f"{field}: {{{operator}: {value}}}"


def field_hint(name: str, fields: FieldNames, known: list[str], problems: Problems) -> str:
    """How the author may have meant a field that there is not."""
    if folded(name) in ("or", "of", "either", "ofwel"):
        return "where one of several is enough, put all of them under `any:`, each behind a dash"
    if folded(name) in _JOINING:
        return f"conditions under one another all hold already: take `{name}:` away, and write them here"
    if "." in name:
        return _prefixed(name, fields, problems)
    around = next((one for one in Block.all_called if one.asking and name in one.keys), None)
    if around is not None:
        return f"`{name}` is a key of {around.called}: put it beside `when:`, two spaces to the left"
    near = problems.meant(name, [one for one in known if not one.endswith(".")])
    return f"did you mean '{near}'?" if near else _bare(name, fields) or problems.way_out(name, known)


def _prefixed(name: str, fields: FieldNames, problems: Problems) -> str:
    """Of `klant.segment`."""
    prefix, _, rest = name.partition(".")
    meant = next((one for one, words in _PREFIXES.items() if folded(prefix) in words), None)
    meant = meant or problems.nearest(prefix.lower(), list(fields.prefixes))
    if meant in fields.prefixes and rest:
        return f"did you mean '{meant}.{rest}'?"
    return "a field begins with " + ", ".join(f"`{one}.`" for one in fields.prefixes)


def _bare(name: str, fields: FieldNames) -> str | None:
    """Of `segment`, without its prefix."""
    if name in fields.prefixes:
        return f"write `{name}.` and the name of an attribute, such as `{name}.segment`"
    spoken_for = name in FIELDS or name in ("all", "any", "not", "group")
    if (
        not spoken_for
        and re.fullmatch(r"[A-Za-z_][\w-]*", name)
        and {"event", "customer"} <= fields.prefixes.keys()
    ):
        return (
            f"write event.{name} for an attribute of the interaction, customer.{name} for one of the customer"
        )
    return None


def operator_hint(name: str, problems: Problems) -> str:
    """How the author may have meant an operator that there is not."""
    if name.isdigit():
        return "a number has a point, and no comma: such as 1.5"
    name = re.sub(r"^(?:and|en|&)\s+", "", name)
    glued = re.fullmatch(r"([A-Za-z_]+)\s+(\S+)", plainly(name))
    if glued and glued[1] in OPERATORS:
        return f"write {glued[1]}: {glued[2]}"
    meant = SIGNS.get(plainly(name)) or everyday(name, list(OPERATORS))
    return f"did you mean '{meant}'?" if meant else problems.way_out(name, list(OPERATORS))


def signed(value: object) -> str | None:
    """The operator in braces, of a text such as `>= 1`."""
    said = (sign_first(plainly(value)) or _spelt(value)) if isinstance(value, str) else None
    if said is None or not _NUMBER.fullmatch(said[1]):
        return None
    number = said[1].replace(",", ".")
    return number if said[0] == "eq" else f"{{{said[0]}: {number}}}"


def _spelt(text: str) -> tuple[str, str] | None:
    """The operator and the number of `gt 50` and `meer dan 50`."""
    match = re.fullmatch(r"\s*(.+?)\s+(-?[0-9]+(?:[.,][0-9]+)?)\s*", text)
    operator = _COMPARING.get(folded(match[1])) if match else None
    return (operator, match[2]) if match and operator else None


def value_hint(field: str, operator: str, node: Node, sample: str) -> str:
    """How the author may have meant a value that an operator does not take."""
    if node.value is None:
        return f"to ask for its absence: `{field}: {{exists: false}}`"
    text = plainly(node.value) if isinstance(node.value, str) else ""
    members = _members(operator, text, node)
    if members:
        return f"write {operator}: [{', '.join(members)}]"
    if operator == "exists":
        meant = {"ja": "true", "yes": "true", "nee": "false", "no": "false"}.get(text.lower())
        if meant or text.lower() in ("true", "false"):
            return f"write exists: {meant or text.lower()}"
    if isinstance(node.value, list) and len(node.value) == 1 and operator not in ("in", "not_in", "between"):
        return f"write {operator}: {node.value[0].word}, without brackets"
    if isinstance(node.value, list) and operator in ("eq", "ne"):
        return (
            f"write {'in' if operator == 'eq' else 'not_in'}: [{', '.join(one.word for one in node.value)}]"
        )
    return f"such as `{operator}: {sample}`"


def _members(operator: str, text: str, node: Node) -> Collection[str]:
    """The list that a plain value stands for."""
    if operator in ("in", "not_in") and not isinstance(node.value, list | dict):
        return listed(text) or [node.word]
    if operator == "between" and text:
        ends = re.fullmatch(
            r"(-?[0-9]+(?:\.[0-9]+)?)\s*(?:-|\.\.|,|to|tot|and|en|t/m)\s*(-?[0-9]+(?:\.[0-9]+)?)", text
        )
        return ends.groups() if ends else ()
    if operator == "between" and isinstance(node.value, list) and len(node.value) == 2:
        first, last = node.value
        numbers = [one.value for one in (first, last) if isinstance(one.value, int | float)]
        return [last.word, first.word] if len(numbers) == 2 and numbers[0] > numbers[1] else ()
    return ()
