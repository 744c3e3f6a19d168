"""Rows that the pipeline and the dispatcher hand to a store, and get back from it."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from router.model.alerts import AlertRow
from router.model.cells import CoverageCell, ScoreCell
from router.model.decision import Reason
from router.model.invitation_states import InvitationState
from router.model.remembered import RememberedRow
from router.model.responses import AskedContext, ResponseRow

RowKind = Literal["invitation", "reminder", "fallback", "cancellation"]
ROW_KINDS: Final[tuple[RowKind, ...]] = ("invitation", "reminder", "fallback", "cancellation")
QUESTIONS: Final[tuple[RowKind, ...]] = ("invitation", "reminder", "fallback")
"""The kinds that ask: a cancellation takes back."""


RetryCause = Literal["conflict", "contention", "unavailable"]
"""Why a transaction is run again: another changed the same customer, another held the rows, no database answered."""


class Conflict(Exception):
    """Another transaction changed a customer's state meanwhile: run the whole transaction again."""


class StoredState(Struct, frozen=True, gc=False):
    """A customer's encoded state and the version it was read at (0: never stored)."""

    version: int
    body: bytes


class Erased(Struct, frozen=True, gc=False):
    """What is kept of a customer who was erased `at` a time: the suppressions."""

    suppressed: tuple[str, ...]
    at: datetime


class StateRow(Struct, frozen=True, gc=False):
    """A customer's new encoded state; `version` is the one it was read at.

    `wake_at` is when time alone changes something: a journey is abandoned that a rule waits for, the day of a schedule
    comes, or on the event-time clock an invitation is due. `scheduled_by` tells by which schedules it was found.
    """

    customer_id: str
    version: int
    body: bytes
    wake_at: datetime | None = None
    scheduled_by: int | None = None


class JournalRow(Struct, frozen=True, gc=False):
    """One decided interaction. `key` is the dedupe (a hash of source and id), `seq` its place for the customer.

    `time` is when it happened, `now` the clock it was decided at. `body` is the interaction, `verdict` the
    decision, both encoded. `covered` is the encoded `Covered`, where the coverage changed.
    """

    customer_id: str
    key: UUID
    seq: int
    time: datetime
    now: datetime
    interaction_id: str
    revision: int
    reason: Reason
    verdict: bytes
    body: bytes
    covered: bytes | None = None


class CoveredRow(Struct, frozen=True, gc=False):
    """A journaled interaction that changed the coverage, with the state of the invitation that it planned and why that ended.

    `state` is None where it planned none, or where that is deleted.
    """

    covered: bytes
    reason: str
    state: InvitationState | None
    ended: str | None


class InvitationRow(Struct, frozen=True):
    """A planned invitation. `body` holds the facts that rendering needs.

    `key` is that of the interaction that it is about, so that each journaled one finds its invitation. One that was planned
    besides has its own id there, and is found by the decision.
    `recipient` is erased once published, or with `keep_recipient` once it ended: others may follow. `root` is the
    invitation that a reminder, fallback or cancellation follows, else its own id. `next_at` is when the dispatcher
    has to look at it next; None: never again. `context` is the encoded `AskedContext` of one that a rule planned.
    """

    customer_id: str
    id: UUID
    key: UUID
    rule: str
    survey: str
    metric: str
    channel: str | None
    state: InvitationState
    due_at: datetime
    planned_at: datetime
    revision: int
    body: bytes
    recipient: str | None = None
    kind: RowKind = "invitation"
    root: UUID | None = None
    keep_recipient: bool = False
    next_at: datetime | None = None
    context: bytes | None = None


class InvitationView(InvitationRow, frozen=True):
    """A stored invitation with what became of it.

    `reason` is that of its last change, `settled_at` and `settled_seq` are those of its release or its end before;
    None while it is as it was planned. `changed_at` is the clock of its last change.
    """

    reason: Reason | None = None
    settled_at: datetime | None = None
    settled_seq: int | None = None
    changed_at: datetime | None = None


class InvitationChange(Struct, frozen=True):
    """A new state of a stored invitation, since `changed_at`.

    `at` is the clock of its release or its end before, `seq` the customer's count then.

    A planned invitation that was moved keeps `state="planned"` and names its new `due_at`. `next_at` is when the
    dispatcher has to look at it next, `channel` that of its release; None: as it is.
    """

    customer_id: str
    id: UUID
    state: InvitationState
    reason: Reason | None
    at: datetime
    seq: int
    due_at: datetime | None = None
    next_at: datetime | None = None
    changed_at: datetime | None = None
    channel: str | None = None


class Ask(Struct, frozen=True):
    """One message that asks a question: an invitation, a reminder or a fallback.

    `released_at` is when it passed its check, None where it has not.
    """

    id: UUID
    kind: RowKind
    state: InvitationState
    channel: str | None
    released_at: datetime | None


class Answerable(Struct, frozen=True):
    """An invitation that an answer names, with all that the answer is judged by.

    `id` is that of the invitation itself, whatever the answer named; `asks` are its messages, in no order; `response` is
    the one that stands. `context` is None where the invitation was planned before contexts were frozen.
    """

    customer_id: str
    id: UUID
    context: AskedContext | None
    asks: tuple[Ask, ...]
    response: ResponseRow | None = None


class InstanceKey(Struct, frozen=True, order=True):
    """What tells whose an interaction without a customer is: an attribute such as `case_id` and its value."""

    attribute: str
    value: str


class QuotaKey(Struct, frozen=True, order=True):
    """A counter across customers: the quota, the attribute value it is kept for, the period's name (`2026-11`)."""

    quota: str
    value: str
    period: str


class Lease(Struct, frozen=True):
    """The claim of one pass of a dispatcher on invitations: nobody else takes them before `until`."""

    token: UUID
    until: datetime


class Changes(Struct):
    """All that one transaction writes. With a `lease`, what becomes queued is held by it.

    A response takes the place of the one that stood for its invitation. `scores` and `coverage` are changes to cells.
    """

    states: list[StateRow]
    journal: list[JournalRow]
    planned: list[InvitationRow]
    changed: list[InvitationChange]
    counts: dict[QuotaKey, int]
    owners: dict[InstanceKey, str] = {}
    lease: Lease | None = None
    responses: list[ResponseRow] = []
    scores: list[ScoreCell] = []
    coverage: list[CoverageCell] = []
    alerts: list[AlertRow] = []
    remembered: list[RememberedRow] = []


class SetAside(Struct, frozen=True):
    """A customer who is left alone since then, because what is to be stored of them cannot be.

    `cause` is a word of the program for it, without anything of the customer. `place` is the record that showed it
    (topic/partition/offset), or the invitation.
    """

    customer_id: str
    since: datetime
    cause: str
    place: str


class Situation(Struct, frozen=True):
    """What a transaction has to know before it begins: the database's clock, and who is set aside.

    `nobodys` tells whether the journal holds anything of which nobody knew the customer.
    """

    now: datetime
    set_aside: frozenset[str] = frozenset()
    nobodys: bool = False


class DueRow(Struct, frozen=True, gc=False):
    """A due invitation or cancellation: what the customer's state does not say of it.

    `body` holds the facts of one that was released before: the state may have forgotten it.
    """

    customer_id: str
    id: str
    kind: RowKind
    state: InvitationState
    due_at: datetime
    next_at: datetime
    revision: int
    recipient: str | None = None
    body: bytes | None = None


class Due(Struct, frozen=True):
    """What is due, earliest first, and the states of its customers."""

    rows: list[DueRow]
    states: dict[str, StoredState]


class PlannedHour(Struct, frozen=True):
    """How many of a kind, survey and channel are due within the hour that begins `at`."""

    at: datetime
    survey: str
    channel: str | None
    count: int
    kind: RowKind = "invitation"
