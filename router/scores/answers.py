"""Answers: which of them count, and how many there are of each score."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Final, Literal

from router.scores.question import Question, require_same

Unusable = Literal["no_score", "not_a_number", "not_whole", "off_scale"]
"""Why a value is no score. `no_score`: nothing was given, as by somebody who only left a comment."""

UNUSABLE: Final[tuple[Unusable, ...]] = ("no_score", "not_a_number", "not_whole", "off_scale")


def read_score(question: Question, value: object) -> int | Unusable:
    """The value as a score of the question, or why it is none. Nothing is rounded, and no text is read as a number."""
    if value is None:
        return "no_score"
    # True is an int to Python, and no score to anybody.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "not_a_number"
    if isinstance(value, float) and not isfinite(value):
        return "not_a_number"
    if value != int(value):
        return "not_whole"
    return int(value) if int(value) in question.scores else "off_scale"


@dataclass(frozen=True, slots=True)
class Answers:
    """How many answers of each score one question got, in the order of its scale.

    Raises a ValueError where there are more or fewer counts than scores, or one is negative.
    """

    question: Question
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.counts) != len(self.question.scores) or min(self.counts) < 0:
            raise ValueError(f"{self.counts} are no counts for the scores {self.question.scores}")

    @classmethod
    def of(cls, question: Question, scores: Iterable[int]) -> "Answers":
        """Count scores of the question's scale. Others raise a ValueError; `read_score` tells them apart."""
        counts = dict.fromkeys(question.scores, 0)
        for score in scores:
            if score not in counts:
                raise ValueError(f"{score!r} is not on the scale {question.scale}")
            counts[score] += 1
        return cls(question, tuple(counts.values()))

    @property
    def n(self) -> int:
        """How many answers there are."""
        return sum(self.counts)

    def __add__(self, other: "Answers") -> "Answers":
        """Both together. Answers to another question raise NotTogether."""
        require_same(self.question, other.question)
        return Answers(self.question, tuple(map(int.__add__, self.counts, other.counts)))

    def __sub__(self, other: "Answers") -> "Answers":
        """Those that are not among the others. Raises a ValueError where the others are not all among these."""
        require_same(self.question, other.question)
        return Answers(self.question, tuple(map(int.__sub__, self.counts, other.counts)))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one invitation, and the cell it is counted in.

    `id` is the answer's own: it tells a repeated record from a second answer. `cell` names the day and the dimensions.
    """

    id: str
    invitation: str
    answered_at: datetime
    respond_by: datetime
    question: Question
    score: int
    cell: tuple[str, ...] = ()


def counted(answers: Iterable[Answer]) -> dict[str, Answer]:
    """The answer that counts for each invitation: the latest that came before `respond_by`.

    The result does not depend on the order of the answers, nor on how often each is told.
    """
    latest: dict[str, Answer] = {}
    for answer in answers:
        if answer.answered_at >= answer.respond_by:
            continue
        known = latest.get(answer.invitation)
        if known is None or (answer.answered_at, answer.id) > (known.answered_at, known.id):
            latest[answer.invitation] = answer
    return latest


def cells(answers: Mapping[str, Answer]) -> dict[tuple[Question, tuple[str, ...]], Answers]:
    """The counted answers of each cell. Two questions never share one."""
    scores: dict[tuple[Question, tuple[str, ...]], list[int]] = {}
    for answer in answers.values():
        scores.setdefault((answer.question, answer.cell), []).append(answer.score)
    return {key: Answers.of(key[0], found) for key, found in scores.items()}
