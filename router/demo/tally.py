"""What the running service told so far: counted, with the decisions worth telling and examples to explain."""

from collections import Counter
from datetime import datetime

from router.decide.batch import Changed, Decided
from router.demo.story import Id
from router.flow.messages import Released
from router.flow.pipeline import Processed
from router.flow.relay import Passed
from router.model.decision import Outcome, Reason
from router.model.interaction import Interaction
from router.model.record import DeadLetter

Told = Decided | Changed | Released | DeadLetter
"""Something that can be told in a line."""

_SILENT: frozenset[Reason] = frozenset({"preferences_recorded", "step_not_recognised"})
_ENDED = ("cancelled", "displaced", "expired")


class Tally:
    """Listens to the worker and the dispatcher."""

    def __init__(self) -> None:
        self.decided: set[Id] = set()
        self.reasons: Counter[tuple[Outcome, Reason]] = Counter()
        self._examples: dict[Reason, tuple[datetime, Id]] = {}
        self.repeated = 0
        self.dead: list[DeadLetter] = []
        self.latest: datetime | None = None
        self._fresh: list[Told] = []
        self._told: Counter[str] = Counter()

    @property
    def handled(self) -> int:
        """How many records were dealt with in one way or another."""
        return len(self.decided) + self.repeated + len(self.dead)

    def processed(self, batch: Processed) -> None:
        """Takes in a committed batch."""
        for decided in batch.decided:
            interaction, decision = decided.interaction, decided.decision
            self.decided.add((interaction.source, interaction.id))
            self.reasons[decision.outcome, decision.reason] += 1
            if decision.outcome == "no_survey":
                self._exemplify(decision.reason, interaction)
            self.latest = max(self.latest or interaction.time, interaction.time)
            if decision.reason not in _SILENT:
                self._fresh.append(decided)
        self.repeated += batch.duplicates
        self.dead += batch.dead
        self._fresh += batch.dead
        self._fresh += [entry for entry in batch.changed if entry.change.invitation.state in _ENDED]

    @property
    def examples(self) -> dict[Reason, Id]:
        """The latest interaction that was refused for each reason, whatever order partitions were read in."""
        return {reason: name for reason, (_, name) in self._examples.items()}

    def _exemplify(self, reason: Reason, interaction: Interaction) -> None:
        found = (interaction.time, (interaction.source, interaction.id))
        self._examples[reason] = max(found, self._examples.get(reason, found))

    def passed(self, sent: Passed) -> None:
        """Takes in a pass of the dispatcher."""
        self._fresh += sent.published

    def next_told(self) -> Told | None:
        """One of what happened since the last call: of the kind that was told least so far."""
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return None
        chosen = min(fresh, key=lambda entry: self._told[_kind(entry)] * _weight(entry))
        self._told[_kind(chosen)] += 1
        return chosen


def _kind(entry: Told) -> str:
    match entry:
        case Decided(decision=decision):
            return decision.rule or "" if decision.outcome == "invite" else decision.reason
        case Changed(change=change):
            return change.invitation.state
        case Released(invitation=invitation):
            return f"sent {invitation.metric}"
        case DeadLetter():
            return "dead letter"


def _weight(entry: Told) -> int:
    """How much rarer than others a kind is told."""
    if isinstance(entry, Decided) and entry.decision.outcome == "no_survey":
        return 2 if entry.decision.rule else 5
    return 1
