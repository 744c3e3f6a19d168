"""The mix effect: how much of a change comes from other customers or steps, and how much from other scores."""

from collections.abc import Iterable
from typing import NamedTuple


class Stratum(NamedTuple):
    """One part of what is compared, such as a step: answers and their score in either period, None where there are none."""

    n_first: int
    score_first: float | None
    n_second: int
    score_second: float | None


class Mix(NamedTuple):
    """The two parts of a change, in the unit of the score. Together they are the whole change.

    `rate` is what the scores of the parts did, `mix` what their shares of the answers did.
    """

    rate: float
    mix: float


def mix_effect(strata: Iterable[Stratum]) -> Mix:
    """Take a change apart (Kitagawa 1955). Both periods need answers.

    A part that has answers in only one period has no score to change: all it does is mix (own).
    """
    parts = [stratum for stratum in strata if stratum.n_first or stratum.n_second]
    all_first = sum(stratum.n_first for stratum in parts)
    all_second = sum(stratum.n_second for stratum in parts)
    rate = mix = 0.0
    for n_first, score_first, n_second, score_second in parts:
        weight_first, weight_second = n_first / all_first, n_second / all_second
        first = score_second if score_first is None else score_first
        second = score_first if score_second is None else score_second
        if first is None or second is None:
            raise ValueError("A part with answers has no score")
        rate += (weight_first + weight_second) / 2 * (second - first)
        mix += (weight_second - weight_first) * (first + second) / 2
    return Mix(rate, mix)
