"""What the tests of the core are written with: a Monday at 10:00 UTC, and everything told relative to it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from router.authoring.language.amounts import duration
from router.authoring.language.load import load_texts
from router.authoring.language.problems import InvalidRules, Problem
from router.decide.batch import Batch, key_of
from router.model.customer import Customer, Invitation, Profile
from router.model.customer_signals import CustomerSignal
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.journey import Journey
from router.model.policy import Policy
from router.model.rules import Rule
from router.model.survey import Survey, Text
from router.policy.candidate import Candidate
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet

T0 = datetime(2026, 3, 2, 10, tzinfo=UTC)

NPS = Survey("nps", "nps", "nps", (0, 10), "higher_is_better", {"en": Text("Recommend?", "no", "yes")})
CES = Survey("ces", "ces", "ces-1.0", (1, 5), "lower_is_better", {"en": Text("Effort?", "little", "much")})

SURVEYS = """
surveys:
  nps:
    {metric: nps, scale: [0, 10], polarity: higher_is_better,
     texts: {en: {question: "Recommend?", low: "no", high: "yes"}, nl: {question: "Aanbevelen?", low: nee, high: ja}}}
  ces:
    {metric: ces, scale: [1, 5], polarity: lower_is_better,
     texts: {en: {question: "Effort?", low: little, high: much}}}
"""
ALLOW = "consent: {unknown: allow}\nlocale: {otherwise: en}\n"


def span(text: str) -> timedelta:
    """`1d12h`, or `-2h`."""
    found = duration(text.removeprefix("-"))
    assert found is not None, text
    return -found if text.startswith("-") else found


def moment(text: str = "0h") -> datetime:
    return T0 + span(text)


def event(kind: str, at: str = "0h", customer: str = "c-1", **members: Any) -> Interaction:
    own = {name: members.pop(name) for name in ("channel", "locale", "recipient") if name in members}
    name = members.pop("id", f"{kind}@{at}")
    return Interaction("/test", name, kind, moment(at), customer, attributes=members, **own)


def event_key(number: int) -> UUID:
    """The dedupe key of the interaction of that number, where a test makes up its own."""
    return UUID(int=number)


def preferences(at: str = "0h", customer: str = "c-1", **members: Any) -> Interaction:
    return Interaction(
        "/test", f"preferences@{at}", PREFERENCES_TYPE, moment(at), customer, attributes=members
    )


def rules(*texts: str, policy: str = ALLOW) -> RuleSet:
    """A rule set of these files, the surveys `nps` and `ces`, and a policy that allows unknown consent."""
    files = {f"{number}.yaml": text.encode() for number, text in enumerate(texts)}
    return load_texts({**files, "surveys.yaml": SURVEYS.encode(), "policy.yaml": policy.encode()})


def problems(*texts: str | bytes) -> list[Problem]:
    """What is wrong with these files."""
    files = {
        f"{number}.yaml": text.encode() if isinstance(text, str) else text
        for number, text in enumerate(texts)
    }
    with pytest.raises(InvalidRules) as refused:
        load_texts({**files, "surveys.yaml": SURVEYS.encode()})
    return refused.value.problems


def journeys_of(given: RuleSet, *events: Interaction) -> tuple[Journey, ...]:
    """The journeys of the one customer after the events."""
    return told(given, events).customers[events[0].customer_id].journeys


def told(given: RuleSet, events: Iterable[Interaction], *customers: Customer) -> Batch:
    """The events taken in order on the event-time clock; what is due by the last one is not settled yet."""
    batch = Batch(InForce(given), {one.id: one for one in customers}, set(), event_time=True)
    now = datetime.min.replace(tzinfo=UTC)
    for one in events:
        now = max(now, one.time)
        batch.take(one, key_of(one), now)
    return batch


def reasons(batch: Batch) -> list[str]:
    return [decided.decision.reason for decided in batch.decided]


def ends(batch: Batch) -> dict[str, tuple[str, str | None]]:
    """What became of the planned invitations so far, by rule: state and reason."""
    return {
        changed.change.before.rule: (changed.change.invitation.state, changed.change.reason)
        for changed in batch.changed.values()
    }


def invitation(at: str = "0h", survey: str = "nps", state: Any = "sent", **facts: Any) -> Invitation:
    given = {
        "id": f"{survey}@{at}",
        "rule": f"rule-{survey}",
        "metric": survey,
        "channel": "email",
        "priority": 0,
    } | facts
    return Invitation(survey=survey, at=moment(at), state=state, **given)


def candidate(*invitations: Invitation, rule: Rule | None = None, **facts: Any) -> Candidate:
    """A candidate for the NPS, about an interaction of this moment, due now, that every gate lets pass."""
    profile = facts.pop("profile", Profile(locale="en", consent={"email": True}))
    given: dict[str, Any] = {
        "survey": NPS,
        "policy": Policy(),
        "interaction": event("order.delivered"),
        "customer": Customer("c-1", profile=profile, invitations=invitations),
        "now": T0,
        "due": T0,
    }
    return Candidate(rule=rule or ask(), **(given | facts))


def ask(name: str = "ask", **facts: Any) -> Rule:
    return Rule(name, **({"survey": "nps", "channels": ("email",)} | facts))


class Opened:
    """What conditions know of a customer with these journeys open, and no signals."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.signals: dict[str, CustomerSignal] = {}

    def open_journeys(self, _customer: Customer, _at: datetime) -> tuple[str, ...]:
        return self.names
