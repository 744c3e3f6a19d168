"""Signals of the customer: names of their own, and conditions that hold them against what they can be."""

from collections.abc import Iterator
from typing import Final

from router.authoring.checks.blocks import conditions_of, values_of
from router.authoring.language.amounts import duration
from router.authoring.language.conditions import walk
from router.authoring.language.definitions import Definitions
from router.authoring.language.given_customers import CustomerKeys
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.decide.decide import NOT_ASKED_ABOUT
from router.model.customer_signals import MOST_REMEMBERED, CustomerSignal
from router.model.fields import CUSTOMER, OF_THE_CUSTOMER, OWN_FIELDS
from router.model.rules import AGO

LIKENESS: Final = 0.8
"""From here on a field of the customer looks like a signal, misspelt."""

_NO_MOMENTS: Final = frozenset(
    {*OWN_FIELDS, "journey", "step", "journey.step", "journey.instance", "customer.open"}
)
_AS_A_COUNT: Final = "a count is held against whole numbers, such as `{gte: 3}`; 0 where none happened"
_AS_A_MOMENT: Final = (
    "write `{longer_ago_than: 30d}` or `{within: 30d}`, or `{exists: false}` where none ever happened"
)


def check_customer_signals(definitions: Definitions, problems: Problems) -> None:
    """R150, R151, R154: names that are taken, comparisons that never hold, types never counted."""
    policy = definitions.policy.policy
    signals = {name: one for name, one in policy.customer_signals.items() if name not in OF_THE_CUSTOMER}
    _check_declared(definitions, problems)
    for field, value in (*conditions_of(definitions), *_of_alerts(definitions)):
        name = str(field.value)
        signal = signals.get(name.removeprefix(CUSTOMER)) if name.startswith(CUSTOMER) else None
        for operator, item in values_of(value):
            _compared(name, signal, operator, item, problems)
    for name, value in _given(definitions):
        if (signal := signals.get(name)) is not None:
            _told(name, signal, value, problems)


def _check_declared(definitions: Definitions, problems: Problems) -> None:
    """Notes signals under names that are taken, and types that no signal ever counts."""
    policy = definitions.policy.policy
    for name in policy.customer_signals:
        place = definitions.policy.place("customer", name)
        if name in OF_THE_CUSTOMER:
            message = f"`{CUSTOMER}{name}` is something else already"
            problems.add("R150", place, message, "give the signal a name of its own, such as contacts_30d")
        elif f"{CUSTOMER}{name}" in policy.attributes:
            message = f"`{CUSTOMER}{name}` is an attribute of customers too, under `attributes`"
            problems.add("R150", place, message, "give one of them another name")
        for node in (
            *definitions.policy.values("customer", name, "count"),
            *definitions.policy.values("customer", name, "last"),
        ):
            if node.value in NOT_ASKED_ABOUT:
                message = f"{node.shown} is nothing that signals count"
                hint = "name types of what happened: preferences, delivery reports and answers are not among them"
                problems.add("R154", node.position, message, hint)


def _of_alerts(definitions: Definitions) -> Iterator[tuple[Node, Node]]:
    for placed in definitions.alerts:
        for name in ("when", "unless"):
            block = placed.node.find(name)
            yield from walk(block) if block else ()


def _compared(
    field: str, signal: CustomerSignal | None, operator: str, node: Node, problems: Problems
) -> None:
    if signal is None:
        if operator in AGO and field in _NO_MOMENTS:
            message = f"`{operator}` asks how long ago a moment was, and `{field}` is none"
            problems.add(
                "R151",
                node.position,
                message,
                "ask it of a date, or of a signal that keeps the `last` moment",
            )
    elif signal.kind == "last":
        if operator not in (*AGO, "exists"):
            problems.add("R151", node.position, f"`{field}` is a moment, not {node.shown}", _AS_A_MOMENT)
    elif operator == "exists":
        problems.add("R151", node.position, f"`{field}` is always there", _AS_A_COUNT)
    elif operator in AGO or not _whole(node.value):
        quoted = isinstance(node.value, str) and node.value.isdigit()
        hint = f"write {node.value} without quotes" if quoted else _AS_A_COUNT
        problems.add("R151", node.position, f"`{field}` is a number, not {node.shown}", hint)
    elif node.value > MOST_REMEMBERED * len(signal.types):
        most = f"{MOST_REMEMBERED} of each type are remembered"
        problems.add("R151", node.position, f"`{field}` never comes to {node.shown}", most)


def check_signal_names(definitions: Definitions, problems: Problems) -> None:
    """R152: an attribute of the customer that looks like a signal, misspelt."""
    policy = definitions.policy.policy
    known = sorted(policy.customer_signals.keys() - OF_THE_CUSTOMER)
    taken = OF_THE_CUSTOMER.union(policy.customer_signals)
    near: dict[str, str | None] = {}
    for field, _ in (*conditions_of(definitions), *_of_alerts(definitions)) if known else ():
        name = str(field.value).removeprefix(CUSTOMER)
        if not str(field.value).startswith(CUSTOMER) or name in taken or field.value in policy.attributes:
            continue
        if name not in near:
            near[name] = problems.nearest(name, known, LIKENESS)
        if near[name]:
            message = f"the policy declares no signal `{name}`, so this is an attribute of the customer"
            problems.add("R152", field.position, message, f"did you mean `{CUSTOMER}{near[name]}`?")


def _given(definitions: Definitions) -> Iterator[tuple[str, Node]]:
    """What tests give of customers besides the keys."""
    for file in definitions.blocks:
        for block in file.nested():
            if isinstance(block, CustomerKeys):
                yield from ((name, block.pairs[name][1]) for name in block.further)


def _told(name: str, signal: CustomerSignal, node: Node, problems: Problems) -> None:
    if signal.kind == "last":
        if duration(node.value) is None:
            message = f"signal `{name}` is a moment, not {node.shown}"
            problems.add("R151", node.position, message, "write how long ago it was, such as `40d`")
    elif not _whole(node.value) or not 0 <= int(node.value) <= MOST_REMEMBERED:
        message = f"signal `{name}` is a count, not {node.shown}"
        problems.add("R151", node.position, message, f"a whole number from 0 to {MOST_REMEMBERED}")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
