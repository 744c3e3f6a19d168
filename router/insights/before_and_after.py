"""Before and after: what changed, whether that is certain, and how much of it is mix."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from router.insights.score_report import Difference
from router.model.policy import ScoreSettings
from router.scores.answers import Answers
from router.scores.comparison import Group, compare
from router.scores.customers import Customers
from router.scores.mix import Stratum, mix_effect
from router.scores.question import Measure, Question
from router.scores.score import Enough, point_of

Place = tuple[str, str, str]
"""Journey, step and channel: the parts by which a change is taken apart."""

Parts = Mapping[Place, Answers]

_PARTS_OF_A_QUESTION: Final = ("metric", "scale", "polarity", "presentation", "text_version")


class Side(NamedTuple):
    """The answers of one side to one question, in parts too, and the customers who gave them where those are looked at."""

    answers: Answers
    parts: Parts
    customers: Customers | None = None


def smallest_that_matters(settings: ScoreSettings, measure: Measure) -> float:
    """The smallest change worth a word, by the policy."""
    if measure == "nps":
        return settings.smallest_nps
    return settings.smallest_mean if measure == "mean" else settings.smallest_share


def total(question: Question, parts: Parts) -> Answers:
    """All parts together; no answers where there are no parts."""
    return sum(parts.values(), Answers(question, (0,) * len(question.scores)))


def counterpart(
    question: Question, before: Mapping[Question, Parts], *, across_texts: bool
) -> tuple[Question, str | None]:
    """The question before that a question is compared with, or why there is none.

    It is the same question. Where that was not asked before, another text of it may stand in, where somebody asked for
    it: that with the most answers.
    """
    if question in before:
        return question, None
    others = [other for other in before if other.survey == question.survey]
    if not others:
        return question, None
    most = max(others, key=lambda other: total(other, before[other]).n)
    differ = [name for name in _PARTS_OF_A_QUESTION if getattr(most, name) != getattr(question, name)]
    if differ == ["text_version"]:
        if across_texts:
            return most, None
        why = f"the text changed from {most.text_version} to {question.text_version}"
        return question, f"{why}; --across-texts compares all the same"
    changed = ", ".join(name.replace("_", " ") for name in differ)
    return question, f"another question was asked before: {changed} changed"


def change_of(
    before: Side,
    after: Side,
    measure: Measure,
    settings: ScoreSettings,
    enough: Enough,
) -> Difference:
    """The second side less the first."""
    first, second = before.answers, after.answers
    found = compare(
        Group(first, before.customers),
        Group(second, after.customers),
        measure,
        smallest=smallest_that_matters(settings, measure),
        enough=enough,
        across_texts=True,
    )
    if found.difference is None:
        return Difference(
            first.n, verdict=found.verdict, smallest=found.smallest, more_needed=found.more_needed
        )
    strata: dict[Place, list[Answers | None]] = defaultdict(lambda: [None, None])
    for side, side_parts in enumerate((before.parts, after.parts)):
        for place, answers in side_parts.items():
            strata[place][side] = answers
    mix = mix_effect(_stratum(one, other, measure) for one, other in strata.values())
    return Difference(
        first.n,
        point_of(first, measure),
        found.difference.point,
        *found.difference.interval,
        found.difference.p,
        found.verdict,
        found.smallest,
        found.more_needed,
        *mix,
    )


def _stratum(first: Answers | None, second: Answers | None, measure: Measure) -> Stratum:
    return Stratum(
        first.n if first else 0,
        point_of(first, measure) if first and first.n else None,
        second.n if second else 0,
        point_of(second, measure) if second and second.n else None,
    )
