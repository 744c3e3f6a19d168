"""Some hundred logs in every run; `python -m tests.slow_paths` compares 20,000."""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from tests.slow_paths.comparing import Different, check
from tests.slow_paths.made_up import Maker
from tests.slow_paths.ways import backtested


@pytest.mark.parametrize("seed", range(6))
def test_every_way_comes_to_what_the_backtest_comes_to(seed: int) -> None:
    assert check(seed, 50) == 50


def test_the_logs_hold_what_a_log_can_hold() -> None:
    came: Counter[str] = Counter()
    for case in islice(Maker(8).cases(), 200):
        found = backtested(case.rules, case.events)
        came.update(one.reason for one in found.read)
        came.update("also" for one in found.read if one.also)
        came.update(found.finals.values())
        came.update(entry.kind for one in found.customers.values() for entry in one.invitations)
    wanted = {
        "invited",
        "duplicate",
        "no_customer",
        "unknown_invitation",
        "preferences_recorded",
        "late",
        "quota",
    }
    wanted |= {
        "delivery_recorded",
        "answer_recorded",
        "report_ignored",
        "suppressed",
        "no_consent",
        "shared_limit",
    }
    wanted |= {
        "also",
        "sent",
        "answered",
        "bounced",
        "withdrawn",
        "cancelled",
        "displaced",
        "reminder",
        "fallback",
    }
    assert wanted <= came.keys()


@pytest.mark.parametrize(
    ("slip", "instead"),
    [
        ("router.decide.batch.named_invitation", lambda _interaction: None),
        ("router.flow.rows.next_moment", lambda _customer, _rules: None),
    ],
)
def test_a_slip_of_one_way_would_be_seen(
    slip: str, instead: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slip, instead)
    with pytest.raises(Different):
        check(1, 300)
