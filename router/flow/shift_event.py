"""The word that a score has shifted: a CloudEvent, structured mode, and the row that it is made of."""

from datetime import date, datetime
from typing import Final, Literal
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
from msgspec import Struct

from router.flow.invitation_event import Id, Moment
from router.model.alerts import AlertRow, ScoreShiftRule
from router.model.cells import Question
from router.model.interaction import OWN_SOURCE
from router.model.survey import Metric, Polarity, Presentation
from router.scores.question import Measure
from router.scores.shifts import Shift

SHIFT_ALERT_TYPE: Final = "feedback.alert.score-shift.v1"


class ShiftPlace(Struct, frozen=True):
    """The scores of one chart: those of a question, asked about a journey's step or about none."""

    question: Question
    journey: str
    step: str


class ScoreShiftData(Struct, frozen=True):
    """Which score shifted, in which week, and how far. Figures are in the unit of the measure."""

    alert: str
    team: str
    survey: str
    metric: Metric
    scale: tuple[int, int]
    polarity: Polarity
    text_version: str
    presentation: Presentation
    journey: str | None
    step: str | None
    week: date
    measure: Measure
    direction: Literal["better", "worse"]
    average: float
    centre: float
    low: float
    high: float
    n: int
    weeks: int
    revision: int

    @property
    def place(self) -> ShiftPlace:
        """The chart."""
        low, high = self.scale
        question = Question(
            self.survey, self.metric, low, high, self.polarity, self.text_version, self.presentation
        )
        return ShiftPlace(question, self.journey or "", self.step or "")


class ScoreShiftAlert(Struct, frozen=True):
    """`feedback.alert.score-shift.v1`: the score of a survey's step is no longer what it was."""

    id: Id
    time: Moment
    subject: Id
    data: ScoreShiftData
    specversion: Literal["1.0"]
    type: Literal["feedback.alert.score-shift.v1"]
    source: str
    datacontenttype: Literal["application/json"]


def shift_id(rule: str, place: ShiftPlace, week: date) -> UUID:
    """One rule, chart and week have one alert."""
    question = place.question
    parts = (rule, question.survey, question.text_version, question.presentation, place.journey, place.step)
    return uuid5(NAMESPACE_OID, "\n".join(("score-shift", *parts, week.isoformat())))


def shift_row(
    rule: ScoreShiftRule, place: ShiftPlace, week: date, shift: Shift, at: datetime, revision: int
) -> AlertRow:
    """What is kept of an alert about a score, and published of it."""
    question = place.question
    better = shift.higher == (question.polarity == "higher_is_better" or shift.measure != "mean")
    data = ScoreShiftData(
        alert=rule.id,
        team=rule.team,
        survey=question.survey,
        metric=question.metric,
        scale=(question.scale_low, question.scale_high),
        polarity=question.polarity,
        text_version=question.text_version,
        presentation=question.presentation,
        journey=place.journey or None,
        step=place.step or None,
        week=week,
        measure=shift.measure,
        direction="better" if better else "worse",
        average=shift.average,
        centre=shift.centre,
        low=shift.low,
        high=shift.high,
        n=shift.n,
        weeks=shift.weeks,
        revision=revision,
    )
    return AlertRow(
        customer_id="",
        id=shift_id(rule.id, place, week),
        kind="score_shift",
        rule=rule.id,
        team=rule.team,
        survey=question.survey,
        raised_at=at,
        body=msgspec.json.encode(data),
        topic=rule.topic,
    )


def shift_event(row: AlertRow) -> ScoreShiftAlert:
    """The event of an alert about a score; its subject is the survey."""
    return ScoreShiftAlert(
        id=str(row.id),
        time=row.raised_at,
        subject=row.survey,
        data=msgspec.json.decode(row.body, type=ScoreShiftData),
        specversion="1.0",
        type=SHIFT_ALERT_TYPE,
        source=OWN_SOURCE,
        datacontenttype="application/json",
    )
