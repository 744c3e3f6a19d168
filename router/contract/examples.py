"""Examples of every message. The invitation is rendered by the code that renders real ones."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from router.decide import Change
from router.decide.alerts import AlertJudgement
from router.decide.batch import Changed, key_of
from router.decide.choose import invitation_id
from router.decode import decode
from router.flow.alert_event import AlertTopics, alert_message, alert_row
from router.flow.cancellation_event import cancelled
from router.flow.invitation_event import InvitationDue, Rendering, rendered
from router.flow.rows import cancellation_row
from router.flow.shift_event import ShiftPlace, shift_row
from router.model import cells
from router.model.alerts import AlertRule, ScoreShiftRule
from router.model.customer import Customer, Invitation, Profile
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, Interaction
from router.model.ledger import DueRow
from router.model.policy import Policy
from router.model.record import Record
from router.model.responses import AskedContext, ResponseRow
from router.model.survey import Survey, Text
from router.rules.alerts import HeardResponse
from router.scores.shifts import Shift

INTERACTION: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "case-4711-resolved-1",
    "source": "/crm/cases",
    "type": "complaint.resolved",
    "subject": "C-1001",
    "time": "2026-03-02T10:15:00+01:00",
    "datacontenttype": "application/json",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "data": {
        "channel": "phone",
        "locale": "nl",
        "case_id": "4711",
        "agent_id": "A-17",
        "recipient": {"email": "klant@example.org"},
    },
}
BINARY_HEADERS: Final[dict[str, str]] = {
    "ce_specversion": "1.0",
    "ce_id": "order-88-delivered",
    "ce_source": "/shop/orders",
    "ce_type": "order.delivered",
    "ce_subject": "C-1001",
    "ce_time": "2026-03-05T14:00:00Z",
    "content-type": "application/json",
}
BINARY_DATA: Final[dict[str, Any]] = {"channel": "delivery", "order_id": "88", "amount": 59.95}
PREFERENCES: Final[dict[str, Any]] = {
    "customer_id": "C-1001",
    "consent": {"email": True, "sms": False},
    "locale": "nl-NL",
    "zone": "Europe/Amsterdam",
    "segment": "consumer",
}
PREFERENCES_EVENT: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "consent-900",
    "source": "/preference-centre",
    "type": PREFERENCES_TYPE,
    "subject": "C-1001",
    "time": "2026-03-01T08:00:00Z",
    "data": {"consent": ["email"]},
}
OPTED_OUT: Final[dict[str, Any]] = {
    "time": "2026-03-02T12:30:00+01:00",
    "consent": {"email": True, "email/research": False},
    "suppressed": ["opted_out/sms", "legal_hold"],
}
"""Keyed by the customer."""

DELIVERED: Final[dict[str, Any]] = {
    "invitation_id": "834474d6-0438-55ca-b027-6093e25d2696",
    "status": "delivered",
    "channel": "email",
}
DELIVERED_EVENT: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "834474d6-0438-55ca-b027-6093e25d2696/hard_bounced",
    "source": "/mailer",
    "type": DELIVERY_TYPE,
    "time": "2026-03-02T11:15:09Z",
    "data": {
        "invitation_id": "834474d6-0438-55ca-b027-6093e25d2696",
        "status": "hard_bounced",
        "detail": "550 no such mailbox",
    },
}
ANSWER: Final[dict[str, Any]] = {
    "response_token": "g0R01gQ4VcqwJ2CT4l0mlgAAabfmNDgREhtY-Q4ydae9pASmXGU",
    "score": 2,
    "comment": "Snel geholpen.",
    "presentation": "likert",
    "locale": "nl",
}

RULE: Final = "ces-after-complaint"
RELEASED_AT: Final = datetime(2026, 3, 2, 11, 15, tzinfo=UTC)
SECRET: Final = b"an example, never a real secret"
_SURVEY: Final = Survey(
    name="ces-1.0",
    metric="ces",
    variant="ces-1.0",
    scale=(1, 5),
    polarity="lower_is_better",
    texts={
        "nl": Text(
            question="Hoeveel moeite moest je doen om je vraag beantwoord te krijgen?",
            low="heel weinig moeite",
            high="heel veel moeite",
            follow_up="Wat hadden we beter kunnen doen?",
            subject="Hoe ging het?",
            introduction="Je klacht is afgehandeld. We horen graag hoe dat ging.",
        )
    },
)


def example_interaction() -> Interaction:
    """The example interaction as the decoder reads it."""
    value = msgspec.json.encode(INTERACTION)
    (interaction,) = decode(Record("interactions", 0, 0, 0, None, value), RELEASED_AT).interactions
    return interaction


def _released(interaction: Interaction) -> Invitation:
    return Invitation(
        id=invitation_id(interaction, RULE),
        rule=RULE,
        survey=_SURVEY.name,
        metric=_SURVEY.metric,
        channel="email",
        priority=80,
        at=RELEASED_AT,
        state="queued",
        journey="complaint",
        instance="4711",
        step="resolved",
    )


def example_invitation() -> InvitationDue:
    """The invitation that a rule sends about the example interaction."""
    interaction = example_interaction()
    invitation = _released(interaction)
    rendering = Rendering(
        survey=_SURVEY,
        policy=Policy(),
        interaction=replace(interaction, recipient={}),
        recipients=interaction.recipient,
        revision=3,
        secret=SECRET,
    )
    return rendered(Customer(interaction.customer_id, profile=Profile(locale="nl-NL")), invitation, rendering)


def invitation_payload() -> dict[str, Any]:
    """The example invitation as JSON values."""
    payload: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(example_invitation()))
    return payload


def cancellation_payload() -> dict[str, Any]:
    """The cancellation of the example invitation as JSON values."""
    interaction = example_interaction()
    invitation = _released(interaction)
    changed = Changed(
        interaction.customer_id,
        Change(invitation, replace(invitation, state="withdrawn")),
        RELEASED_AT,
        3,
        RELEASED_AT,
        invitation,
    )
    row = cancellation_row(changed, revision=3)
    due = DueRow(row.customer_id, str(row.id), row.kind, row.state, row.due_at, row.due_at, row.revision)
    event = cancelled(invitation, due)
    payload: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(event))
    return payload


def alert_payload() -> dict[str, Any]:
    """The alert about the answer to the example invitation as JSON values."""
    interaction = example_interaction()
    context = AskedContext(
        survey=_SURVEY.name,
        metric=_SURVEY.metric,
        scale=_SURVEY.scale,
        polarity=_SURVEY.polarity,
        text_version=_SURVEY.version,
        presentation=_SURVEY.presentation,
        rule=RULE,
        revision=3,
        happened_at=interaction.time,
        locale="nl",
        journey="complaint",
        step="resolved",
        instance="4711",
        channel=interaction.channel,
        attributes={"agent_id": "A-17"},
        effort={"contacts": 3},
    )
    answered = RELEASED_AT + timedelta(hours=3)
    row = ResponseRow(
        customer_id=interaction.customer_id,
        invitation_id=UUID(invitation_id(interaction, RULE)),
        key=key_of(interaction),
        context=context,
        status="counted",
        answered_at=answered,
        received_at=answered + timedelta(seconds=2),
        asked_on="email",
        score=5,
        comment="Drie keer gebeld, en nog steeds geen antwoord.",
    )
    rule = AlertRule("hard-complaint", "complaints")
    response = HeardResponse(row, Customer(interaction.customer_id), tuple)
    judgement = AlertJudgement(rule, response, 3, due_at=row.received_at + timedelta(days=1))
    message = alert_message(alert_row(judgement), AlertTopics("alerts"))
    payload: dict[str, Any] = msgspec.json.decode(message.value or b"")
    return payload


def shift_payload() -> dict[str, Any]:
    """An alert about a score as JSON values."""
    question = cells.Question(
        _SURVEY.name,
        _SURVEY.metric,
        *_SURVEY.scale,
        polarity=_SURVEY.polarity,
        text_version=_SURVEY.version,
        presentation=_SURVEY.presentation,
    )
    place = ShiftPlace(question, "complaint", "resolved")
    shift = Shift("mean", 2.75, 2.25, 1.875, 2.625, 40, 61)
    rule = ScoreShiftRule("effort", "customer-experience")
    row = shift_row(rule, place, date(2026, 3, 2), shift, datetime(2026, 3, 9, 0, 5, tzinfo=UTC), 3)
    payload: dict[str, Any] = msgspec.json.decode(alert_message(row, AlertTopics("alerts")).value or b"")
    return payload
