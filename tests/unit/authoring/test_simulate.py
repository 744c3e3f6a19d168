from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from router.authoring.backtest import Backtest
from router.authoring.language.load import load_directory
from router.authoring.ruletest.simulate import simulate
from router.decide.batch import Decided
from router.decode import decode_line
from router.demo.company import month
from router.model.decision import Decision
from router.model.rule_tests import GivenEvent, RuleTest
from router.settings.settings import shipped_rules
from tests.unit.authoring.told import ANN, ARRIVED, judgement
from tests.unit.core.builders import moment

START = datetime(2026, 3, 1, 23, tzinfo=UTC)
LATEST = datetime(2030, 1, 1, tzinfo=UTC)


def test_it_decides_as_the_backtest_does() -> None:
    rules = load_directory(shipped_rules())
    lines = [msgspec.json.encode(event) for event in month(3, START, 60) if "subject" in event]
    backtest = Backtest(rules)
    expected = by_id(backtest.run(lines, LATEST))
    found = [decode_line(line, 1, LATEST).interactions[0] for line in lines]
    customers: dict[str, dict[str, object]] = {interaction.customer_id: {} for interaction in found}
    events = tuple(GivenEvent(interaction, interaction.time) for interaction in found)
    run = simulate(RuleTest("month", START, customers, events, ()), rules)
    assert by_id(entry.decided for entry in run.events) == expected
    ends = {entry.planned.id: "sent" if entry.state == "queued" else entry.state for entry in run.invitations}
    assert backtest.finals.items() <= ends.items()
    assert len(ends) > 10


def by_id(decided: Iterable[Decided]) -> dict[tuple[str, str], Decision]:
    return {
        (one.interaction.source, one.interaction.id): one.decision
        for one in decided
        if one.decision.reason != "duplicate"
    }


def test_the_clock_never_goes_back() -> None:
    given = f"{ANN}, events: [{{at: 0h, heard: 3h, type: placed, order_id: O1}}, {{at: 1h, type: placed, order_id: O2}}]"
    run = judgement(given, "[]", "no_rule_matched").run
    assert [event.decided.now for event in run.events] == [moment("3h"), moment("3h")]


def test_what_comes_due_before_an_event_is_settled_before_it() -> None:
    given = f"{ANN}, events: [{ARRIVED}, {{at: 25h, type: sent_back}}]"
    assert judgement(given, "[{at: 24h}]").passed


def test_a_repeated_id_is_a_duplicate() -> None:
    given = f"{ANN}, events: [{{at: 0h, type: x, id: E1}}, {{at: 1h, type: x, id: E1}}]"
    run = judgement(given, "[]", "duplicate")
    assert run.passed
    assert run.run.events[1].moves == ()
    assert not run.run.events[1].explanation.interaction_gates[0].passed
