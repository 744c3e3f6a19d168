"""Funnels: how many touchpoints came to each stage, and the shares of answers with their named denominators."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from router.model.cells import STAGES, CoverageCount, Member, Stage
from router.scores.interval import Interval
from router.scores.share import share_interval

WITH_REASON: Final[tuple[Stage, ...]] = ("withheld", "cancelled", "displaced", "expired", "bounced")
"""The stages that a touchpoint comes to for a reason. No later one follows, but for a fallback after `bounced`."""


class Answered(Struct, frozen=True):
    """How many of `of` touchpoints were answered; without any there is no `share` (0 to 1), else its 95 % interval."""

    answered: int
    of: int
    share: float | None
    interval: Interval | None


class AnsweredOf(Struct, frozen=True):
    """Those answered, of three denominators: `sent`, `reached`, and all that `had_step`, which is the coverage.

    Reached are those sent that did not bounce. One that bounced and was delivered on another channel was reached.
    """

    sent: Answered
    reached: Answered
    had_step: Answered


class Funnel(Struct, frozen=True):
    """How many touchpoints of one group came to each stage; of those withheld or ended, how many for each reason."""

    group: tuple[Member, ...]
    stages: dict[Stage, int]
    reasons: dict[Stage, dict[str, int]]
    answered_of: AnsweredOf

    @property
    def waiting(self) -> int:
        """How many are planned, neither sent nor ended."""
        stages = self.stages
        ended = stages["cancelled"] + stages["displaced"] + stages["expired"] + stages["sent"]
        return max(0, stages["planned"] - ended)


def funnels(counts: Iterable[CoverageCount]) -> list[Funnel]:
    """The funnel of each group, in the order in which the groups come."""
    stages: dict[tuple[Member, ...], dict[Stage, int]] = {}
    reasons: dict[tuple[Member, ...], dict[Stage, dict[str, int]]] = {}
    for one in counts:
        came = stages.setdefault(one.group, dict.fromkeys(STAGES, 0))
        came[one.stage] += one.count
        if one.reason and one.stage in WITH_REASON:
            why = reasons.setdefault(one.group, {}).setdefault(one.stage, {})
            why[one.reason] = why.get(one.reason, 0) + one.count
    return [Funnel(group, came, reasons.get(group, {}), answered_of(came)) for group, came in stages.items()]


def added(group: tuple[Member, ...], parts: Iterable[Funnel]) -> Funnel:
    """The funnel of all parts together."""
    stages: dict[Stage, int] = dict.fromkeys(STAGES, 0)
    reasons: dict[Stage, dict[str, int]] = {}
    for part in parts:
        for stage, count in part.stages.items():
            stages[stage] += count
        for stage, why in part.reasons.items():
            known = reasons.setdefault(stage, {})
            for reason, count in why.items():
                known[reason] = known.get(reason, 0) + count
    return Funnel(group, stages, reasons, answered_of(stages))


def together(parts: Iterable[Funnel], kept: Sequence[int]) -> list[Funnel]:
    """The parts whose groups are equal at these places, added up."""
    groups: dict[tuple[Member, ...], list[Funnel]] = {}
    for part in parts:
        groups.setdefault(tuple(part.group[place] for place in kept), []).append(part)
    return [added(group, alike) for group, alike in groups.items()]


def answered_of(stages: Mapping[Stage, int]) -> AnsweredOf:
    """Those answered, of each denominator, by how many touchpoints came to each stage."""
    sent, answered = stages.get("sent", 0), stages.get("answered", 0)
    # At least so many were reached, of each of the three.
    reached = max(sent - stages.get("bounced", 0), stages.get("delivered", 0), answered)
    return AnsweredOf(
        _answered(answered, sent),
        _answered(answered, reached),
        _answered(answered, stages.get("had_step", 0)),
    )


def _answered(answered: int, of: int) -> Answered:
    if not of:
        return Answered(answered, of, None, None)
    return Answered(answered, of, answered / of, share_interval(answered, of))
