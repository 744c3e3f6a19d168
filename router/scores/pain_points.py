"""Pain points: cells certainly worse than the rest of their survey, the most harm first."""

from collections.abc import Hashable, Mapping
from functools import reduce
from operator import add
from typing import Generic, NamedTuple, TypeVar

from router.scores.answers import Answers
from router.scores.comparison import Group, difference, higher_is_better
from router.scores.difference import Difference
from router.scores.interval import CONFIDENCE
from router.scores.question import Measure
from router.scores.score import ENOUGH, Enough
from router.scores.several import adjusted_p

Cell = TypeVar("Cell", bound=Hashable)


class AgainstTheRest(NamedTuple, Generic[Cell]):
    """A cell against all other answers to its question.

    `p` is adjusted for the number of cells. `certain_harm` is the end of the interval nearer to no difference, positive
    where the cell is certainly worse, times `volume`.
    """

    cell: Cell
    n: int
    difference: Difference
    p: float
    volume: int
    certain_harm: float


class PainPoints(NamedTuple, Generic[Cell]):
    """Each cell is in one of the lists. `not_more_than_chance` holds those that are better, too, by p."""

    found: list[AgainstTheRest[Cell]]
    not_more_than_chance: list[AgainstTheRest[Cell]]
    too_few: list[Cell]


def pain_points(
    cells: Mapping[Cell, Answers],
    measure: Measure,
    *,
    volumes: Mapping[Cell, int] | None = None,
    false_share: float = 0.05,
    enough: Enough = ENOUGH,
    confidence: float = CONFIDENCE,
) -> PainPoints[Cell]:
    """Hold each cell with enough answers against the rest of the survey, all cells together being the survey.

    `volumes` is how often each cell happens (its answers where not given). Of the cells found, at most `false_share` are
    none, on average. Answers to different questions raise NotTogether.
    """
    if not cells:
        return PainPoints([], [], [])
    whole = reduce(add, cells.values())
    tested: list[tuple[Cell, Answers, Difference]] = []
    too_few: list[Cell] = []
    for cell, answers in cells.items():
        rest = whole - answers
        least = min(answers.n, rest.n)
        if least == 0 or enough.evidence(least) == "too few":
            too_few.append(cell)
        else:
            tested.append((cell, answers, difference(Group(rest), Group(answers), measure, confidence)))
    found: list[AgainstTheRest[Cell]] = []
    others: list[AgainstTheRest[Cell]] = []
    ps = adjusted_p([against.p for _, _, against in tested])
    for (cell, answers, against), p in zip(tested, ps, strict=True):
        volume = answers.n if volumes is None else volumes[cell]
        better_up = higher_is_better(answers.question, measure)
        harm = -against.interval.high if better_up else against.interval.low
        one = AgainstTheRest(cell, answers.n, against, p, volume, harm * volume)
        (found if p <= false_share and harm > 0 else others).append(one)
    found.sort(key=lambda one: one.certain_harm, reverse=True)
    others.sort(key=lambda one: one.p)
    return PainPoints(found, others, too_few)
