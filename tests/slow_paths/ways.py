"""The ways that a log goes: what each comes to, in the words of the backtest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from router.authoring.backtest import Backtest
from router.authoring.comparison import Effect, RuleSetComparison
from router.authoring.comparison.log import LogComparison
from router.authoring.ruletest.simulate import Run, simulate
from router.decide.batch import Decided
from router.decode import decode_line
from router.flow.clock import EventClock
from router.flow.pipeline import Pipeline
from router.flow.relay import Relay
from router.model.customer import Customer
from router.model.decision import Decision
from router.model.interaction import Interaction
from router.model.keyed_hash import IN_MEMORY
from router.model.record import Message, Record
from router.model.rule_tests import GivenEvent, RuleTest
from router.model.schedules import by_itself
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.service.dry_run import decided as decide_last
from tests.slow_paths.kept import KeptStore
from tests.slow_paths.made_up import LATEST, Event, lines_of

LOST = ("cancelled", "displaced", "expired")


@dataclass(frozen=True)
class Came:
    """What the backtest comes to: decisions on what was read, all decisions by journal key, ends, customers."""

    read: list[Decision]
    journaled: dict[tuple[str, str], Decision]
    finals: dict[str, str]
    customers: dict[str, Customer]
    last: datetime

    def kept(self, by: str) -> Counter[str]:
        """Invitations by rule or survey that were not lost before they were sent."""
        asked = [one for decision in self.journaled.values() for one in decision.asking]
        kept = [one for one in asked if self.finals.get(one.invitation_id or "") not in LOST]
        return Counter(str(getattr(one, by)) for one in kept)

    @property
    def refused(self) -> Counter[str]:
        """Decisions not to ask, by reason."""
        expiries = self.journaled.values()
        first = Counter(one.reason for one in expiries if one.outcome == "no_survey")
        first["duplicate"] += sum(one.reason == "duplicate" for one in self.read)
        return Counter({str(name): count for name, count in first.items() if count})


def backtested(rules: RuleSet, events: Sequence[Event]) -> Came:
    """The log through the backtest."""
    run = Backtest(rules)
    decided = list(run.run(lines_of(events), LATEST))
    read = [one.decision for one in decided if not by_itself(one.interaction)]
    journaled: dict[tuple[str, str], Decision] = {}
    for one in decided:
        if one.decision.reason != "duplicate":
            place = _place(one)
            assert place not in journaled, f"{place} is decided twice"
            journaled[place] = one.decision
    assert run.last is not None
    return Came(read, journaled, dict(run.finals), dict(run.customers), run.last)


def _place(decided: Decided) -> tuple[str, str]:
    return (decided.interaction.customer_id, str(decided.key))


def compared(before: RuleSet, after: RuleSet, events: Sequence[Event]) -> Effect:
    """The log through `diff --events`."""
    comparison = RuleSetComparison(before, after)
    LogComparison(comparison, LATEST).take(enumerate(lines_of(events), 1))
    return comparison.finish()


def tested(rules: RuleSet, interactions: Sequence[Interaction]) -> Run:
    """The log as a rule test."""
    events = tuple(GivenEvent(one, one.time) for one in interactions)
    return simulate(RuleTest("log", interactions[0].time, {}, events, ()), rules)


def decided(rules: RuleSet, interactions: Sequence[Interaction]) -> Decision:
    """The last of the interactions through `decide`."""
    return decide_last(list(interactions), {}, None, rules).decided.decision


class Nobody:
    """A broker that forgets what it is sent."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Stores nothing."""


async def served(
    rules: RuleSet, events: Sequence[Event], batches: Sequence[int], store: KeptStore | None = None
) -> KeptStore:
    """The log through the service on the event-time clock: in batches, the dispatcher after each."""
    store = store or KeptStore()
    clock = EventClock([("log", 0)])
    pipeline = Pipeline(store, InForce(rules), clock, IN_MEMORY)
    relay = Relay(store, Nobody(), InForce(rules), clock, topic="out")
    lines = lines_of(events)
    at = 0
    for size in batches:
        records = [Record("log", 0, at + n, 0, None, line) for n, line in enumerate(lines[at : at + size])]
        at += size
        if not records:
            break
        await pipeline.process(records, _decoded)
        await relay.pass_once()
    return store


def _decoded(record: Record, latest: datetime) -> object:
    return decode_line(record.value or b"", record.offset, LATEST)
