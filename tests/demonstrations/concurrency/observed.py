"""What a run has left behind, as the audit looks at it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

RELEASED = "queued"
"""The state of an invitation that has passed its check and goes out."""

UNCOUNTED = frozenset({"cancelled", "displaced", "expired", "bounced"})
"""Ended without reaching the customer: limits and quotas count it no more."""

RECEIVED = ("sent", "accepted", "delivered", "opened", "clicked", "started")
"""Handed to the sender and not ended."""

FINAL = UNCOUNTED | {"answered", "unanswered", "withdrawn"}
"""Nothing becomes of an invitation in these states any more."""


class Decided(Struct, frozen=True):
    """A journaled interaction. `place` is its place in the order of all that was committed, by `transaction`."""

    place: int
    transaction: int
    seq: int
    customer: str
    key: UUID
    time: datetime
    now: datetime
    reason: str
    source: str
    id: str
    type: str
    channel: str | None
    attributes: dict[str, Any]
    journey: str | None = None
    step: str | None = None
    planned: bool = False


Place = tuple[str, str, str, str]
"""A sum over cells of coverage: journey, channel, stage and reason."""


class Turn(Struct, frozen=True):
    """An invitation that was planned (`before` is None), moved or changed its state."""

    place: int
    transaction: int
    id: str
    before: str | None
    after: str
    due_at: datetime
    settled_at: datetime | None


class Asked(Struct, frozen=True):
    """An invitation, or what follows one, as it was planned and as it ended. `key` names its interaction."""

    id: str
    customer: str
    kind: str
    root: str
    rule: str
    survey: str
    metric: str
    channel: str | None
    state: str
    key: UUID
    reason: str | None


class Message(Struct, frozen=True):
    """What the survey sender was told. `at` is when Kafka was given it."""

    id: str
    invitation_id: str
    type: str
    kind: str
    customer: str
    channel: str | None
    recipient: str | None
    token: str | None
    at: datetime


class Told(Struct, frozen=True):
    """What the processes themselves tell: batches taken, transactions run again by cause, signs of trouble, exit codes."""

    batches: int
    retries: dict[str, int]
    troubles: dict[str, int]
    exits: list[int]


class Observed(Struct, frozen=True):
    """All that is known of a run when it is over.

    `history` is in the order of commits. `sent` is how many interactions, preferences and reports were given to the
    service, by the beginning of their ids, each counted once. `coverage` are the sums of its cells, `uneven_cells` how many
    of them do not hold as many that had the step as were withheld and planned.
    """

    history: list[Decided | Turn]
    asked: dict[str, Asked]
    messages: list[Message]
    sent: dict[str, int]
    dead_letters: int
    quotas: dict[tuple[str, str], int]
    deadlocks: int
    told: Told
    seconds: float
    state_bytes: tuple[int, int]
    coverage: dict[Place, int] = {}
    uneven_cells: int = 0
