"""The sum of a backtest: by reason, by rule and survey, by step of the journey."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from router.authoring.backtest import Backtest
from router.authoring.counting import CountedValue, CountsBy, in_order
from router.cli.counts import print_answers, print_counts
from router.cli.in_order import AS_ARRIVED, Log
from router.cli.output import print_lines
from router.cli.tables import print_table
from router.decide.batch import Decided
from router.decide.decide import NOT_ASKED_ABOUT
from router.model.customer import InvitationKind
from router.model.field_values import Values
from router.model.record import DeadLetter
from router.model.spelling import counted
from router.rules.ruleset import RuleSet
from router.scores.expected import ExpectedAnswers, expected_answers
from router.scores.question import MEASURES
from router.words.reasons import meaning

_SHOWN_DEAD: Final = 5


class DeadLetters(Struct, frozen=True):
    """How many lines cannot be read, why, and the first few with their line numbers."""

    count: int
    reasons: dict[str, int]
    first: tuple[str, ...]


_FOLLOWED: Final = {"open": "open"} | dict.fromkeys(("cancelled", "displaced", "expired"), "ended")
_SENT: Final[dict[str, str]] = {"answered": "sent", "bounced": "sent"}


class InvitationCounts(Struct, frozen=True):
    """Invitations of one rule and survey. `planned` is all of them; `open` those not due at the end of the log.

    `sent` were sent and not withdrawn later; what came back about them does not matter here.
    """

    rule: str
    survey: str
    metric: str
    planned: int
    sent: int
    withdrawn: int
    cancelled: int
    displaced: int
    expired: int
    open: int


class FollowedCounts(Struct, frozen=True):
    """Reminders or fallbacks of one rule and survey; they are not among the invitations.

    `ended` were planned and not sent, as where the customer had answered.
    """

    rule: str
    survey: str
    kind: InvitationKind
    planned: int
    sent: int
    ended: int
    open: int


class StepCounts(Struct, frozen=True):
    """Interactions that left a journey at a step, and how many of them led to an invitation, to several or to one."""

    journey: str
    step: str
    interactions: int
    invitations: int


class Summary(Struct, frozen=True):
    """The sum of a backtest. `until` is where the clock of the log stood at its end.

    `out_of_order` are the interactions that stand in the log behind one with a later time; `put_in_order`: they were
    decided in their place all the same. `answers` are those to expect, by survey; `by` counts by the fields asked for.
    """

    interactions: int
    customers: int
    out_of_order: int
    put_in_order: bool
    until: datetime | None
    reasons: dict[str, int]
    outcomes: dict[str, int]
    finals: dict[str, int]
    invitations: tuple[InvitationCounts, ...]
    followed: tuple[FollowedCounts, ...]
    steps: tuple[StepCounts, ...]
    dead_letters: DeadLetters
    answers: tuple[ExpectedAnswers, ...] = ()
    by: tuple[CountsBy, ...] = ()


class BacktestTally:
    """Counts decisions as they are made."""

    def __init__(self, rules: RuleSet, fields: Iterable[str] = ()) -> None:
        self._rules = rules
        self._values = Values(fields)
        self._seen: Counter[tuple[str, ...]] = Counter()
        self._asked_about: dict[str, tuple[str, ...]] = {}
        self._first: datetime | None = None
        self._reasons: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._steps: Counter[tuple[str, str]] = Counter()
        self._invited: Counter[tuple[str, str]] = Counter()
        self._planned: dict[str, tuple[str, str, str]] = {}
        self._customers: set[str] = set()
        self._dead: Counter[str] = Counter()
        self._first_dead: list[str] = []

    def take(self, decided: Decided) -> None:
        """Counts one decision."""
        decision = decided.decision
        self._reasons[decision.reason] += 1
        self._outcomes[decision.outcome] += 1
        self._customers.add(decided.interaction.customer_id)
        if decision.journey is not None:
            step = (decision.journey, decision.step or "")
            self._steps[step] += 1
            self._invited[step] += decision.invitation_id is not None
        interaction = decided.interaction
        self._first = interaction.time if self._first is None else min(self._first, interaction.time)
        values: tuple[str, ...] = ()
        if self._values.fields and interaction.type not in NOT_ASKED_ABOUT:
            values = self._values.of(interaction, decided.before)
            self._seen[values] += 1
        for one in decision.asking:
            if values:
                self._asked_about[one.invitation_id or ""] = values
            source = (one.rule or "", one.survey or "", one.metric or "")
            self._planned[one.invitation_id or ""] = source

    def take_dead(self, dead: Sequence[DeadLetter]) -> None:
        """Counts lines that could not be read."""
        for letter in dead:
            self._dead[letter.reason] += 1
            if len(self._first_dead) < _SHOWN_DEAD:
                self._first_dead.append(f"line {letter.record.offset}: {letter.reason}: {letter.detail}")

    def summary(self, run: Backtest, log: Log) -> Summary:
        """The sum, with what became of the invitations."""
        finals = run.finals
        followers: dict[tuple[str, str, InvitationKind], Counter[str]] = defaultdict(Counter)
        for one in run.followers.values():
            followers[one.rule, one.survey, one.kind][_FOLLOWED.get(one.final or "open", "sent")] += 1
        ends: Counter[tuple[tuple[str, str, str], str]] = Counter(
            (source, _SENT.get(finals.get(name, "open"), finals.get(name, "open")))
            for name, source in self._planned.items()
        )
        return Summary(
            interactions=self._reasons.total(),
            customers=len(self._customers - {""}),
            out_of_order=log.late,
            put_in_order=log.sorted and log.late > 0,
            until=run.last,
            reasons=dict(self._reasons.most_common()),
            outcomes=dict(self._outcomes.most_common()),
            finals=dict(Counter(finals.values()).most_common()),
            invitations=tuple(_invitations(source, ends) for source in sorted(set(self._planned.values()))),
            followed=tuple(
                FollowedCounts(*place, counts.total(), counts["sent"], counts["ended"], counts["open"])
                for place, counts in sorted(followers.items())
            ),
            steps=tuple(
                StepCounts(journey, step, count, self._invited[journey, step])
                for (journey, step), count in sorted(self._steps.items())
            ),
            dead_letters=DeadLetters(
                self._dead.total(), dict(self._dead.most_common()), tuple(self._first_dead)
            ),
            answers=tuple(self._answers(run)),
            by=tuple(
                self._counted_by(place, field, run.finals) for place, field in enumerate(self._values.fields)
            ),
        )

    def _answers(self, run: Backtest) -> Iterator[ExpectedAnswers]:
        """The answers to expect of each survey that was sent, by those that the log has."""
        days = (run.last - self._first) / timedelta(days=1) if run.last and self._first else 0.0
        ends = Counter(
            (source[1], run.finals[name]) for name, source in self._planned.items() if name in run.finals
        )
        for name, survey in sorted(self._rules.surveys.items()):
            answered = ends[name, "answered"]
            sent = answered + ends[name, "sent"]
            if sent:
                measure = MEASURES[survey.metric][0]
                yield expected_answers(name, sent, answered, days, measure, survey.scale)

    def _counted_by(self, place: int, field: str, finals: Mapping[str, str]) -> CountsBy:
        seen: Counter[str] = Counter()
        for values, number in self._seen.items():
            seen[values[place]] += number
        ends: Counter[tuple[str, str]] = Counter()
        for name, values in self._asked_about.items():
            final = finals.get(name, "open")
            ends[values[place], "planned"] += 1
            ends[values[place], "sent"] += _SENT.get(final, final) == "sent"
            ends[values[place], "answered"] += final == "answered"
        counted = (
            CountedValue(value, number, ends[value, "planned"], ends[value, "sent"], ends[value, "answered"])
            for value, number in seen.items()
        )
        return in_order(field, self._rules.policy.scores.people, counted)


def _invitations(
    source: tuple[str, str, str], ends: Mapping[tuple[tuple[str, str, str], str], int]
) -> InvitationCounts:
    states = ("sent", "withdrawn", "cancelled", "displaced", "expired", "open")
    counts = [ends.get((source, state), 0) for state in states]
    return InvitationCounts(*source, sum(counts), *counts)


def print_summary(summary: Summary) -> None:
    """The sum as tables."""
    until = f" up to {summary.until:%Y-%m-%d %H:%M} UTC" if summary.until else ""
    lines = [f"{summary.interactions:,} interactions of {summary.customers:,} customers{until}."]
    if summary.out_of_order:
        how = "put in their place" if summary.put_in_order else f"decided as they stand ({AS_ARRIVED})"
        lines.append(
            f"{counted(summary.out_of_order, 'interaction')} out of order of time in the log: {how}."
        )
    print_lines([*lines, ""])
    rows = [[reason, count, meaning(reason)] for reason, count in summary.reasons.items()]
    print_table("Decisions by reason", ["reason", "interactions", "meaning"], rows)
    fields = InvitationCounts.__struct_fields__
    print_table(
        "Invitations by rule and survey",
        fields,
        [[getattr(entry, field) for field in fields] for entry in summary.invitations],
    )
    if summary.followed:
        fields = FollowedCounts.__struct_fields__
        rows = [[getattr(entry, field) for field in fields] for entry in summary.followed]
        print_table("Reminders and fallbacks", fields, rows)
    fields = StepCounts.__struct_fields__
    print_table(
        "Journey steps", fields, [[getattr(entry, field) for field in fields] for entry in summary.steps]
    )
    print_counts(summary.by)
    print_answers(summary.answers)
    dead = summary.dead_letters
    if dead.count:
        print_lines([f"{dead.count:,} lines cannot be read and were left out; the first:"])
        print_lines([f"  {line}" for line in dead.first])
