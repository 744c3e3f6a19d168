"""A journey definition with its lookups made once."""

from datetime import datetime

from router.model.fields import instance_of
from router.model.interaction import Interaction
from router.model.journey import Journey, JourneyDefinition, StepDefinition


class JourneyMap:
    """A journey definition with its lookups made once: step of a type, rank of a step, types it listens to.

    `timed` are the steps that a `duration` signal measures from or to.
    """

    def __init__(self, definition: JourneyDefinition) -> None:
        self.definition = definition
        self.name = definition.name
        self.step_of = {kind: step for step in definition.steps.values() for kind in step.on}
        self.rank = {step: rank for rank, step in enumerate(definition.order)}
        counted = (kind for effort in definition.effort for kind in effort.types)
        self.types = frozenset(self.step_of) | frozenset(counted)
        durations = [effort for effort in definition.effort if effort.kind == "duration"]
        self.timed = frozenset(step for effort in durations for step in (effort.start, effort.end))

    def instance_of(self, interaction: Interaction) -> str | None:
        """The instance key the interaction carries; None where it has none or the journey needs none."""
        if self.definition.instance is None:
            return None
        return instance_of(interaction, self.definition.instance)

    def reopens(self, step: StepDefinition) -> bool:
        """Whether the step is accepted after the journey ended: marked so, or outside the order and no end itself."""
        return step.reopens or (step.name not in self.rank and not step.ends)

    def may_open(self, step: StepDefinition | None) -> bool:
        """Whether an interaction that names no instance may open a pass: none is needed, or it enters the first step."""
        if self.definition.instance is None:
            return True
        return step is not None and (not self.rank or self.rank.get(step.name) == 0)

    def expired(self, journey: Journey, at: datetime) -> bool:
        """Whether the journey has been idle for `expires` at that time: it counts as abandoned from then on."""
        return self.idle(journey.active_at, at)

    def idle(self, since: datetime, at: datetime) -> bool:
        """Whether a journey that was active last at `since` has been idle for `expires`."""
        return at - since >= self.definition.expires

    def is_open(self, journey: Journey, at: datetime) -> bool:
        """Whether a journey is neither ended nor abandoned at that time."""
        return not journey.ended and not self.expired(journey, at)
