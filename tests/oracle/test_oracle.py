"""Compiled and indexed, a rule set decides as the plain reading of the language does: each decision, each trace.

`python -m tests.oracle` compares a million; `test_mutations.py` shows that a mistake in the index is found.
"""

import pytest

from tests.oracle.comparing import check

SEEDS = range(4)
DECISIONS = 5_000


@pytest.mark.parametrize("seed", SEEDS)
def test_every_decision_and_every_trace_is_that_of_the_oracle(seed: int) -> None:
    assert check(seed, DECISIONS) >= DECISIONS
