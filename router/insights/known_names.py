"""The names that a question about scores may use: those of the rules, and those that answers have been counted by."""

from typing import Literal

from router.insights.asked_scores import Asked, CellReader
from router.model.cells import WantedCoverage, WantedScores
from router.rules.ruleset import RuleSet

_Place = Literal["journey", "step", "channel"]


async def known_names(reader: CellReader, rules: RuleSet, asked: Asked) -> dict[str, list[str]]:
    """Surveys, journeys, steps and channels by name, in order.

    What is stored is read only where something is asked for that the rules of now do not know.
    """
    names: dict[str, set[str]] = {
        "survey": {*rules.surveys},
        "journey": {*rules.maps},
        "step": {step for journey in rules.maps.values() for step in journey.definition.steps},
        "channel": {*rules.channels},
    }
    if any(getattr(asked, what) not in {None, *known} for what, known in names.items()):
        places: tuple[_Place, ...] = ("journey", "step", "channel")
        scores = await reader.scores(WantedScores(imported="both"), places)
        coverage = await reader.coverage(WantedCoverage(), places)
        names["survey"] |= {one.question.survey for one in scores}
        for group in (*(one.group for one in scores), *(one.group for one in coverage)):
            for what, name in zip(places, group, strict=True):
                names[what].add(str(name))
    return {what: sorted(known - {""}) for what, known in names.items()}
