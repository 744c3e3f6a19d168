"""What decides is what explains: each gate passes whom its verdict passes, and no gate is left out that would refuse."""

from collections import Counter
from typing import Any

import pytest

from router.decide import choose, due
from router.model.decision import Verdict
from router.policy.candidate import Candidate
from router.policy.gate_check import GateCheck
from router.policy.gates import CANDIDATE_GATES, DUE_GATES, REMINDER_GATES, priority
from tests.oracle import comparing
from tests.oracle.made_up import Maker as OracleMaker
from tests.slow_paths.made_up import Maker
from tests.slow_paths.ways import backtested


def explained(candidate: Candidate) -> Verdict | None:
    """The first refusal of all gates there are, each asked for its verdict."""
    return next((verdict for gate in all_gates(candidate) if not (verdict := gate(candidate)).passed), None)


def all_gates(candidate: Candidate) -> tuple[GateCheck, ...]:
    if candidate.itself is None:
        return CANDIDATE_GATES
    kinds = {one.id: one.kind for one in candidate.customer.invitations}
    reminds = kinds.get(candidate.itself) == "reminder"
    return REMINDER_GATES if reminds and not candidate.policy.reminders_count else DUE_GATES


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often which gate refused, each refusal compared with what all gates explain."""
    came: Counter[str] = Counter()
    quick = choose.first_refusal

    def compared(candidate: Candidate, gates: tuple[GateCheck, ...]) -> Any:
        refusal = quick(candidate, gates)
        assert refusal == explained(candidate)
        for gate in CANDIDATE_GATES:
            assert gate is priority or gate.passes(candidate) == gate(candidate).passed, gate.__name__
        came[refusal.gate if refusal else ""] += 1
        came["due"] += candidate.itself is not None
        return refusal

    monkeypatch.setattr(choose, "first_refusal", compared)
    monkeypatch.setattr(due, "first_refusal", compared)
    return came


def test_the_quick_way_and_the_explained_one_agree(refused: Counter[str]) -> None:
    of_logs, of_oracle = Maker(3).cases(), OracleMaker(4)
    for _ in range(100):
        case = next(of_logs)
        backtested(case.rules, case.events)
    for _ in range(150):
        comparing.compare(of_oracle.case())
    assert refused["due"] > 100
    assert refused.keys() >= {gate.__name__ for gate in CANDIDATE_GATES if gate is not priority}
