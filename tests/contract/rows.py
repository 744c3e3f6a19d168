"""Rows with believable values, of which a test names those that it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from msgspec.structs import replace

from router.model.ledger import (
    Changes,
    InvitationChange,
    InvitationRow,
    JournalRow,
    Leased,
    QuotaKey,
    StateRow,
    StoredState,
)
from router.store import SqlStore

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
) -> Changes:
    return Changes(list(states), list(journal), list(planned), list(changed), dict(counts or {}))


async def save(store: SqlStore, **given: Any) -> None:
    await store.run(lambda transaction: transaction.save(changes(**given)))


async def load(store: SqlStore, *customers: str) -> dict[str, StoredState]:
    states, _ = await store.run(lambda transaction: transaction.load(customers, []))
    return states


async def lease(
    store: SqlStore, now: datetime = NOON, *, wall: datetime = NOON, minutes: int = 5, limit: int = 100
) -> list[Leased]:
    until = wall + timedelta(minutes=minutes)
    return await store.run(lambda transaction: transaction.lease(now, wall, until, limit))
