"""The invitation as the survey sender receives it: a CloudEvent, structured mode."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from router.model.customer import Customer, Invitation, InvitationKind
from router.model.fields import wanted_language
from router.model.interaction import OWN_SOURCE, Interaction, spelt
from router.model.invitation_states import RESPOND_WITHIN
from router.model.policy import Policy
from router.model.response_token import response_token
from router.model.survey import Metric, Polarity, Presentation, Survey

DUE_TYPE: Final = "feedback.invitation.due.v1"

Id = Annotated[str, Meta(min_length=1, max_length=512)]
Moment = Annotated[datetime, Meta(tz=True)]


class SurveyToAsk(Struct, frozen=True, omit_defaults=True):
    """The survey, rendered in the customer's locale. `scale` is the lowest and the highest answer.

    `subject` is the line above the message, `introduction` stands before the question, `follow_up` is an open question
    after the score. Each is left out where there is none.
    """

    id: str
    metric: Metric
    variant: str
    scale: tuple[int, int]
    polarity: Polarity
    presentation: Presentation
    locale: str
    question: str
    low: str
    high: str
    text_version: str
    follow_up: str | None = None
    subject: str | None = None
    introduction: str | None = None


class JourneyContext(Struct, frozen=True):
    """Where the customer was. `instance` tells two passes of the same journey apart."""

    name: str
    step: str | None
    instance: str | None


class InvitationData(Struct, frozen=True):
    """What the sender needs to ask. `recipient` is an address where the interaction brought one.

    `invitation_id` is that of the invitation which a reminder or a fallback follows, else the event's own.
    """

    invitation_id: Id
    kind: InvitationKind
    customer_id: Id
    channel: str | None
    recipient: str | None
    survey: SurveyToAsk
    respond_by: Moment
    journey: JourneyContext | None
    rule: str
    revision: int
    reason: str
    reminder: int
    response_token: str | None


class InvitationDue(Struct, frozen=True, omit_defaults=True):
    """`feedback.invitation.due.v1`: ask this customer now. `id` is this message's and repeats on redelivery."""

    id: Id
    time: Moment
    subject: Id
    data: InvitationData
    specversion: Literal["1.0"]
    type: Literal["feedback.invitation.due.v1"]
    source: str
    datacontenttype: Literal["application/json"]
    traceparent: str | None = None


class Rendering(Struct, frozen=True):
    """What rendering takes beside the invitation. `secret` signs response tokens; None: no token."""

    survey: Survey
    policy: Policy
    interaction: Interaction
    recipients: dict[str, str]
    revision: int
    secret: bytes | None


def rendered(customer: Customer, invitation: Invitation, rendering: Rendering) -> InvitationDue:
    """The event for a released invitation, in the locale that fits the customer now."""
    interaction = rendering.interaction
    respond_by = invitation.respond_by or invitation.at + RESPOND_WITHIN
    channel = invitation.channel
    return InvitationDue(
        id=invitation.id,
        time=invitation.at,
        subject=customer.id,
        data=InvitationData(
            invitation_id=invitation.root_id,
            kind=invitation.kind,
            customer_id=customer.id,
            channel=channel,
            recipient=_recipient(channel, rendering.recipients),
            survey=_survey(customer, invitation.facts, rendering),
            respond_by=respond_by,
            journey=_journey(invitation),
            rule=invitation.rule,
            revision=rendering.revision,
            reason=_reason(invitation, interaction),
            reminder=invitation.number,
            response_token=response_token(invitation.root_id, respond_by, rendering.secret)
            if rendering.secret
            else None,
        ),
        specversion="1.0",
        type=DUE_TYPE,
        source=OWN_SOURCE,
        datacontenttype="application/json",
        traceparent=interaction.traceparent,
    )


def _recipient(channel: str | None, addresses: dict[str, str]) -> str | None:
    name = spelt(channel, addresses) if channel else None
    return addresses[name] if name else None


def _survey(customer: Customer, facts: Mapping[str, str], rendering: Rendering) -> SurveyToAsk:
    survey = rendering.survey
    wanted = wanted_language(customer, rendering.interaction)
    locale = survey.locale_for(wanted, rendering.policy.locale_otherwise) or next(iter(survey.texts))
    text = survey.texts[locale].with_facts(facts)
    return SurveyToAsk(
        id=survey.name,
        metric=survey.metric,
        variant=survey.variant,
        scale=survey.scale,
        polarity=survey.polarity,
        presentation=survey.presentation,
        locale=locale,
        question=text.question,
        low=text.low,
        high=text.high,
        text_version=survey.version,
        follow_up=text.follow_up,
        subject=text.subject,
        introduction=text.introduction,
    )


def _journey(invitation: Invitation) -> JourneyContext | None:
    if invitation.journey is None:
        return None
    return JourneyContext(invitation.journey, invitation.step, invitation.instance)


def _reason(invitation: Invitation, interaction: Interaction) -> str:
    """Why this customer is asked, in a sentence without personal data."""
    day = interaction.time.date().isoformat()
    if invitation.journey is None:
        return f"Rule {invitation.rule} asks {invitation.survey} after {interaction.type} on {day}."
    where = f"step {invitation.step} of journey {invitation.journey}"
    return f"Rule {invitation.rule} asks {invitation.survey}: {interaction.type} on {day} reached {where}."
