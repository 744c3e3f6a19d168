"""Grouped counts as the store gives them, by hand."""

from router.insights.funnels import Funnel, funnels
from router.model.cells import CoverageCount, Member, Question, ScoreCounts, Stage

CES_2 = Question("ces-2.0", "ces", 1, 7, "higher_is_better", "1", "likert")
NPS = Question("nps", "nps", 0, 10, "higher_is_better", "1", "likert")


def counted(
    group: tuple[Member, ...], *, why: dict[str, int] | None = None, **stages: int
) -> list[CoverageCount]:
    """How many touchpoints of the group came to each stage, those withheld for the reasons `why`."""
    found = [CoverageCount(group, stage, "", count) for stage, count in _named(stages).items()]
    found += [CoverageCount(group, "withheld", reason, count) for reason, count in (why or {}).items()]
    return found


def asked_at(
    *group: Member, had: int, sent: int, answered: int, why: str = "not_sampled"
) -> list[CoverageCount]:
    """A group that a rule waits for: those not sent are withheld for one reason, those sent delivered."""
    return counted(
        group,
        why={why: had - sent} if had > sent else {},
        had_step=had,
        waited=had,
        matched=had,
        planned=sent,
        sent=sent,
        delivered=sent,
        started=answered,
        answered=answered,
    )


def funnel(counts: list[CoverageCount]) -> Funnel:
    (found,) = funnels(counts)
    return found


def scored(question: Question, counts: tuple[int, ...], *group: Member) -> ScoreCounts:
    return ScoreCounts(question, group, counts)


def _named(stages: dict[str, int]) -> dict[Stage, int]:
    return dict(stages)  # type: ignore[arg-type]
