"""Fields that cannot hold what the set wants of them: they are never there, or tell nothing apart."""

from router.authoring.checks.blocks import conditions_of
from router.authoring.checks.conditions import OWN_SIGNALS, signals
from router.authoring.checks.facts import fact_fields
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.cells import OWN_ATTRIBUTES
from router.model.fields import CUSTOMER, EVENT, JOURNEY, OWN_FIELDS, TAKEN_OUT

ATTRIBUTE = "name an attribute of the interaction, such as `agent_id`, or `agent.id` for one inside another"
_NOT_ATTRIBUTES = frozenset({"consent", "suppressed", "forget", "id"})
_KEPT = ("first", "last")
_COUNTED_ANYWAY = frozenset({"channel", "journey", "step", *OWN_ATTRIBUTES})


def check_fields(definitions: Definitions, problems: Problems) -> None:
    """R066: what `instance`, `same`, `scores`, signals and conditions name is never there, or cannot be compared."""
    for journey in definitions.journeys.values():
        for node in journey.values("instance"):
            _instance(node, problems)
        for effort in journey.definition.effort:
            for node in journey.values("effort", effort.name, effort.kind) if effort.field else ():
                _of_interaction(node, "a signal", problems)
    for limit in definitions.policy.limits:
        for node in limit.values("same"):
            _same(node, limit.definition.journey, definitions, problems)
    for _, _, node in fact_fields(definitions):
        _of_a_fact(node, definitions, problems)
    _scores(definitions, problems)
    for field, _ in conditions_of(definitions):
        _read(field, problems)


def _scores(definitions: Definitions, problems: Problems) -> None:
    for node in definitions.policy.values("scores", "by"):
        if str(node.value).removeprefix(EVENT) in _COUNTED_ANYWAY:
            message = f"scores are counted by `{node.value}` in any case"
            problems.add("R066", node.position, message, "leave it out")
        else:
            _same(node, None, definitions, problems)
    for node in definitions.policy.values("scores", "drivers"):
        _of_interaction(node, "`drivers`", problems)


def _instance(node: Node, problems: Problems) -> None:
    if str(node.value).removeprefix(EVENT) in OWN_FIELDS:
        message = f"`{node.value}` tells no two passes apart"
        hint = "name the attribute with the case, order or subscription number, such as `case_id`"
        problems.add("R066", node.position, message, hint)
    else:
        _of_interaction(node, "`instance`", problems)


def _of_interaction(node: Node, what: str, problems: Problems) -> None:
    """Notes a field that is none of the interaction's."""
    field = str(node.value)
    if _has_gap(field):
        _note_gap(node, problems)
    elif field.startswith((JOURNEY, CUSTOMER)):
        problems.add("R066", node.position, f"{what} cannot read `{field}`", ATTRIBUTE)
    elif _taken_out(field.removeprefix(EVENT)):
        _note_taken_out(node, problems)


def _same(node: Node, journey: str | None, definitions: Definitions, problems: Problems) -> None:
    field = str(node.value)
    if _has_gap(field):
        _note_gap(node, problems)
    elif field == "channel":
        message = "`same: channel` does not say which: where it happened, or where the customer is asked"
        hint = "write `event.channel` for the first; for the second one limit per channel, with `channel:`"
        problems.add("R066", node.position, message, hint)
    elif field.startswith(JOURNEY):
        _signal(node, field.removeprefix(JOURNEY), journey, definitions, problems)
    elif field.startswith(CUSTOMER):
        _read(node, problems)
        if field == "customer.open":
            message, hint = "`customer.open` is a list of journeys and cannot be compared", "write `journey`"
            problems.add("R066", node.position, message, hint)
        if field.removeprefix(CUSTOMER) in definitions.policy.policy.customer_signals:
            message, hint = f"`{field}` is a figure or a moment, which tells nobody apart", "leave it out"
            problems.add("R066", node.position, message, hint)
    elif _taken_out(field.removeprefix(EVENT)):
        _note_taken_out(node, problems)


def _of_a_fact(node: Node, definitions: Definitions, problems: Problems) -> None:
    """Notes a fact that is never there. Figures that a journey keeps may be told, whatever cannot be compared."""
    field = str(node.value)
    name = field.removeprefix(JOURNEY)
    kept = {signal for placed in definitions.journeys.values() for signal in signals(placed.definition)}
    if not field.startswith(JOURNEY) or _has_gap(field):
        _same(node, None, definitions, problems)
    elif name not in kept:
        problems.undefined("R029", node.position, "signal of any journey:", name, sorted(kept))


def _signal(node: Node, name: str, journey: str | None, definitions: Definitions, problems: Problems) -> None:
    """Notes what no journey keeps, or keeps as a figure that grows."""
    if journey is not None and journey not in definitions.journeys:
        return
    maps = [placed.definition for key, placed in definitions.journeys.items() if journey in (None, key)]
    kept = {signal for one in maps for signal in signals(one)}
    if name not in kept:
        where = f"journey {journey!r}" if journey else "any journey"
        problems.undefined("R029", node.position, f"signal of {where}:", name, sorted(kept))
        return
    values = {effort.name for one in maps for effort in one.effort if effort.kind in _KEPT}
    if name not in (*values, *OWN_SIGNALS):
        message = f"`{JOURNEY}{name}` is a figure, which tells nobody apart"
        hint = (
            "keep the value in the journey: `effort: {agent: {last: agent_id}}`, then `same: journey.agent`"
        )
        problems.add("R066", node.position, message, hint)


def _read(field: Node, problems: Problems) -> None:
    """Notes a field of a condition, or of the customer, that is never there."""
    name = str(field.value)
    if _has_gap(name):
        _note_gap(field, problems)
    elif name.startswith(EVENT) and _taken_out(name.removeprefix(EVENT)):
        _note_taken_out(field, problems)
    elif name.startswith(CUSTOMER) and name.removeprefix(CUSTOMER).partition(".")[0] in _NOT_ATTRIBUTES:
        message = f"`{name}` is never there: it is no attribute of the customer"
        problems.add(
            "R066", field.position, message, "the gates look at consent and suppressions by themselves"
        )


def _has_gap(field: str) -> bool:
    return "" in field.split(".")


def _note_gap(node: Node, problems: Problems) -> None:
    message = f"`{node.value}` has a dot with no name beside it, so it is never there"
    problems.add("R066", node.position, message, ATTRIBUTE)


def _taken_out(name: str) -> bool:
    return name.partition(".")[0] in TAKEN_OUT


def _note_taken_out(node: Node, problems: Problems) -> None:
    message = f"`{node.value}` is never there: it says whom the interaction is about"
    problems.add("R066", node.position, message, ATTRIBUTE)
