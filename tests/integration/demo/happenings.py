"""Things that a running service tells of, made by hand."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from router.decide import Change
from router.decide.batch import Changed, Decided, Planned
from router.flow.pipeline import Processed
from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.interaction import Interaction
from router.model.record import DeadLetter, Record

AT = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)


def decided(outcome: str = "invite", reason: str = "invited", number: int = 1, **facts: Any) -> Decided:
    given: dict[str, Any] = {"journey": "complaint", "step": "resolved"} | facts
    interaction = Interaction("/demo/crm", f"crm-{number}", "complaint.resolved", AT, "c-00042")
    decision = Decision(outcome, reason, **given)
    return Decided(interaction, UUID(int=number), decision, AT, number, Customer("c-00042"))


def invitation(**facts: Any) -> Invitation:
    given: dict[str, Any] = {"journey": "complaint", "step": "resolved"} | facts
    return Invitation("an-id", "ces-after-complaint", "ces-1.0", "ces", "email", 80, AT, **given)


def changed(state: str, reason: str | None) -> Changed:
    change = Change(invitation(), invitation(state=state), reason)
    return Changed("c-00042", change, AT, 2, AT, change.before)


def dead() -> DeadLetter:
    return DeadLetter(Record("topic", 3, 17, 0, None, b"?"), "not_json", "The value is not JSON.")


def batch(
    *entries: Decided,
    dead: tuple[DeadLetter, ...] = (),
    changed: tuple[Changed, ...] = (),
    duplicates: int = 0,
) -> Processed:
    planned: list[Planned] = []
    return Processed(list(entries), planned, list(changed), list(dead), 0, duplicates)
