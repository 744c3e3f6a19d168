"""A set held against what really came in: types, channels, attributes and values that nothing brings."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Any, Final

from router.authoring.came_in import CameIn, Values
from router.authoring.checks.blocks import condition_blocks, values_of
from router.authoring.checks.check import Check
from router.authoring.checks.places import asking_channels, types_outside_conditions
from router.authoring.language.conditions import walk
from router.authoring.language.context import trigger_types
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import CUSTOMER, EVENT, JOURNEY, OF_THE_CUSTOMER, OWN_FIELDS
from router.model.interaction import EXPIRY_TYPE, PREFERENCES_TYPE
from router.model.policy import Limit, Quota
from router.model.rules import Position, Rule
from router.model.schedules import MADE

_WANTED: Final = ("eq", "in")
_SHOWN: Final = 4
_EVERY: Final = frozenset[str]()


def check_came_in(found: CameIn) -> Check:
    """R143, R144: what a set names and nothing of what came in has."""
    return partial(_check, found)


def _check(found: CameIn, definitions: Definitions, problems: Problems) -> None:
    if not found.interactions:
        return
    check = _CameIn(found, definitions, problems)
    for node in types_outside_conditions(definitions):
        check.type(node)
    triggers = {
        id(block): trigger_types(placed.definition, definitions)
        for placed in definitions.rules
        for name in ("when", "unless")
        if (block := placed.node.find(name)) is not None
    }
    for block in condition_blocks(definitions):
        for field, value in walk(block):
            check.condition(field, value, triggers.get(id(block), _EVERY))
    _check_journeys(check, definitions)
    for limit in definitions.policy.limits:
        for node in limit.values("same"):
            _check_same(limit.definition, node, check, definitions)
    _check_named(check, definitions)
    _check_consent(check, definitions)
    _check_recipients(check, definitions)


class _CameIn:
    """What came in, and where that is told."""

    def __init__(self, found: CameIn, definitions: Definitions, problems: Problems) -> None:
        self.found = found
        self.problems = problems
        # What schedules make and signals keep, no producer sends.
        made = {schedule.definition.type for schedule in definitions.schedules}
        self._told = {*made, PREFERENCES_TYPE, EXPIRY_TYPE}
        self._made = MADE if made else frozenset[str]()
        self._own = OF_THE_CUSTOMER.union(definitions.policy.policy.customer_signals)

    def type(self, node: Node) -> None:
        """Notes a type that did not come in, once."""
        kind = node.value
        if not isinstance(kind, str) or kind in self._told:
            return
        if kind not in self.found.types:
            self._told.add(kind)
            self._missing(f"no interaction of type {kind!r} came in", kind, self.found.types, node.position)

    def condition(self, field: Node, value: Node, triggers: frozenset[str]) -> None:
        """Notes what a condition asks for and nothing brings: the field, or else its values."""
        name = str(field.value)
        if name == "type":
            for operator, node in values_of(value):
                if operator in _WANTED:
                    self.type(node)
        elif name == "channel":
            for operator, node in values_of(value):
                if operator in _WANTED:
                    self.channel(node, triggers)
        elif name.startswith(EVENT) and name.removeprefix(EVENT) not in OWN_FIELDS:
            if self.attribute(name.removeprefix(EVENT), field, triggers):
                self._values(name, value, self.found.values.get(name.removeprefix(EVENT)))
        elif name.startswith(CUSTOMER) and name.removeprefix(CUSTOMER) not in self._own:
            self.of_customer(name.removeprefix(CUSTOMER), field, value)

    def channel(self, node: Node, triggers: Collection[str]) -> None:
        """Notes a channel that nothing came in on, or nothing of the types that it is asked of."""
        found = self.found
        if not isinstance(node.value, str):
            return
        if node.value not in found.channels:
            message = f"nothing came in on the channel {node.value!r}"
            self._missing(message, node.value, found.channels, node.position)
            return
        asked = [kind for kind in sorted(triggers) if kind in found.types]
        on: Counter[str] = sum((found.channels_of.get(kind, Counter()) for kind in asked), Counter())
        if asked and not on[node.value]:
            message = f"no {_types(asked, found)} happened on {node.value!r}"
            hint = f"they happened on {_counted(on.most_common(2)) or 'no channel'}; where to ask stands under `send`"
            self.problems.add("R144", node.position, message, hint)

    def of_customer(self, name: str, field: Node, value: Node | None = None) -> None:
        """Notes an attribute that no customer has, or a value that it never had. Without preferences nobody knows."""
        known = self.found.customer.get(name)
        if known is not None and value is not None:
            self._values(f"{CUSTOMER}{name}", value, known)
        elif known is None and self.found.preferences:
            counts = Counter({one: values.count for one, values in self.found.customer.items()})
            message = f"no customer's preferences had `{CUSTOMER}{name}`"
            self._missing(message, name, counts, field.position, CUSTOMER)

    def attribute(self, name: str, node: Node, triggers: Collection[str]) -> bool:
        """Notes an attribute that nothing has, or nothing of the types that it is asked of; whether it is there."""
        found = self.found
        if name in self._made:
            return False
        if not found.attributes[name]:
            self._missing(f"no interaction had `{name}`", name, found.attributes, node.position)
            return False
        asked = [kind for kind in sorted(triggers) if kind in found.types]
        if asked and not any(found.attributes_of[kind][name] for kind in asked):
            message = f"no {_types(asked, found)} had `{name}`"
            self.problems.add(
                "R144", node.position, message, f"{self.bearers(name)} has it: {_KEEP.format(name)}"
            )
        return True

    def figure(self, name: str, node: Node) -> None:
        """Notes an attribute that is summed and never was a number."""
        few = self.found.values[name].few
        if few and not any(kind is float for kind, _ in few):
            had = ", ".join(_spelt(kind, known) for (kind, known), _ in few.most_common(2))
            hint = f"it was {had}; to count different values write `distinct`"
            self.problems.add(
                "R143", node.position, f"`{name}` never was a number: the sum stays empty", hint
            )

    def bearers(self, name: str) -> str:
        """The types that most often have an attribute."""
        counts = Counter(
            {kind: names[name] for kind, names in self.found.attributes_of.items() if names[name]}
        )
        return ", ".join(f"{kind} ({count:,})" for kind, count in counts.most_common(2))

    def _values(self, field: str, value: Node, values: Values | None) -> None:
        """Notes a value that an attribute of few values never had."""
        # Values that hardly repeat are numbers of cases and the like, of which any may come tomorrow.
        if values is None or not values.few or len(values.few) * 2 > max(values.count, _SHOWN * 2):
            return
        for operator, node in values_of(value):
            one = node.value
            if operator not in _WANTED or not isinstance(one, str | int | float):
                continue
            kind = bool if isinstance(one, bool) else str if isinstance(one, str) else float
            measured = kind is float and any(known is float for known, _ in values.few)
            if not values.few[kind, one] and not measured:
                had = [
                    f"{_spelt(kind, known)} ({count:,})"
                    for (kind, known), count in values.few.most_common(_SHOWN)
                ]
                message = f"`{field}` never was {_spelt(kind, one)}"
                self.problems.add("R143", node.position, message, f"it was {', '.join(had)}")

    def _missing(
        self, message: str, name: str, known: Counter[str], place: Position, prefix: str = ""
    ) -> None:
        near = self.problems.nearest(name, list(known))
        hint = (
            f"did you mean {prefix}{near} ({known[near]:,})?"
            if near
            else "ask those who send it what it is called"
        )
        self.problems.add("R143", place, message, hint)


_KEEP: Final = "let the journey keep it, `effort: {{kept: {{last: {0}}}}}`, and ask `journey.kept`"


def _check_named(check: _CameIn, definitions: Definitions) -> None:
    """Fields that scores are counted by, and dates that schedules count from."""
    for key in ("by", "drivers"):
        for node in definitions.policy.values("scores", key):
            if _is_attribute(str(node.value)):
                check.attribute(str(node.value).removeprefix(EVENT), node, _EVERY)
    for schedule in definitions.schedules:
        for node in schedule.values("date") if schedule.definition.attribute else ():
            check.of_customer(schedule.definition.attribute or "", node)


def _check_journeys(check: _CameIn, definitions: Definitions) -> None:
    """Interactions that belong to no pass of their journey, and signals that nothing feeds."""
    found = check.found
    for journey in definitions.journeys.values():
        instance = journey.definition.instance
        for node in journey.values("instance") if instance and _is_attribute(instance) else ():
            check.attribute(instance or "", node, _EVERY)
            if found.attributes[instance or ""]:
                _check_instances(instance or "", journey, check)
        for effort in journey.definition.effort:
            if effort.field and _is_attribute(effort.field):
                for node in journey.values("effort", effort.name, effort.kind):
                    name = effort.field.removeprefix(EVENT)
                    if check.attribute(name, node, _EVERY) and effort.kind == "sum":
                        check.figure(name, node)


def _check_instances(instance: str, journey: Placed[Any], check: _CameIn) -> None:
    found = check.found
    for name, step in journey.definition.steps.items():
        for node in journey.values("steps", name, "on"):
            kind = node.value
            if kind in step.on and found.types[kind] and not found.attributes_of[kind][instance]:
                message = (
                    f"no {_types([kind], found)} had `{instance}`: it enters the step of no certain pass"
                )
                hint = f"{check.bearers(instance)} has it; ask those who send {kind} to add it"
                check.problems.add("R144", node.position, message, hint)


def _check_same(limit: Limit | Quota, node: Node, check: _CameIn, definitions: Definitions) -> None:
    """A limit by an attribute that the interactions which rules ask about do not have."""
    name = str(node.value).removeprefix(EVENT)
    if not _is_attribute(str(node.value)):
        return
    if not check.found.attributes[name]:
        check.attribute(name, node, _EVERY)
        return
    asked: dict[str, list[str]] = {}
    for rule in _covered(limit, definitions):
        types = [kind for kind in sorted(trigger_types(rule, definitions)) if kind in check.found.types]
        if any(check.found.attributes_of[kind][name] for kind in types):
            # Of the others it says nothing, as a limit by agent says nothing of what no agent did.
            return
        if types:
            asked[rule.id] = types
    if asked:
        first, types = next(iter(asked.items()))
        message = f"no {_types(types, check.found)} had `{name}`: what {first!r} asks is not counted here"
        keep = (
            f"let the journey keep it, `effort: {{kept: {{last: {name}}}}}`, and write `same: journey.kept`"
        )
        check.problems.add("R144", node.position, message, f"{check.bearers(name)} has it: {keep}")


def _covered(limit: Limit | Quota, definitions: Definitions) -> Iterator[Rule]:
    for placed in definitions.rules:
        rule, survey = placed.definition, definitions.surveys.get(placed.definition.survey)
        metric = survey.definition.metric if survey and survey.definition else None
        if (
            limit.survey in (None, rule.survey)
            and limit.journey in (None, rule.journey)
            and limit.metric in (None, metric)
            and (limit.channel is None or limit.channel in rule.channels)
        ):
            yield rule


def _check_consent(check: _CameIn, definitions: Definitions) -> None:
    """Types that give consent, and came on no channel that rules ask by."""
    asked = {node.value for node in asking_channels(definitions)}
    for node in definitions.policy.values("consent", "given_by"):
        on = check.found.channels_of.get(str(node.value), Counter())
        if asked and check.found.types[node.value] and asked.isdisjoint(on):
            where = f"on {_counted(on.items())}" if on else "on no channel"
            message = f"{node.value!r} came in {where}: it gives consent to no channel that a rule asks by"
            hint = f"let it come with its channel, one of {', '.join(sorted(map(str, asked)))}"
            check.problems.add("R143", node.position, message, hint)


def _check_recipients(check: _CameIn, definitions: Definitions) -> None:
    """Addresses that the policy needs and nothing brings."""
    asked = {node.value for node in asking_channels(definitions)}
    if definitions.policy.policy.recipient_required and asked and asked.isdisjoint(check.found.recipients):
        had = _counted(check.found.recipients.most_common(_SHOWN)) or "none at all"
        message = (
            f"no interaction brought an address for {' or '.join(sorted(map(str, asked)))}: nobody is asked"
        )
        hint = f"they brought {had}; write `recipient: optional` where the sender looks addresses up"
        check.problems.add("R143", definitions.policy.place("recipient"), message, hint)


def _types(kinds: list[str], found: CameIn) -> str:
    return " or ".join(f"{kind} ({found.types[kind]:,})" for kind in kinds[:_SHOWN])


def _counted(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({count:,})" for name, count in list(pairs)[:_SHOWN])


def _spelt(kind: type, value: Any) -> str:
    return f"'{value}'" if kind is str else str(value).lower() if kind is bool else f"{value:g}"


def _is_attribute(field: str) -> bool:
    return field not in (*OWN_FIELDS, "journey", "step") and not field.startswith((JOURNEY, CUSTOMER))
