"""What rate caps will hold back of a plan, and how far quotas are used."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from router.insights.forecast import held_back_by, planned_answers, quotas_used
from router.model.cells import CoverageCount, CoverageDimension, WantedCoverage
from router.model.ledger import PlannedHour, QuotaKey
from router.model.policy import Policy, Quota, RateCap

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NINE = NOW.replace(minute=0)
HOUR = timedelta(hours=1)
CAP = RateCap("mails", 60, HOUR, channel="email")


def hour(after: int, count: int, channel: str = "email") -> PlannedHour:
    return PlannedHour(NINE + after * HOUR, "nps", channel, count)


def test_what_fits_is_not_held_back() -> None:
    held = held_back_by(CAP, [hour(1, 60), hour(2, 60)], NOW, NOW)
    assert (held.held_back, held.last_leaves_at) == (0, NINE + 3 * HOUR)


def test_what_does_not_fit_goes_on_into_the_next_hours() -> None:
    held = held_back_by(CAP, [hour(1, 150), hour(2, 0), hour(3, 60)], NOW, NOW)
    assert held.held_back == 90 + 30
    assert held.last_leaves_at == NINE + 4 * HOUR + timedelta(minutes=30)


def test_of_the_hour_that_has_begun_only_the_rest_is_left() -> None:
    assert held_back_by(CAP, [hour(0, 40)], NOW, NOW).held_back == 10


def test_the_moments_that_are_given_out_already_are_gone() -> None:
    assert held_back_by(CAP, [hour(1, 60)], NINE + HOUR + HOUR / 2, NOW).held_back == 30


def test_other_channels_are_not_held_back() -> None:
    assert held_back_by(CAP, [hour(1, 1000, "sms")], NOW, NOW).held_back == 0


def test_quotas_of_the_current_period_the_fullest_first() -> None:
    policy = Policy(
        quotas=(Quota("agent", 10, "calendar_month", same="agent"), Quota("all", 100, "calendar_day"))
    )
    counts = {
        QuotaKey("agent", "Ann", "2026-11"): 3,
        QuotaKey("agent", "Bob", "2026-11"): 9,
        QuotaKey("agent", "Bob", "2026-10"): 10,
        QuotaKey("all", "", "2026-11-24"): 50,
        QuotaKey("gone", "", "2026-11"): 1,
    }
    used = quotas_used(policy, counts, NOW)
    assert [(use.quota, use.value, use.used, use.max) for use in used] == [
        ("agent", "Bob", 9, 10),
        ("all", "", 50, 100),
        ("agent", "Ann", 3, 10),
    ]
    assert used[0].until == datetime(2026, 12, 1, tzinfo=UTC)


class _Counted:
    """Cells of so many that were sent and answered."""

    def __init__(self, sent: int, answered: int) -> None:
        self._counts = [CoverageCount((), "sent", "", sent), CoverageCount((), "answered", "", answered)]

    async def coverage(
        self, wanted: WantedCoverage, by: Sequence[CoverageDimension] = ()
    ) -> list[CoverageCount]:
        assert (wanted.since, by) == (NOW.date() - timedelta(days=90), ())
        return self._counts


@pytest.mark.parametrize(
    ("sent", "answered", "expected"), [(1000, 200, (70, 91)), (29, 9, (None, None)), (100, 0, (0, 15))]
)
def test_the_answers_to_expect_are_a_range(
    sent: int, answered: int, expected: tuple[int | None, int | None]
) -> None:
    planned = [
        PlannedHour(NOW, "nps", "email", 400, "invitation"),
        PlannedHour(NOW, "nps", "email", 9, "reminder"),
    ]
    found = asyncio.run(planned_answers(_Counted(sent, answered), planned, NOW.date()))
    assert (found.planned, found.low, found.high) == (400, *expected)
