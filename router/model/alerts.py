"""Alerts: which responses somebody must act on, and what became of each."""

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from router.model.responses import ResponseStatus
from router.model.rules import ALWAYS, Condition, Position

AlertKind = Literal["response", "score_shift"]

AlertState = Literal["open", "taken", "closed"]
ALERT_STATES: Final[tuple[AlertState, ...]] = ("open", "taken", "closed")

NoAlert = Literal[
    "alert_not_matched",
    "alert_contrary",
    "alert_disabled",
    "alert_cooldown",
    "alert_known",
    "alert_not_scored",
]
"""Why an alert rule does not alert about a response.

`alert_not_matched`: a condition of `when` does not hold; `alert_contrary`: `unless` holds; `alert_disabled`: the rule is
switched off; `alert_cooldown`: the same rule alerted about the same customer not long ago; `alert_known`: it alerted about
this invitation before; `alert_not_scored`: the response has neither a counted score nor a comment instead of one.
"""

NO_ALERT: Final[tuple[NoAlert, ...]] = (
    "alert_not_matched",
    "alert_contrary",
    "alert_disabled",
    "alert_cooldown",
    "alert_known",
    "alert_not_scored",
)


class AlertRule(Struct, frozen=True):
    """When a response needs somebody, and who that is: a `team`, by the Kafka `topic` (None: that of alerts).

    It is to be dealt with `within` a span of time, or `working_days` of the policy's business hours; neither: it is never
    overdue. `cooldown`: the shortest time between two alerts of this rule about one customer.
    """

    id: str
    team: str
    topic: str | None = None
    when: Condition = ALWAYS
    unless: Condition | None = None
    within: timedelta | None = None
    working_days: int = 0
    cooldown: timedelta | None = None
    enabled: bool = True
    position: Position | None = None


class ScoreShiftRule(Struct, frozen=True):
    """Who is told of scores that shift: those of `surveys`, of all where none is named."""

    id: str
    team: str
    topic: str | None = None
    surveys: tuple[str, ...] = ()
    enabled: bool = True
    position: Position | None = None


class AlertRow(Struct, frozen=True):
    """An alert as it is kept. `body` is what is published of it, encoded.

    `id` is a UUIDv5 of the invitation and the rule. Of a score that shifted there is no customer and no invitation.
    """

    customer_id: str
    id: UUID
    kind: AlertKind
    rule: str
    team: str
    survey: str
    raised_at: datetime
    body: bytes
    topic: str | None = None
    invitation_id: UUID | None = None
    due_at: datetime | None = None


class AlertView(AlertRow, frozen=True):
    """An alert with what became of it: who took and who closed it and when, and what they noted."""

    state: AlertState = "open"
    sent_at: datetime | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    note: str | None = None


class AlertListed(Struct, frozen=True):
    """An alert with the response as it stands now: its status and score, None where there is none."""

    alert: AlertView
    status: ResponseStatus | None = None
    score: int | None = None


class AlertsWaiting(Struct, frozen=True):
    """How many alerts of a team are not closed, and how many of these are overdue."""

    team: str
    waiting: int
    overdue: int


class KnownAlerts(Struct, frozen=True):
    """What is known of alerts before a batch: their ids, and when each rule last alerted about a customer."""

    ids: frozenset[UUID] = frozenset()
    latest: dict[tuple[str, str], datetime] = {}
