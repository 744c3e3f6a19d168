"""Journey definitions held against each other: steps, their order, effort signals."""

from router.authoring.comparison.fields import changed_fields, other_fields
from router.model.journey import EffortDefinition, JourneyDefinition, StepDefinition
from router.model.spelling import spelled


def journey_changes(before: JourneyDefinition, after: JourneyDefinition) -> list[str]:
    """What differs between two journeys of one name."""
    show = {"order": lambda steps: ", ".join(steps) or "free"}
    lines = changed_fields(before, after, show=show, skip=("name", "steps", "effort"))
    for name in sorted({*before.steps, *after.steps}):
        lines += _part_changes("step", name, before.steps.get(name), after.steps.get(name))
    signals = [{effort.name: effort for effort in one.effort} for one in (before, after)]
    for name in sorted({*signals[0], *signals[1]}):
        lines += _part_changes("signal", name, signals[0].get(name), signals[1].get(name))
    return lines


def journey_words(journey: JourneyDefinition) -> list[str]:
    """What a journey passes through, in short."""
    signals = (
        [f"signals {spelled(tuple(effort.name for effort in journey.effort))}"] if journey.effort else []
    )
    expires = f"expires {spelled(journey.expires)}"
    more = other_fields(journey, skip=("expires", "effort"))
    return [f"steps {spelled(tuple(journey.steps))}", expires, *more, *signals]


def _part_changes(
    what: str,
    name: str,
    before: StepDefinition | EffortDefinition | None,
    after: StepDefinition | EffortDefinition | None,
) -> list[str]:
    """The changes of one step or signal."""
    if after is None:
        return [f"{what} {name} dropped"]
    types = "on" if isinstance(after, StepDefinition) else "types"
    if before is not None:
        lines = changed_fields(before, after, sets=(types,), labels={types: "type"}, skip=("name",))
        return [f"{what} {name}: {line}" for line in lines]
    if isinstance(after, StepDefinition):
        return [", ".join([f"new step {name} on {spelled(after.on)}", *other_fields(after)])]
    return [f"new signal {name}: {', '.join([after.kind, *other_fields(after)])}"]
