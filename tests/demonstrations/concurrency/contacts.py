"""Contact limits: at every release, no span and no day holds more than the limit."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from tests.demonstrations.concurrency.evidence import Evidence, Transaction
from tests.demonstrations.concurrency.findings import Findings
from tests.demonstrations.concurrency.observed import UNCOUNTED, Asked, Decided
from tests.demonstrations.concurrency.terms import JOURNEYS, LIMITS, ContactLimit, Hours, Scope

ANSWER = "feedback.response.v1"


class Contact(Struct):
    """An invitation that went out and counts, with the facts that scopes look at."""

    asked: Asked
    at: datetime
    channel: str | None
    facts: dict[str, object]
    answered_at: datetime | None = None


def contacts_held(evidence: Evidence, hours: Hours, findings: Findings) -> None:
    """Every limit, at every release, on what had gone out up to then and counted."""
    zone = ZoneInfo(hours.home)
    customers: dict[str, dict[str, Contact]] = {}
    for transaction in evidence.transactions():
        for row in transaction.decided:
            if row.type == ANSWER and row.reason == "answer_recorded":
                _answered(customers.get(row.customer, {}), row, evidence)
        for contact in _moved(transaction, customers, evidence):
            others = customers[contact.asked.customer].values()
            for limit in LIMITS:
                _look(limit, contact, list(others), zone, findings)


def in_scope(scope: Scope, asked: Asked, channel: str | None, facts: dict[str, object]) -> bool:
    """Whether a limit or quota speaks about an invitation."""
    return (
        scope.survey in (None, asked.survey)
        and scope.metric in (None, asked.metric)
        and scope.channel in (None, channel)
        and scope.journey in (None, JOURNEYS[asked.rule])
        and (scope.same is None or scope.same in facts)
    )


def _moved(
    transaction: Transaction, customers: dict[str, dict[str, Contact]], evidence: Evidence
) -> list[Contact]:
    """Take up what a transaction did; the contacts that it made. Reminders are none."""
    for turn in transaction.turns:
        if turn.after in UNCOUNTED:
            customers.get(evidence.asked[turn.id].customer, {}).pop(turn.id, None)
    made = []
    for turn, asked, message in evidence.released(transaction.turns):
        if asked.kind != "reminder" and turn.settled_at is not None:
            channel = message.channel if message else asked.channel
            contact = Contact(asked, turn.settled_at, channel, evidence.facts(asked))
            customers.setdefault(asked.customer, {})[asked.id] = contact
            made.append(contact)
    return made


def _answered(contacts: dict[str, Contact], row: Decided, evidence: Evidence) -> None:
    root = evidence.asked[row.attributes["invitation_id"]].root
    for contact in contacts.values():
        if contact.asked.root == root and contact.answered_at is None:
            contact.answered_at = max(row.time, contact.at)


def _look(
    limit: ContactLimit, contact: Contact, others: list[Contact], zone: ZoneInfo, findings: Findings
) -> None:
    scope = limit.scope
    if not in_scope(scope, contact.asked, contact.channel, contact.facts):
        return
    moments = [
        max(other.at, other.answered_at or other.at) if limit.answered else other.at
        for other in others
        if in_scope(scope, other.asked, other.channel, other.facts)
        and (scope.same is None or str(other.facts[scope.same]) == str(contact.facts[scope.same]))
    ]
    if limit.seconds is None:
        used = sum(_day(moment, zone) == _day(contact.at, zone) for moment in moments)
    else:
        used = _fullest(moments, contact.at, limit.seconds)
    findings.used(limit.id, used, limit.max, f"{contact.asked.id} at {contact.at}")


def _fullest(moments: list[datetime], at: datetime, seconds: int) -> int:
    """The most that a half-open span of this length holds, of those spans that hold `at`. Every beginning is tried."""
    width = timedelta(seconds=seconds)
    beginnings = [moment for moment in moments if moment <= at < moment + width]
    return max(
        (sum(begin <= moment < begin + width for moment in moments) for begin in beginnings), default=0
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
