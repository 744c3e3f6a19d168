"""Journeys: steps that nothing reaches, and counted types that look misspelt."""

from router.authoring.checks.names import LIKENESS
from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems
from router.model.interaction import PREFERENCES_TYPE


def check_unreached_steps(definitions: Definitions, problems: Problems) -> None:
    """R035: a step without a type, or only with the one that carries preferences."""
    for journey in definitions.journeys.values():
        for name, step in journey.definition.steps.items():
            node = journey.node.find("steps", name, "on")
            # Types that could not be read are a problem of their own.
            if node is None or any(not isinstance(item.value, str) for item in node.each()):
                continue
            if {PREFERENCES_TYPE}.issuperset(step.on):
                message = f"no interaction can enter step {name!r}"
                problems.add("R035", node.position, message, "name the types that enter it, under `on`")


def check_durations(definitions: Definitions, problems: Problems) -> None:
    """R132: a duration from a step to one before it."""
    for placed in definitions.journeys.values():
        journey = placed.definition
        if any(step.reopens for step in journey.steps.values()):
            continue
        for effort in journey.effort:
            start, end = effort.start, effort.end
            placed_both = start in journey.order and end in journey.order
            if placed_both and journey.order.index(start or "") >= journey.order.index(end or ""):
                message = f"step {end!r} does not come after {start!r}: this measures nothing"
                hint = f"write {{from: {end}, to: {start}}}" if start != end else "name two steps"
                problems.add("R132", placed.place("effort", effort.name, "duration"), message, hint)


def check_counted_types(definitions: Definitions, problems: Problems) -> None:
    """R086: a type that is only counted and looks like one that enters a step."""
    entering = {
        kind
        for journey in definitions.journeys.values()
        for step in journey.definition.steps.values()
        for kind in step.on
    }
    known = sorted(entering | set(definitions.policy.policy.types))
    for journey in definitions.journeys.values():
        for effort in journey.definition.effort:
            for item in journey.values("effort", effort.name, "count"):
                if not isinstance(item.value, str) or item.value in known:
                    continue
                near = problems.nearest(item.value, known, LIKENESS)
                if near:
                    message = f"no step is entered by the type {item.value!r}"
                    problems.add("R086", item.position, message, f"did you mean {near!r}?")
