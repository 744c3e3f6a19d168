"""What was asked: which answers may be put together, and what each answer counts for."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from router.model.survey import Metric, Polarity, Presentation, Survey

Measure = Literal["nps", "mean", "top_box"]
"""NPS in points from -100 to 100; the mean on the survey's scale; the share of the best answers from 0 to 1."""

MEASURES: Final[dict[Metric, tuple[Measure, ...]]] = {
    "nps": ("nps",),
    "ces": ("mean", "top_box"),
    "csat": ("top_box", "mean"),
}
"""The measures of each metric; the first is the one it is known by."""

UNITS: Final[dict[Measure, int]] = {"nps": 100, "mean": 1, "top_box": 1}
"""By what the mean of `values` is multiplied to be the measure."""

_PASSIVES: Final = range(7, 9)
_BOXES: Final = {5: 2, 7: 3}
"""How many of so many answers are the best, and as many the worst: 4-5 of 1-5, 5-7 of 1-7."""


class NotTogether(ValueError):
    """Answers that must not be put together or compared: they were not given to the same question."""


@dataclass(frozen=True, slots=True)
class Question:
    """A survey as it was asked. Only answers to equal questions may be put together.

    `scale` holds the lowest and highest answer, both included. A metric on a scale that is not its own is refused with
    a ValueError.
    """

    survey: str
    metric: Metric
    scale: tuple[int, int]
    polarity: Polarity
    text_version: str
    presentation: Presentation

    def __post_init__(self) -> None:
        low, high = self.scale
        if self.metric == "nps" and (self.scale != (0, 10) or self.polarity != "higher_is_better"):
            raise ValueError("NPS is asked on 0 to 10, and higher is better")
        if self.metric != "nps" and (low != 1 or high not in _BOXES):
            raise ValueError(f"{self.metric} is asked on 1 to 5 or 1 to 7, not on {low} to {high}")

    @classmethod
    def of(cls, survey: Survey) -> "Question":
        """The question that an entry of the catalogue asks."""
        return cls(
            survey.name, survey.metric, survey.scale, survey.polarity, survey.version, survey.presentation
        )

    @property
    def scores(self) -> range:
        """Every answer that the scale has, in order."""
        return range(self.scale[0], self.scale[1] + 1)


def require_same(one: Question, other: Question, *, across_texts: bool = False) -> None:
    """Raise NotTogether with the first thing in which two questions differ.

    `across_texts` is for a comparison that somebody asked for though the text has changed; never for a sum.
    """
    if one is other:
        return
    for name in ("survey", "metric", "scale", "polarity", "presentation", "text_version"):
        ours, theirs = getattr(one, name), getattr(other, name)
        if ours != theirs and not (across_texts and name == "text_version"):
            raise NotTogether(
                f"Answers that differ in {name} ({ours}, {theirs}) are never put together: score each alone."
            )


@lru_cache(maxsize=256)
def buckets(question: Question) -> dict[str, range]:
    """The named parts of the scale, best first. Every score of the scale is in exactly one."""
    low, high = question.scale
    if question.metric == "nps":
        return {
            "promoters": range(_PASSIVES.stop, high + 1),
            "passives": _PASSIVES,
            "detractors": range(low, _PASSIVES.start),
        }
    size = _BOXES[high]
    upper, middle, lower = (
        range(high - size + 1, high + 1),
        range(low + size, high - size + 1),
        range(low, low + size),
    )
    best, worst = (upper, lower) if question.polarity == "higher_is_better" else (lower, upper)
    return {"top_box": best, "middle": middle, "bottom_box": worst}


@lru_cache(maxsize=256)
def values(question: Question, measure: Measure) -> tuple[int, ...]:
    """What each score of the scale counts for, in order: -1, 0, 1 for NPS, 0 or 1 for a share, itself for a mean.

    A measure that the question's metric does not have is refused with a ValueError.
    """
    if measure not in MEASURES[question.metric]:
        raise ValueError(f"{question.metric} has no {measure}, but {', '.join(MEASURES[question.metric])}")
    if measure == "mean":
        return tuple(question.scores)
    parts = buckets(question)
    if measure == "nps":
        return tuple(
            (score in parts["promoters"]) - (score in parts["detractors"]) for score in question.scores
        )
    return tuple(int(score in parts["top_box"]) for score in question.scores)
