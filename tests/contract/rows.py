"""Rows with believable values, of which a test names those that it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from msgspec import Struct
from msgspec.structs import replace

from router.flow.ports import Ledger, Store
from router.model.alerts import AlertRow
from router.model.cells import ALL, STAGES, CoverageCell, ScoreCell, Stage
from router.model.ledger import (
    Changes,
    DueRow,
    InvitationChange,
    InvitationRow,
    JournalRow,
    Lease,
    QuotaKey,
    StateRow,
    StoredState,
)
from router.model.remembered import RememberedRow
from router.model.responses import AskedContext, ResponseRow

NOON = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
_NAMES = UUID("5f0c3a52-6f5e-4c8e-9f52-0d1a1d9d6b11")


def named(name: str) -> UUID:
    return uuid5(_NAMES, name)


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def journal_row(customer_id: str, name: str, **given: Any) -> JournalRow:
    facts: dict[str, Any] = {
        "key": named(name),
        "seq": 1,
        "time": NOON,
        "now": after(0.5),
        "interaction_id": name,
        "revision": 1,
        "reason": "no_rule_matched",
        "verdict": b"\x00verdict\xff",
        "body": b"{}",
    }
    return JournalRow(customer_id=customer_id, **(facts | given))


def invitation_row(customer_id: str, name: str, **given: Any) -> InvitationRow:
    facts: dict[str, Any] = {
        "id": named(name),
        "key": named(f"key of {name}"),
        "rule": "nps-after-purchase",
        "survey": "nps",
        "metric": "nps",
        "channel": "email",
        "state": "planned",
        "due_at": NOON,
        "planned_at": after(-1),
        "revision": 1,
        "body": b"facts",
        "recipient": "ann@example.org",
    }
    row = InvitationRow(customer_id=customer_id, **(facts | given))
    return row if "next_at" in given else replace(row, next_at=row.due_at, root=row.root or row.id)


def alert_row(customer_id: str, name: str, **given: Any) -> AlertRow:
    facts: dict[str, Any] = {
        "id": named(name),
        "kind": "response",
        "rule": "call-back",
        "team": "care",
        "survey": "nps",
        "raised_at": NOON,
        "body": b"facts",
        "invitation_id": named(f"invitation of {name}"),
    }
    return AlertRow(customer_id=customer_id, **(facts | given))


def change(customer_id: str, name: str, state: Any, **given: Any) -> InvitationChange:
    facts: dict[str, Any] = {"reason": None, "at": after(1), "seq": 7}
    if "next_at" not in given:
        given["next_at"] = given.get("due_at", NOON) if state in ("planned", "queued") else None
    return InvitationChange(customer_id=customer_id, id=named(name), state=state, **(facts | given))


def changes(
    *,
    states: Sequence[StateRow] = (),
    journal: Sequence[JournalRow] = (),
    planned: Sequence[InvitationRow] = (),
    changed: Sequence[InvitationChange] = (),
    counts: Mapping[QuotaKey, int] | None = None,
    responses: Sequence[ResponseRow] = (),
    scores: Sequence[ScoreCell] = (),
    coverage: Sequence[CoverageCell] = (),
    alerts: Sequence[AlertRow] = (),
    remembered: Sequence[RememberedRow] = (),
) -> Changes:
    return Changes(
        list(states),
        list(journal),
        list(planned),
        list(changed),
        dict(counts or {}),
        responses=list(responses),
        scores=list(scores),
        coverage=list(coverage),
        alerts=list(alerts),
        remembered=list(remembered),
    )


def context(**given: Any) -> AskedContext:
    """The frozen facts of an invitation about a complaint."""
    facts: dict[str, Any] = {
        "survey": "ces",
        "metric": "ces",
        "scale": (1, 5),
        "polarity": "lower_is_better",
        "text_version": "1",
        "presentation": "likert",
        "rule": "ces-after-complaint",
        "revision": 1,
        "happened_at": after(-2),
        "locale": "nl",
        "journey": "complaint",
        "step": "resolved",
        "instance": "C-1",
        "channel": "phone",
        "attributes": {"agent_id": "7"},
        "effort": {"contacts": 2, "agent": "7", "hours": 1.5, "again": True},
    }
    return AskedContext(**(facts | given))


def response_row(customer_id: str, name: str, **given: Any) -> ResponseRow:
    """The response to the invitation of that name."""
    facts: dict[str, Any] = {
        "key": named(f"answer to {name}"),
        "context": context(),
        "status": "counted",
        "answered_at": after(2),
        "received_at": after(2.5),
        "respond_by": after(14 * 24),
        "asked_on": "email",
        "score": 2,
        "comment": "Goed geholpen 🦊",
    }
    return ResponseRow(customer_id, named(name), **(facts | given))


def score_cell(counts: Sequence[int], **given: Any) -> ScoreCell:
    """The counts of one question's scores, 1 to 5."""
    facts: dict[str, Any] = {
        "basis": "happened",
        "day": date(2026, 11, 2),
        "survey": "ces",
        "metric": "ces",
        "scale_low": 1,
        "scale_high": 5,
        "polarity": "lower_is_better",
        "text_version": "1",
        "presentation": "likert",
        "journey": "complaint",
        "step": "resolved",
        "channel": "phone",
        "rule": "ces-after-complaint",
        "revision": 1,
        "attribute": ALL,
        "value": "",
        "imported": "",
    }
    return ScoreCell(counts=tuple(counts), **(facts | given))


def coverage_cell(stages: Mapping[Stage, int], **given: Any) -> CoverageCell:
    """How many touchpoints came to these stages."""
    facts: dict[str, Any] = {
        "day": date(2026, 11, 2),
        "journey": "complaint",
        "step": "resolved",
        "channel": "phone",
        "attribute": ALL,
        "value": "",
        "reason": "",
    }
    return CoverageCell(counts=tuple(stages.get(stage, 0) for stage in STAGES), **(facts | given))


async def save(store: Store, **given: Any) -> None:
    await store.run(lambda transaction: transaction.save(changes(**given)))


async def load(store: Store, *customers: str) -> dict[str, StoredState]:
    states, _ = await store.run(lambda transaction: transaction.load(customers, []))
    return states


class Held(Struct, frozen=True):
    """A row that a pass found due, and the lease it put on it."""

    row: DueRow
    lease: Lease


async def take(
    store: Store, now: datetime = NOON, *, wall: datetime = NOON, minutes: int = 5, limit: int = 100
) -> list[Held]:
    """Finds what is due and puts a lease on it, as a dispatcher's pass does with what goes out."""
    lease = Lease(uuid4(), wall + timedelta(minutes=minutes))

    async def work(transaction: Ledger) -> list[Held]:
        due = await transaction.due(now, wall, limit)
        assert {row.customer_id for row in due.rows} <= set(due.states)
        await transaction.hold(lease, [(row.customer_id, row.id) for row in due.rows])
        return [Held(row, lease) for row in due.rows]

    return await store.run(work)


async def plan(store: Store, *rows: InvitationRow) -> None:
    """Stores invitations together with their customers."""
    known = await load(store, *(row.customer_id for row in rows))
    new = {row.customer_id for row in rows} - set(known)
    await save(store, states=[StateRow(name, 0, b"state") for name in sorted(new)], planned=rows)


def due_row(row: InvitationRow) -> DueRow:
    """An invitation as the dispatcher finds it due."""
    next_at = row.next_at or row.due_at
    body = row.body if row.state == "queued" else None
    return DueRow(
        row.customer_id,
        str(row.id),
        row.kind,
        row.state,
        row.due_at,
        next_at,
        row.revision,
        row.recipient,
        body,
    )
