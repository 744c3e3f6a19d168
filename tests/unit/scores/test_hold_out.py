"""Held out beside askable: words, several outcomes, and how many are needed."""

import pytest

from router.scores.hold_out import Happened, effects
from router.scores.needed import share_needed
from router.scores.several import adjusted_p
from router.scores.share import share_difference


def test_the_words_are_those_of_who_may_be_asked() -> None:
    ten, many = Happened(100, 1000), Happened(400, 1000)
    more, less, none = effects([(ten, many), (many, ten), (ten, ten)], smallest=0.10)
    assert (more.effect, less.effect, none.effect) == ("more often", "less often", "no clear difference")
    assert more.difference == share_difference(ten, many)


def test_wide_intervals_and_small_groups_tell_nothing() -> None:
    wide, small, nobody = effects(
        [
            (Happened(2, 20), Happened(100, 1000)),
            (Happened(9, 9), Happened(0, 1000)),
            (Happened(0, 0), Happened(0, 0)),
        ],
        smallest=0.05,
    )
    assert wide.effect == small.effect == nobody.effect == "too few to tell"
    assert wide.difference is not None
    assert small.difference is nobody.difference is small.p is None
    assert nobody.needed is None


def test_p_is_adjusted_for_the_number_of_outcomes() -> None:
    sides = [(Happened(100, 1000), Happened(at, 1000)) for at in (128, 110, 90, 105)]
    plain = [share_difference(*side).p for side in sides]
    assert [one.p for one in effects(sides, 0.05)] == adjusted_p(plain)
    # Alone the first would be an effect; as one of four it is not.
    assert effects(sides[:1], 0.05)[0].effect == "more often"
    assert effects(sides, 0.05)[0].effect != "more often"


def test_how_many_have_to_be_held_out() -> None:
    (one,) = effects([(Happened(2, 20), Happened(98, 980))], smallest=0.05)
    assert one.needed == pytest.approx(share_needed(0.1, 0.05, 49), abs=1)
    assert share_needed(0.1, 0.05, 49) < share_needed(0.1, 0.05)
    assert share_needed(0.1, 0.05, 1) == share_needed(0.1, 0.05)
    (never,) = effects([(Happened(0, 20), Happened(0, 980))], smallest=0.05)
    assert never.needed is None
