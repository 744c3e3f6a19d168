"""Definitions of a set that nothing uses."""

from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import tests_of
from router.model.journey import JourneyDefinition


def check_unused(definitions: Definitions, problems: Problems) -> None:
    """R093, R094, R095: groups, surveys and steps that nothing uses."""
    for name, (key, _) in definitions.groups.nodes.items():
        if name not in definitions.groups.used:
            problems.add("R093", key.position, f"no rule uses group {name!r}", "use it or remove it")
    sent = {rule.definition.survey for rule in definitions.rules}
    # A rule whose survey is unknown, or could not be read, may mean this one.
    unsure = not sent <= definitions.surveys.keys()
    for name, survey in definitions.surveys.items():
        if name not in sent and definitions.rules and not unsure and not problems.may_hold(name):
            problems.add("R094", survey.position, f"no rule sends survey {name!r}", "send it or remove it")
    waited = _waited_for(definitions)
    for journey in definitions.journeys.values():
        for name in _unused_steps(journey.definition, waited):
            steps = journey.node.find("steps")
            place = steps.value[name][0].position if steps is not None else journey.position
            problems.add("R095", place, f"nothing uses step {name!r}", "place it in `order`, or remove it")


def _waited_for(definitions: Definitions) -> set[tuple[str, str]]:
    """The (journey, step) pairs that rules wait for or ask about."""
    waited: set[tuple[str, str]] = {
        (one.definition.journey, one.definition.step)
        for one in definitions.schedules
        if one.definition.journey and one.definition.step
    }
    guard = definitions.policy.policy.never_ask_while
    forbidding = guard.conditions if guard else ()
    for rule in definitions.rules:
        journey = rule.definition.journey
        if journey is None:
            continue
        waited.update((journey, step) for step in rule.definition.steps)
        for condition in (rule.definition.when, rule.definition.unless, *forbidding):
            for test in tests_of(condition) if condition else ():
                if test.field in ("step", "journey.step"):
                    values = test.value if isinstance(test.value, tuple) else (test.value,)
                    waited.update((journey, str(value)) for value in values)
        if not rule.definition.steps and journey in definitions.journeys:
            waited.update((journey, step) for step in definitions.journeys[journey].definition.steps)
    return waited


def _unused_steps(journey: JourneyDefinition, waited: set[tuple[str, str]]) -> list[str]:
    """A step outside the order is of use where it lets another one outside the order be entered anew."""
    measured = {name for effort in journey.effort for name in (effort.start, effort.end)}
    counted = {kind for effort in journey.effort for kind in effort.types}
    used = {
        name
        for name, step in journey.steps.items()
        if name in journey.order
        or (journey.name, name) in waited
        or step.ends
        or step.reopens
        or step.counts is not None
        or name in measured
        or not counted.isdisjoint(step.on)
    }
    if any(name not in journey.order for name in used):
        return []
    return [name for name in journey.steps if name not in used]
