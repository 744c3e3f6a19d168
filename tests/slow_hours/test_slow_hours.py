"""The days around every clock change, in every run; `python -m tests.slow_hours` compares two whole years."""

from datetime import datetime, timedelta

import pytest

from router.policy import open_days
from tests.slow_hours.comparing import ZONES, changes_of, differences, wishes

DAY = 24 * 60


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_clock_change_the_first_allowed_minute_is_the_one_found_by_walking(zone: str) -> None:
    year, region = ZONES[zone]
    begins = [at - timedelta(days=1) for at in changes_of(zone, year)] or [
        datetime.fromisoformat(f"{year}-12-24T00:00Z")
    ]
    for begin in begins:
        for wish in wishes(region):
            assert list(differences(wish, zone, begin, 2 * DAY, lead=8 * DAY)) == []


def test_a_slip_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_days, "public_holidays", lambda _region, _year: {})
    begin = datetime.fromisoformat("2026-12-24T00:00Z")
    assert any(list(differences(wish, "Europe/Amsterdam", begin, DAY, lead=8 * DAY)) for wish in wishes("NL"))
