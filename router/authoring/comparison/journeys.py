"""Journey definitions held against each other: steps, their order, effort signals."""

from collections.abc import Sequence

from router.authoring.comparison.fields import changed_fields, other_fields
from router.model.journey import EffortDefinition, JourneyDefinition, StepDefinition
from router.model.spelling import spelled


def journey_changes(before: JourneyDefinition, after: JourneyDefinition) -> list[str]:
    """What differs between two journeys of one name."""
    lines = changed_fields(before, after, show={"order": _order}, skip=("name", "steps", "effort"))
    for name in sorted({*before.steps, *after.steps}):
        lines += _step(name, before.steps.get(name), after.steps.get(name))
    signals = [{effort.name: effort for effort in one.effort} for one in (before, after)]
    for name in sorted({*signals[0], *signals[1]}):
        lines += _effort(name, signals[0].get(name), signals[1].get(name))
    return lines


def journey_words(journey: JourneyDefinition) -> list[str]:
    """What a journey passes through, in short."""
    signals = (
        [f"signals {spelled(tuple(effort.name for effort in journey.effort))}"] if journey.effort else []
    )
    expires = f"expires {spelled(journey.expires)}"
    more = other_fields(journey, skip=("expires", "effort"))
    return [f"steps {spelled(tuple(journey.steps))}", expires, *more, *signals]


def _order(steps: Sequence[str]) -> str:
    return ", ".join(steps) or "free"


def _signal(effort: EffortDefinition) -> str:
    return ", ".join([effort.kind, *other_fields(effort)])


def _step(name: str, before: StepDefinition | None, after: StepDefinition | None) -> list[str]:
    if before is None:
        return [", ".join([f"new step {name} on {spelled(after.on)}", *other_fields(after)])] if after else []
    if after is None:
        return [f"step {name} dropped"]
    found = changed_fields(before, after, sets=("on",), labels={"on": "type"}, skip=("name",))
    return [f"step {name}: {line}" for line in found]


def _effort(name: str, before: EffortDefinition | None, after: EffortDefinition | None) -> list[str]:
    if before is None:
        return [f"new signal {name}: {_signal(after)}"] if after else []
    if after is None:
        return [f"signal {name} dropped"]
    found = changed_fields(before, after, sets=("types",), labels={"types": "type"}, skip=("name",))
    return [f"signal {name}: {line}" for line in found]
