"""Rates of what happens, and their changes."""

import random

import pytest

from router.scores.customers import Customers
from router.scores.rates import RateChange, among_many, compare_rates, rate
from router.scores.score import Enough
from router.scores.share import share_difference, share_interval


def one_each(positives: int, n: int) -> Customers:
    return Customers({(1, 1, 1): positives, (1, 0, 0): n - positives})


def test_one_contact_each_is_a_plain_share() -> None:
    found = rate(one_each(30, 100))
    assert (found.point, found.n, found.effective_n, found.evidence) == (0.3, 100, 100, "enough")
    assert found.interval == share_interval(30, 100)


def test_contacts_of_the_same_customers_say_less() -> None:
    found = rate(Customers({(10, 10, 10): 3, (10, 0, 0): 7}))
    assert found.point == 0.3
    assert found.effective_n < 15
    assert found.interval is not None
    assert found.interval.width > share_interval(30, 100).width


def test_few_are_not_shown() -> None:
    assert rate(Customers({})).evidence == "too few"
    few = rate(one_each(3, 9))
    assert (few.point, few.n, few.positives) == (None, 9, 3)
    assert rate(one_each(3, 9), enough=Enough(5, 10)).evidence == "indicative"


@pytest.mark.parametrize(
    ("before", "now", "higher_is_better", "word"),
    [
        ((400, 1000), (200, 1000), False, "better"),
        ((400, 1000), (200, 1000), True, "worse"),
        ((200, 1000), (400, 1000), False, "worse"),
        ((4000, 10_000), (4010, 10_000), False, "no clear change"),
        ((10, 40), (14, 40), False, "too few to tell"),
        ((1, 5), (40, 1000), False, "too few to tell"),
    ],
)
def test_the_words(before: tuple[int, int], now: tuple[int, int], higher_is_better: bool, word: str) -> None:
    first, second = rate(one_each(*before)), rate(one_each(*now))
    found = compare_rates(first, second, 0.05, higher_is_better=higher_is_better)
    assert found.verdict == word
    if found.difference is not None:
        assert found.difference.point == pytest.approx(second.point - first.point)
        assert found.difference.interval == pytest.approx(share_difference(before, now).interval)


def test_how_many_more_are_needed() -> None:
    few = compare_rates(rate(one_each(10, 40)), rate(one_each(14, 40)), 0.05, higher_is_better=False)
    assert few.more_needed > 1000
    nothing = compare_rates(rate(Customers({})), rate(Customers({})), 0.05, higher_is_better=False)
    assert (nothing.verdict, nothing.more_needed) == ("too few to tell", 0)


def change(before: tuple[int, int], now: tuple[int, int]) -> RateChange:
    return compare_rates(rate(one_each(*before)), rate(one_each(*now)), 0.05, higher_is_better=False)


def test_among_many_places_chance_is_not_called_a_change() -> None:
    chance = random.Random(20261127)
    draws = [sum(chance.random() < 0.3 for _ in range(200)) for _ in range(400)]
    changes = [change((one, 200), (other, 200)) for one, other in zip(draws[::2], draws[1::2], strict=True)]
    assert sum(one.verdict in ("better", "worse") for one in changes) >= 4
    real = change((60, 200), (120, 200))
    found = among_many([*changes, real, change((1, 5), (40, 200))], 0.05)
    assert [one.verdict for one in found[:-2]] == ["too few to tell"] * 200
    assert found[-2].verdict == "worse"
    assert (found[-1].verdict, found[-1].p) == ("too few to tell", None)
    assert found[-2].p is not None
    assert real.p is not None
    assert found[-2].p > real.p
