"""At every release: agreed to, not suppressed, not held out, in the sample, within the hours, not taken back."""

import hashlib
from zoneinfo import ZoneInfo

from tests.demonstrations.concurrency.contacts import ANSWER
from tests.demonstrations.concurrency.evidence import Evidence
from tests.demonstrations.concurrency.findings import Findings
from tests.demonstrations.concurrency.observed import Asked, Decided, Message, Turn
from tests.demonstrations.concurrency.profiles import Profile
from tests.demonstrations.concurrency.terms import (
    BUSINESS_RULES,
    CANCEL_ON,
    EXPIRES,
    HOLD_OUT,
    INSTANCES,
    JOURNEYS,
    LAST,
    PURPOSES,
    SALT,
    SAMPLES,
    Hours,
)


def all_permitted(evidence: Evidence, hours: Hours, findings: Findings) -> None:
    """Every permission that an invitation, a reminder or a fallback needs, on what was known when it was released."""
    profiles: dict[str, Profile] = {}
    stopped = Stopped(evidence)
    for transaction in evidence.transactions():
        for row in transaction.decided:
            profiles.setdefault(row.customer, Profile()).hears(row, evidence)
            stopped.hears(row)
        for turn in transaction.turns:
            asked = evidence.asked[turn.id]
            if turn.before is None:
                stopped.planned(asked)
            if turn.after == "bounced":
                profiles[asked.customer].bounced(turn, evidence)
        for turn, asked, message in evidence.released(transaction.turns):
            findings.check("what is released is published", message is not None, asked.id)
            if message is not None:
                _said(asked, message, profiles[asked.customer], findings)
                _chosen(asked, evidence.about(asked), hours, findings)
                _timely(turn, asked, evidence, profiles[asked.customer].zone or hours.home, hours, findings)
                findings.check("what is taken back does not go out", not stopped.has(asked), asked.id)


def _said(asked: Asked, message: Message, profile: Profile, findings: Findings) -> None:
    agreed = profile.agreed(message.channel, PURPOSES.get(asked.survey))
    findings.check("consent", agreed, f"{asked.id} by {message.channel}: {profile.consent}")
    standing = profile.standing(message.channel, message.recipient)
    findings.check("suppression", not standing, f"{asked.id} by {message.channel}: {standing}")


def _chosen(asked: Asked, about: Decided, hours: Hours, findings: Findings) -> None:
    findings.check("hold-out", _draw("hold_out", "", asked.customer) >= HOLD_OUT, asked.customer)
    if asked.rule in SAMPLES:
        month = about.time.astimezone(ZoneInfo(hours.home)).strftime("%Y-%m")
        drawn = _draw(f"sample:{asked.rule}", month, asked.customer)
        findings.check("sample", drawn < SAMPLES[asked.rule], asked.customer)


def _timely(
    turn: Turn, asked: Asked, evidence: Evidence, zone: str, hours: Hours, findings: Findings
) -> None:
    at = turn.settled_at
    if at is None:
        findings.check("a release has a time", False, asked.id)
        return
    findings.check("quiet hours", not hours.is_quiet(at, zone), f"{asked.id} at {at} in {zone}")
    if asked.rule in BUSINESS_RULES:
        findings.check("business hours", hours.is_business(at, zone), f"{asked.id} at {at} in {zone}")
    old = (at - evidence.about(asked).time).total_seconds()
    findings.check("never after it expires", old < EXPIRES[asked.rule], f"{asked.id} after {old} s")
    findings.check("never before it is due", at >= turn.due_at, f"{asked.id} at {at}, due at {turn.due_at}")


class Stopped:
    """What was taken back by an interaction or stopped by an answer: the ids of invitations planned before."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._open: dict[str, list[Asked]] = {}
        self._stopped: set[str] = set()
        self._answered: set[str] = set()

    def planned(self, asked: Asked) -> None:
        """Another one that can be taken back."""
        self._open.setdefault(asked.customer, []).append(asked)

    def hears(self, row: Decided) -> None:
        """Take up an interaction or an answer."""
        if row.type == ANSWER and row.reason == "answer_recorded":
            self._answered.add(self._evidence.asked[row.attributes["invitation_id"]].root)
        if row.type == LAST or any(row.type in kinds for kinds in CANCEL_ON.values()):
            self._stopped |= {
                asked.id for asked in self._open.get(row.customer, []) if self._stops(row, asked)
            }

    def has(self, asked: Asked) -> bool:
        """Whether it must not go out any more."""
        return asked.id in self._stopped or asked.root in self._answered

    def _stops(self, row: Decided, asked: Asked) -> bool:
        if row.type not in CANCEL_ON[asked.rule]:
            return row.type == LAST
        if row.time < self._evidence.about(asked).time:
            return False
        instance = INSTANCES[JOURNEYS[asked.rule] or ""]
        return bool(self._evidence.facts(asked).get(instance) == row.attributes.get(instance))


def _draw(purpose: str, period: str, customer: str) -> float:
    digest = hashlib.sha256(f"{SALT}/{purpose}/{period}/{customer}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
