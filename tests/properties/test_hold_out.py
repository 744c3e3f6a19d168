"""The hold-out report finds no effect where there is none, and one where there is."""

from datetime import UTC, datetime

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower

from router.insights.hold_out import Followed, Tally
from router.model.policy import Policy
from router.scores.needed import share_needed
from router.scores.score import Enough

AT = datetime(2026, 11, 2, tzinfo=UTC)
RUNS = 600
CUSTOMERS = 1_500


def found(chance: np.random.Generator, run: int, shares: list[float], effect: float = 0.0) -> bool:
    """Whether a report on customers, who are drawn as everywhere, finds an effect on any outcome."""
    policy = Policy(hold_out=0.2, salt=f"run {run}")
    kinds = [f"outcome.{at}" for at in range(len(shares))]
    tally = Tally(policy, kinds)
    luck = chance.random((CUSTOMERS, len(shares)))
    for at in range(CUSTOMERS):
        name = f"customer-{at}"
        more = effect if not tally.held_out(name) else 0.0
        happened = frozenset(
            kind for kind, share, one in zip(kinds, shares, luck[at], strict=True) if one < share + more
        )
        tally.take(Followed(name, AT, 1, True, happened))
    return any(one.effect.endswith("often") for one in tally.outcomes(0.05, Enough()))


@pytest.mark.parametrize("shares", [[0.2], [0.05, 0.1, 0.3, 0.5]])
def test_one_report_in_twenty_sees_what_is_not_there(shares: list[float]) -> None:
    chance = np.random.default_rng(20261127)
    alarms = sum(found(chance, run, shares) for run in range(RUNS)) / RUNS
    assert 0.02 <= alarms <= 0.075


def test_what_is_there_is_seen() -> None:
    chance = np.random.default_rng(7)
    # 300 held out and 1,200 askable: so many are needed for a difference of 8 points at 20 %.
    assert share_needed(0.24, 0.08, 4) < 0.2 * CUSTOMERS
    assert sum(found(chance, run, [0.2], 0.08) for run in range(200)) / 200 >= 0.75


def test_how_many_are_needed_is_what_statsmodels_says() -> None:
    chance = np.random.default_rng(3)
    for share, difference, ratio in zip(
        chance.uniform(0.01, 0.99, 200),
        chance.uniform(0.005, 0.2, 200),
        chance.uniform(0.1, 99, 200),
        strict=True,
    ):
        size = difference / np.sqrt(share * (1 - share))
        theirs = NormalIndPower().solve_power(size, alpha=0.05, power=0.8, ratio=ratio)
        # 1.96 + 0.84 is rounded, and statsmodels counts the other tail.
        assert share_needed(share, difference, ratio) == pytest.approx(theirs, rel=2e-3)
