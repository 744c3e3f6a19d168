"""Journeys as their steps in order: how many had each, of how many something was asked, and how it was for them."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from router.insights.coverage import CoverageReport
from router.insights.effort import EffortReport, RateRow
from router.insights.funnels import Funnel
from router.insights.pain_points import SurveyPainPoints
from router.insights.score_report import ScoreReport, ScoreRow
from router.rules.ruleset import RuleSet

BY: Final = ("journey", "step")
"""What coverage and scores are told by, for this."""


class StepFigures(Struct, frozen=True):
    """A step with what became of its touchpoints and the scores of the surveys that were asked about it.

    `on_the_way` where the journey names it in its order. `pain_points` are the channels on which customers are certainly
    less content. `effort` are the rates of contacts in the step, where they were looked at.
    """

    journey: str
    step: str
    on_the_way: bool
    funnel: Funnel | None
    scores: tuple[ScoreRow, ...]
    pain_points: tuple[str, ...] = ()
    effort: Mapping[str, RateRow] = {}

    @property
    def had(self) -> int:
        """How many touchpoints had the step."""
        return self.funnel.stages["had_step"] if self.funnel else 0

    @property
    def asked(self) -> int:
        """Of how many of them somebody was asked: the invitation was sent."""
        return self.funnel.stages["sent"] if self.funnel else 0


class JourneyFigures(Struct, frozen=True):
    """A journey: first the steps in its order, then the others by name. `signals` are the effort that it keeps."""

    name: str
    steps: tuple[StepFigures, ...]
    signals: tuple[str, ...]

    @property
    def had(self) -> int:
        """How many touchpoints had any of its steps."""
        return sum(step.had for step in self.steps)


def journeys(
    rules: RuleSet,
    coverage: CoverageReport,
    scores: ScoreReport,
    pain_points: Sequence[SurveyPainPoints],
    effort: EffortReport | None,
) -> list[JourneyFigures]:
    """The journeys that the rules have or that something happened in, by volume; reports are by `BY`."""
    funnels = {(str(one.group[0]), str(one.group[1])): one for one in coverage.groups}
    rows: dict[tuple[str, str], list[ScoreRow]] = {}
    for row in scores.rows:
        rows.setdefault((row.group["journey"], row.group["step"]), []).append(row)
    hurt: dict[tuple[str, str], list[str]] = {}
    for survey in pain_points:
        for held in survey.found:
            hurt.setdefault((held.place.journey, held.place.step), []).append(held.place.channel)
    rates: dict[tuple[str, str], dict[str, RateRow]] = {}
    for one in effort.rows if effort else ():
        if one.dimension == "step":
            rates.setdefault((one.journey, one.value), {})[one.rate] = one
    wanted = coverage.wanted
    found = []
    for name in {*rules.maps, *(journey for journey, _ in (*funnels, *rows))} - {""}:
        definition = rules.maps[name].definition if name in rules.maps else None
        order = definition.order if definition else ()
        known = {step for journey, step in (*funnels, *rows) if journey == name}
        known |= set(definition.steps) if definition else set()
        steps = [*order, *sorted(known - {*order})]
        if wanted.journey in (None, name):
            found.append(
                JourneyFigures(
                    name,
                    tuple(
                        StepFigures(
                            name, step, step in order, funnels.get((name, step)), tuple(rows.get((name, step), ())),
                            tuple(dict.fromkeys(hurt.get((name, step), ()))), rates.get((name, step), {}),
                        )
                        for step in steps
                        if wanted.step in (None, step)
                    ),
                    tuple(signal.name for signal in definition.effort) if definition else (),
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.had, one.name))
