"""Attributes, where the policy declares them: that each is one of those, and is held against values that it can have."""

from collections.abc import Iterator
from typing import Final

from router.authoring.checks.blocks import conditions_of, values_of
from router.authoring.checks.facts import fact_fields
from router.authoring.language.conditions import walk
from router.authoring.language.definitions import Definitions
from router.authoring.language.given_customers import CustomerKeys
from router.authoring.language.keys import Block
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import CUSTOMER, EVENT, JOURNEY, OF_THE_CUSTOMER, OWN_FIELDS
from router.model.policy import AttributeValues
from router.model.schedules import MADE
from router.policy.due_dates import is_date

_WHOLE: Final = ("eq", "ne", "in", "not_in")
_ORDERS: Final = ("gt", "gte", "lt", "lte", "between")


def check_attributes(definitions: Definitions, problems: Problems) -> None:
    """R141, R142: attributes that the policy does not declare, and values that they never have."""
    known = definitions.policy.policy.attributes
    if not known:
        return
    own = OF_THE_CUSTOMER.union(definitions.policy.policy.customer_signals)
    attributes = _Attributes(known, own, problems, MADE if definitions.schedules else frozenset())
    for asked, value in (*conditions_of(definitions), *_of_alerts(definitions)):
        attributes.name(str(asked.value), asked)
        for operator, item in values_of(value):
            attributes.value(str(asked.value), operator, item)
    for named in _named(definitions):
        attributes.name(_full(str(named.value)), named)
    for _, _, named in fact_fields(definitions):
        attributes.name(_full(str(named.value)), named)
    for hours in ("quiet_hours", "business_hours"):
        for named in definitions.policy.values(hours, "holidays", "customer"):
            attributes.name(f"{CUSTOMER}{str(named.value).removeprefix(CUSTOMER)}", named)
    for field, key, value in _told(definitions):
        attributes.name(field, key)
        for item in value.each():
            attributes.value(field, "eq", item)


class _Attributes:
    """The declared attributes by field; `own` are the names that mean something else of a customer."""

    def __init__(
        self,
        known: dict[str, AttributeValues],
        own: frozenset[str],
        problems: Problems,
        made: frozenset[str] = frozenset(),
    ) -> None:
        self.known = known
        self.own = own
        self.problems = problems
        self._of_events = OWN_FIELDS | made

    def name(self, field: str, node: Node) -> None:
        """Notes a field that is no declared attribute. One inside another is, where that is."""
        for prefix, own in ((EVENT, self._of_events), (CUSTOMER, self.own)):
            names = [name.removeprefix(prefix) for name in self.known if name.startswith(prefix)]
            name = field.removeprefix(prefix)
            if not field.startswith(prefix) or not names or name in own:
                continue
            parts = name.split(".")
            if not any(".".join(parts[: length + 1]) in names for length in range(len(parts))):
                whose = "interactions" if prefix == EVENT else "customers"
                self.problems.undefined("R141", node.position, f"attribute of {whose}:", name, names)

    def value(self, field: str, operator: str, node: Node) -> None:
        """Notes a value that the attribute never has."""
        values, value = self.known.get(field, "any"), node.value
        if value is None or isinstance(value, dict | list) or operator not in (*_WHOLE, *_ORDERS):
            return
        if isinstance(values, tuple):
            if operator in _WHOLE and not any(_same(value, one) for one in values):
                known = [Node(one, node.position).word for one in values]
                self.problems.unknown("R142", node.position, f"value of `{field}`:", node.word, known)
            return
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if values == "number" and not number:
            hint = f"write {value} without quotes" if _numeric(str(value)) else "such as 7"
            self.problems.add("R142", node.position, f"`{field}` is a number, not {node.shown}", hint)
        elif values == "text" and not isinstance(value, str):
            self.problems.add(
                "R142", node.position, f"`{field}` is a text, not {node.shown}", f'write "{node.word}"'
            )
        elif values == "date" and not (isinstance(value, str) and is_date(value)):
            self.problems.add(
                "R142", node.position, f"`{field}` is a date, not {node.shown}", "such as 2026-11-01"
            )


def _of_alerts(definitions: Definitions) -> Iterator[tuple[Node, Node]]:
    """The conditions of alerts; what they ask of an interaction is held against the policy's `scores` (R111)."""
    for placed in definitions.alerts:
        for name in ("when", "unless"):
            block = placed.node.find(name)
            for field, value in walk(block) if block else ():
                if str(field.value).startswith(CUSTOMER):
                    yield field, value


def _named(definitions: Definitions) -> Iterator[Node]:
    """The fields that journeys, limits, schedules and scores name."""
    for journey in definitions.journeys.values():
        yield from journey.values("instance")
        for effort in journey.definition.effort:
            if effort.field:
                yield from journey.values("effort", effort.name, effort.kind)
    for limit in definitions.policy.limits:
        yield from limit.values("same")
    for schedule in definitions.schedules:
        yield from schedule.values("date")
    for key in ("by", "drivers"):
        yield from definitions.policy.values("scores", key)


def _full(field: str) -> str:
    """A field as conditions name it; a property of the interaction itself is none of these."""
    if field in (*OWN_FIELDS, "journey", "step") or field.startswith((EVENT, JOURNEY, CUSTOMER)):
        return field
    return f"{EVENT}{field}"


def _told(definitions: Definitions) -> Iterator[tuple[str, Node, Node]]:
    """What tests tell of interactions and customers: the field, where its name stands, and its value."""
    blocks: Iterator[Block] = (block for file in definitions.blocks for block in file.nested())
    for block in blocks:
        if type(block).free:
            for name in block.further:
                field = f"{CUSTOMER}{name}" if isinstance(block, CustomerKeys) else _full(name)
                yield field, *block.pairs[name]


def _same(value: object, other: object) -> bool:
    return value == other and isinstance(value, bool) is isinstance(other, bool)


def _numeric(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()
