"""What responses change in the scores, as changes to cells: the one that stood is taken away, the one that stands added."""

from datetime import date, tzinfo
from typing import Final

from msgspec.structs import replace

from router.model.cells import ALL, Basis, ScoreCell
from router.model.keys import as_key
from router.model.responses import ResponseRow

BASES: Final[tuple[Basis, ...]] = ("happened", "answered")


class ScoreSums:
    """Adds responses up by all that tells cells apart. Only those with status `counted` count."""

    def __init__(self) -> None:
        # Under the cell of all answers of a day: one response is counted in many cells that differ in an attribute alone.
        self._found: dict[ScoreCell, dict[tuple[str, str], list[int]]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def change(self, before: ResponseRow | None, after: ResponseRow | None, zone: tzinfo) -> None:
        """Puts `after` in the place of `before`. `zone` is the policy's, in which days and hours are told."""
        if before is not None:
            self.add(before, zone, -1)
        if after is not None:
            self.add(after, zone)

    def add(self, response: ResponseRow, zone: tzinfo, by: int = 1) -> None:
        """Counts a response `by` times: of all, and by each attribute, for both days that it has."""
        if response.status != "counted" or response.score is None:
            return
        asked = response.context
        happened = asked.happened_at.astimezone(zone)
        values = {ALL: "", **asked.attributes, "hour": f"{happened.hour:02}"}
        if response.asked_on is not None:
            values["asked_on"] = response.asked_on
        days = {"happened": happened.date(), "answered": response.answered_at.astimezone(zone).date()}
        low, high = asked.scale
        for basis in BASES:
            found = self._found.setdefault(_cell(response, basis, days[basis]), {})
            for place in values.items():
                counts = found.get(place)
                if counts is None:
                    counts = found[place] = [0] * (high - low + 1)
                counts[response.score - low] += by

    def cells(self) -> list[ScoreCell]:
        """The sums as cells."""
        return [
            replace(cell, attribute=attribute, value=value, counts=tuple(counts))
            for cell, found in self._found.items()
            for (attribute, value), counts in found.items()
            if any(counts)
        ]


def score_changes(before: ResponseRow | None, after: ResponseRow | None, zone: tzinfo) -> list[ScoreCell]:
    """The changes to cells where one response takes the place of another, or of none."""
    sums = ScoreSums()
    sums.change(before, after, zone)
    return sums.cells()


def _cell(response: ResponseRow, basis: Basis, day: date) -> ScoreCell:
    asked = response.context
    return ScoreCell(
        basis=basis,
        day=day,
        survey=asked.survey,
        metric=asked.metric,
        scale_low=asked.scale[0],
        scale_high=asked.scale[1],
        polarity=asked.polarity,
        text_version=asked.text_version,
        presentation=asked.presentation,
        journey=asked.journey or "",
        step=asked.step or "",
        channel=as_key(asked.channel) or "",
        rule=asked.rule,
        revision=asked.revision,
        attribute=ALL,
        value="",
        imported=response.imported or "",
        counts=(),
    )
