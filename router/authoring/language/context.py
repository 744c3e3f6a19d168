"""What is known of every interaction that a rule is tried on, as conditions."""

from router.authoring.language.conditions import undecided
from router.authoring.language.definitions import Definitions
from router.authoring.language.satisfiable import OPEN, tests_of
from router.model.interaction import EXPIRY_TYPE
from router.model.journey import EXPIRED, JourneyDefinition
from router.model.rules import All, AnyOf, Condition, Not, Position, Rule, Test

_JOURNEY_FIELDS = ("journey", "step")


def context(rule: Rule, definitions: Definitions) -> tuple[Condition, ...]:
    """The rule's transition, the types that make it, that its journey is open, and that counted signals are absent or at least 1."""
    if rule.journey is None:
        return ()
    journey = definitions.journeys.get(rule.journey)
    if journey is None or not set(rule.steps) <= {EXPIRED, *journey.definition.steps}:
        return (undecided(rule.position or Position("", 1, 1)),)
    steps = [step for name, step in journey.definition.steps.items() if name in rule.steps or not rule.steps]
    known: list[Condition] = [Test("journey", "eq", journey.definition.name)]
    abandoned = (EXPIRED,) if EXPIRED in rule.steps else ()
    if steps or abandoned:
        known.append(Test("step", "in", (*(step.name for step in steps), *abandoned)))
        types = (kind for step in steps for kind in step.on)
        known.append(Test("type", "in", (*types, *(EXPIRY_TYPE for _ in abandoned))))
    if steps and not abandoned and not any(step.ends for step in steps):
        # The pass that the rule is about goes on, and is one of the customer's open journeys.
        known.append(Test(OPEN, "eq", journey.definition.name))
    guard = definitions.policy.policy.never_ask_while
    compared = {
        test.field
        for condition in (rule.when, rule.unless, *(guard.conditions if guard else ()))
        for test in tests_of(condition or All(()))
        if test.operator not in ("gt", "gte", "exists")
    }
    for signal in sorted(_counted(journey.definition)):
        field = f"journey.{signal}"
        if field in compared:
            # A signal that counts is absent until the first is counted: it is never 0.
            known.append(AnyOf((Test(field, "exists", False), Test(field, "gte", 1))))
    return tuple(known)


def trigger_types(rule: Rule, definitions: Definitions) -> frozenset[str]:
    """The types of all interactions that a rule can be tried on; empty where they are not told."""
    if rule.journey is not None:
        journey = definitions.journeys.get(rule.journey)
        steps = journey.definition.steps.values() if journey else ()
        if EXPIRED in rule.steps:
            return frozenset()
        return frozenset(
            kind for step in steps if step.name in rule.steps or not rule.steps for kind in step.on
        )
    parts = rule.when.parts if isinstance(rule.when, All) else (rule.when,)
    for part in parts:
        if isinstance(part, Test) and part.field == "type" and part.operator in ("eq", "in"):
            return frozenset(part.value if isinstance(part.value, tuple) else (part.value,))
    return frozenset()


def of_journey(condition: Condition, journey: str | None) -> Condition:
    """The condition with journey fields named after their journey: those of two journeys are two fields."""
    if isinstance(condition, Test):
        own = condition.field in _JOURNEY_FIELDS or condition.field.startswith("journey.")
        if not own:
            return condition
        return Test(f"journey.{journey}/{condition.field}", condition.operator, condition.value)
    if isinstance(condition, Not):
        return Not(of_journey(condition.part, journey))
    parts = tuple(of_journey(part, journey) for part in condition.parts)
    return All(parts) if isinstance(condition, All) else AnyOf(parts)


def _counted(journey: JourneyDefinition) -> set[str]:
    """The signals that only count."""
    counting = {effort.name for effort in journey.effort if effort.kind in ("count", "distinct")}
    other = {effort.name for effort in journey.effort if effort.kind not in ("count", "distinct")}
    return (counting | {step.counts for step in journey.steps.values() if step.counts}) - other
