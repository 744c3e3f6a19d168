"""Semantics 8: draws that anybody can compute again."""

import hashlib

from router.policy.draw import draw


def test_the_documented_hash() -> None:
    digest = hashlib.sha256(b"pepper/sample:nps/2026-11/c-1").digest()
    expected = int.from_bytes(digest[:8], "big") / 2**64
    assert draw("pepper", "sample:nps", "2026-11", "c-1") == expected
    assert draw("", "hold_out", "", "c-1") == 0.018174139211727173


def test_every_argument_counts() -> None:
    drawn = {
        draw(*given)
        for given in [
            ("a", "b", "c", "d"),
            ("x", "b", "c", "d"),
            ("a", "x", "c", "d"),
            ("a", "b", "x", "d"),
            ("a", "b", "c", "x"),
        ]
    }
    assert len(drawn) == 5


def test_a_raised_share_keeps_those_it_had() -> None:
    numbers = {f"c-{number}": draw("", "sample:r", "2026-11", f"c-{number}") for number in range(2_000)}
    tenth = {name for name, number in numbers.items() if number < 0.1}
    fifth = {name for name, number in numbers.items() if number < 0.2}
    assert tenth < fifth
    assert 150 < len(tenth) < 250
    assert 340 < len(fifth) < 460


def test_two_purposes_are_drawn_apart() -> None:
    both = [
        (draw("", "hold_out", "", f"c-{n}") < 0.5, draw("", "sample:r", "", f"c-{n}") < 0.5)
        for n in range(2_000)
    ]
    assert 400 < both.count((True, True)) < 600
