"""Semantics 5: rolling windows, drawn. A column is a day, `o` a counted invitation, `?` the moment asked about."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.policy.windows import first_allowed, fullest
from tests.unit.core.builders import T0

DAY = timedelta(days=1)


def read(line: str) -> tuple[list[int], int]:
    """The days of the counted invitations and the day asked about; `8` is both an `o` and the `?`."""
    return [day for day, mark in enumerate(line) if mark in "o8"], min(
        day for day, mark in enumerate(line) if mark in "?8"
    )


# line, width in days, how many the fullest window holds, first day allowed for at most 1, 2 and 3
TIMELINES = [
    ("?         ", 3, 1, (0, 0, 0)),
    ("o ?       ", 3, 2, (3, 2, 2)),
    ("o  ?      ", 3, 1, (3, 3, 3)),
    ("? o       ", 3, 2, (5, 0, 0)),
    ("?  o      ", 3, 1, (0, 0, 0)),
    ("oo?       ", 3, 3, (4, 3, 2)),
    ("o?o       ", 3, 3, (5, 3, 1)),
    ("o ? o     ", 3, 2, (7, 2, 2)),
    ("o  ?  o   ", 3, 1, (3, 3, 3)),
    ("oo ? oo   ", 3, 2, (9, 3, 3)),
    ("8         ", 3, 2, (3, 0, 0)),
    ("o ? o o   ", 4, 2, (10, 2, 2)),
    ("  o    ? o", 5, 2, (14, 7, 7)),
]


@pytest.mark.parametrize(("line", "width", "most", "allowed"), TIMELINES)
def test_timeline(line: str, width: int, most: int, allowed: tuple[int, int, int]) -> None:
    days, asked = read(line)
    times, at = [T0 + day * DAY for day in days], T0 + asked * DAY
    assert fullest(times, at, width * DAY) == most
    found = [first_allowed(times, at, width * DAY, limit) for limit in (1, 2, 3)]
    assert found == [T0 + day * DAY for day in allowed]


def test_exactly_one_width_later_is_allowed_and_a_microsecond_less_is_not() -> None:
    tick = timedelta(microseconds=1)
    assert fullest([T0], T0 + 30 * DAY, 30 * DAY) == 1
    assert fullest([T0], T0 + 30 * DAY - tick, 30 * DAY) == 2
    assert fullest([T0 + 30 * DAY], T0, 30 * DAY) == 1
    assert fullest([T0 + 30 * DAY - tick], T0, 30 * DAY) == 2


def slow(days: list[int], at: int, width: int) -> int:
    """Every span that holds the moment, tried one by one."""
    everyone = [*days, at]
    return max(
        sum(start <= day < start + width for day in everyone) for start in range(at - width + 1, at + 1)
    )


moments = st.lists(st.integers(0, 40), max_size=12)


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(0, 40), st.integers(1, 12), st.integers(1, 5))
def test_as_a_slow_search_finds_it(days: list[int], at: int, width: int, limit: int) -> None:
    times = [T0 + day * DAY for day in sorted(days)]
    assert fullest(times, T0 + at * DAY, width * DAY) == slow(days, at, width)
    allowed = next(day for day in range(at, 100) if slow(days, day, width) <= limit)
    assert first_allowed(times, T0 + at * DAY, width * DAY, limit) == T0 + allowed * DAY
