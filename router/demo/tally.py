"""What the running service reported so far: counted, with the occurrences worth a line and examples to explain."""

from collections import Counter
from datetime import datetime

from router.decide.batch import Changed, Decided
from router.demo.story import InteractionName
from router.flow.messages import Released
from router.flow.pipeline import Processed
from router.flow.relay import Passed
from router.model.decision import Outcome, Reason
from router.model.interaction import ABOUT_INVITATIONS
from router.model.record import DeadLetter

Occurrence = Decided | Changed | Released | DeadLetter
"""Something that is worth a line."""

_SILENT: frozenset[Reason] = frozenset({"preferences_recorded", "step_not_recognised"})
_ENDED = ("cancelled", "displaced", "expired")


class DemoTally:
    """Listens to the worker and the dispatcher."""

    def __init__(self) -> None:
        self.decided: set[InteractionName] = set()
        self.reports: Counter[str] = Counter()
        self.reasons: Counter[tuple[Outcome, Reason]] = Counter()
        self._examples: dict[Reason, tuple[datetime, InteractionName]] = {}
        self.repeated = 0
        self.dead: list[DeadLetter] = []
        self.latest: datetime | None = None
        self._fresh: list[Occurrence] = []
        self._shown: Counter[str] = Counter()

    @property
    def handled(self) -> int:
        """How many records of the story were dealt with in one way or another."""
        return len(self.decided) + self.repeated + len(self.dead)

    def processed(self, batch: Processed) -> None:
        """Takes in a committed batch."""
        for decided in batch.decided:
            interaction, decision = decided.interaction, decided.decision
            if interaction.type in ABOUT_INVITATIONS:
                self.reports[interaction.type] += 1
                continue
            self.decided.add((interaction.source, interaction.id))
            self.reasons[decision.outcome, decision.reason] += 1
            if decision.outcome == "no_survey":
                example = (interaction.time, (interaction.source, interaction.id))
                latest = self._examples.get(decision.reason, example)
                self._examples[decision.reason] = max(example, latest)
            self.latest = max(self.latest or interaction.time, interaction.time)
            if decision.reason not in _SILENT:
                self._fresh.append(decided)
        self.repeated += batch.duplicates
        self.dead += batch.dead
        self._fresh += batch.dead
        self._fresh += [entry for entry in batch.changed if entry.change.invitation.state in _ENDED]

    @property
    def reported(self) -> int:
        """How many deliveries and answers were taken in."""
        return self.reports.total()

    @property
    def examples(self) -> dict[Reason, InteractionName]:
        """The latest interaction that was refused for each reason, whatever order partitions were read in."""
        return {reason: name for reason, (_, name) in self._examples.items()}

    def passed(self, sent: Passed) -> None:
        """Takes in a pass of the dispatcher."""
        self._fresh += sent.published

    def next_occurrence(self) -> Occurrence | None:
        """One of the occurrences since the last call: of the kind that was shown least so far."""
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return None
        chosen = min(fresh, key=lambda occurrence: self._shown[_kind(occurrence)] * _weight(occurrence))
        self._shown[_kind(chosen)] += 1
        return chosen


def _kind(occurrence: Occurrence) -> str:
    match occurrence:
        case Decided(decision=decision):
            return decision.rule or "" if decision.outcome == "invite" else decision.reason
        case Changed(change=change):
            return change.invitation.state
        case Released(invitation=invitation):
            return f"sent {invitation.metric}"
        case DeadLetter():
            return "dead letter"


def _weight(occurrence: Occurrence) -> int:
    """How much rarer than others a kind is shown."""
    if isinstance(occurrence, Decided) and occurrence.decision.outcome == "no_survey":
        return 2 if occurrence.decision.rule else 5
    return 1
