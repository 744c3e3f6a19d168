"""The word that somebody must act: a CloudEvent, structured mode, and the row that it is made of."""

from collections.abc import Collection
from typing import Final, Literal

import msgspec
from msgspec import Struct

from router.decide.alerts import AlertJudgement
from router.flow.invitation_event import Id, JourneyContext, Moment
from router.flow.messages import HEADERS
from router.flow.shift_event import shift_event
from router.model.alerts import AlertRow
from router.model.interaction import OWN_SOURCE
from router.model.record import Message
from router.model.responses import Signal
from router.model.survey import Metric, Polarity

RESPONSE_ALERT_TYPE: Final = "feedback.alert.response.v1"

MOST_OF_COMMENT: Final = 4_000
"""Characters of a comment that an alert carries; the response keeps all of it."""


class ResponseAlertData(Struct, frozen=True):
    """Who must be called, about which answer. All that is known of the question is as it was planned."""

    alert: str
    team: str
    due_at: Moment | None
    customer_id: Id
    invitation_id: Id
    survey: str
    metric: Metric
    scale: tuple[int, int]
    polarity: Polarity
    score: int | None
    comment: str | None
    answered_at: Moment
    happened_at: Moment
    asked_on: str | None
    channel: str | None
    locale: str | None
    journey: JourneyContext | None
    attributes: dict[str, str]
    effort: dict[str, Signal]
    revision: int


class ResponseAlert(Struct, frozen=True):
    """`feedback.alert.response.v1`: somebody must act on a customer's answer."""

    id: Id
    time: Moment
    subject: Id
    data: ResponseAlertData
    specversion: Literal["1.0"]
    type: Literal["feedback.alert.response.v1"]
    source: str
    datacontenttype: Literal["application/json"]


class AlertTopics(Struct, frozen=True):
    """Where alerts go: to the topic that their rule names where that is `allowed`, else to `otherwise`."""

    otherwise: str
    allowed: Collection[str] = ()

    def of(self, row: AlertRow) -> str:
        """The topic of an alert."""
        return row.topic if row.topic in self.allowed and row.topic is not None else self.otherwise


def alert_row(judgement: AlertJudgement) -> AlertRow:
    """What is kept of an alert about a response, and published of it."""
    rule, row = judgement.rule, judgement.response.row
    context = row.context
    data = ResponseAlertData(
        alert=rule.id,
        team=rule.team,
        due_at=judgement.due_at,
        customer_id=row.customer_id,
        invitation_id=str(row.invitation_id),
        survey=context.survey,
        metric=context.metric,
        scale=context.scale,
        polarity=context.polarity,
        score=row.score,
        comment=row.comment[:MOST_OF_COMMENT] if row.comment else None,
        answered_at=row.answered_at,
        happened_at=context.happened_at,
        asked_on=row.asked_on,
        channel=context.channel,
        locale=context.locale,
        journey=JourneyContext(context.journey, context.step, context.instance) if context.journey else None,
        attributes=context.attributes,
        effort=context.effort,
        revision=judgement.revision,
    )
    return AlertRow(
        customer_id=row.customer_id,
        id=judgement.id,
        kind="response",
        rule=rule.id,
        team=rule.team,
        survey=context.survey,
        raised_at=row.received_at,
        body=msgspec.json.encode(data),
        topic=rule.topic,
        invitation_id=row.invitation_id,
        due_at=judgement.due_at,
    )


def alert_message(row: AlertRow, topics: AlertTopics) -> Message:
    """The message of an alert, keyed by its customer; one about a score by the survey."""
    event = shift_event(row) if row.kind == "score_shift" else _response_event(row)
    return Message(topics.of(row), event.subject.encode(), msgspec.json.encode(event), HEADERS)


def _response_event(row: AlertRow) -> ResponseAlert:
    return ResponseAlert(
        id=str(row.id),
        time=row.raised_at,
        subject=row.customer_id,
        data=msgspec.json.decode(row.body, type=ResponseAlertData),
        specversion="1.0",
        type=RESPONSE_ALERT_TYPE,
        source=OWN_SOURCE,
        datacontenttype="application/json",
    )
