"""Pain points as JSON and as CSV, nothing rounded."""

from collections.abc import Sequence
from typing import Final

from router.insights.pain_points import HeldAgainst, SurveyPainPoints
from router.insights.periods import Days
from router.pages.csv_table import Table

_COLUMNS: Final = (
    *("survey", "metric", "text_version", "presentation", "measure", "journey", "step", "channel"),
    *("verdict", "n", "score", "rest", "difference", "low", "high", "p", "volume", "certain_harm"),
)


def as_json(found: Sequence[SurveyPainPoints], days: Days, zone: str) -> dict[str, object]:
    """Every survey with its days."""
    return {"first_day": days.first, "last_day": days.last, "zone": zone, "surveys": found}


def csv_table(found: Sequence[SurveyPainPoints]) -> Table:
    """A line for each place: the pain points, those not more than chance, those with too few answers."""
    return Table(_COLUMNS, [row for one in found for row in _rows(one)])


def _rows(one: SurveyPainPoints) -> list[list[object]]:
    question = one.question
    asked = [question.survey, question.metric, question.text_version, question.presentation, one.measure]

    def row(held: HeldAgainst, verdict: str) -> list[object]:
        place = held.place
        return [
            *asked, place.journey, place.step, place.channel, verdict, held.n, held.score, held.rest,
            held.difference, *held.interval, held.p, held.volume, held.certain_harm,
        ]  # fmt: skip

    rows = [row(held, "pain point") for held in one.found]
    rows += [row(held, "not worse by more than chance") for held in one.not_more_than_chance]
    empty = [None] * (len(_COLUMNS) - len(asked) - 5)
    rows += [
        [*asked, place.journey, place.step, place.channel, "too few", n, *empty] for place, n in one.too_few
    ]
    return rows
