"""Made-up rule sets and logs that hold everything a log can hold, from a seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from router.authoring.language.load import load_texts
from router.authoring.language.problems import InvalidRules
from router.decide.simulation import Simulation
from router.decode import decode_line
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
from router.model.invitation_states import DELIVERY_STATUSES
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import SURVEYS

BEGIN = datetime(2026, 1, 30, 9, 30, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
LOGS_PER_SET = 10
RARELY = 0.1
CUSTOMERS = ("c-1", "c-2", "c-3")
TYPES = ("placed", "shipped", "delivered", "returned", "opened", "resolved", "reopened", "visit", "call")
TOLD = ("said.yes", "said.no", "unsubscribed")
OF_DAYS = ("day.one", "day.two", "visit")
DAYS = (
    "date: customer.start, every: year",
    "date: customer.start, every: year, before: 5d",
    "date: customer.start, every: month",
    "date: customer.start, after: 2d",
    "journey: order, step: delivered, after: 2d",
    "journey: complaint, step: opened, every: month",
    "every: month",
    "every: quarter",
)
CHANNELS = ("email", "sms", "app")
ADDRESSES = ("ann@example.org", "Ann@Example.org", "desk/ann@example.org", "bob@example.org")
STEPS = (0, 0, 0, 1, 1, 3, 7, 13, 24, 50, 120)
"""Hours from one event to the next."""

Event = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """Two rule sets and a log. `texts` are the files they were read from."""

    rules: RuleSet
    other: RuleSet
    texts: tuple[str, str]
    events: tuple[Event, ...]


class Maker:
    """Makes cases. The same seed makes the same cases."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def cases(self) -> Iterator[Case]:
        """A pair of rule sets with some logs, then another pair, without end."""
        while True:
            (text, rules), (another, other) = self._set(), self._set()
            for _ in range(LOGS_PER_SET):
                yield Case(rules, other, (text, another), tuple(reported(self._log(), rules)))

    def _one(self, values: Sequence[Any]) -> Any:
        return values[int(self._random.random() * len(values))]

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _some(self, values: Sequence[str], least: int = 1) -> str:
        found = self._random.sample(values, self._random.randint(least, min(3, len(values))))
        return f"[{', '.join(found)}]"

    def _set(self) -> tuple[str, RuleSet]:
        """Files that load: now and then a reminder comes after the rule has expired, and such a set is refused."""
        while True:
            parts = (self._rules(), self._schedules(), self._policy())
            files = [*self._journeys(), *("\n".join(part) for part in parts), SURVEYS]
            try:
                rules = load_texts({f"{at}.yaml": text.encode() for at, text in enumerate(files)})
            except InvalidRules:
                continue
            return "\n---\n".join(files[:-1]), rules

    def _journeys(self) -> Iterator[str]:
        instance = "instance: order_id\nidentifies_customer: true\n" if self._chance(0.8) else ""
        yield f"""journey: order
{instance}steps:
  {{placed: {{on: placed}}, shipped: {{on: shipped}}, delivered: {{on: delivered, ends: true}},
   returned: {{on: returned, reopens: true}}}}
order: [placed, shipped, delivered]
expires: {self._one(("2d", "5d", "20d"))}"""
        instance = "instance: case_id\n" if self._chance(0.5) else ""
        yield f"""journey: complaint
{instance}steps: {{opened: {{on: opened}}, resolved: {{on: resolved, ends: true}}, reopened: {{on: reopened, reopens: true}}}}
order: [opened, resolved]
effort: {{contacts: {{count: [call, opened]}}}}
expires: {self._one(("1d", "6d", "30d"))}"""

    def _rules(self) -> Iterator[str]:
        yield "rules:"
        several = self._chance(0.4)
        for number in range(self._random.randint(2, 7)):
            parts = [
                f"id: r{number}",
                f"when: {{{self._when()}}}",
                f"send: {{survey: {self._one(('nps', 'ces'))}, channel: {self._some(CHANNELS)}}}",
                f"priority: {self._one((0, 1, 5, 9))}",
            ]
            parts += self._timing()
            if self._chance(0.4):
                parts.append(f"cancel_on: {self._some(TYPES)}")
            if self._chance(0.4):
                channel = f", channel: {self._some(CHANNELS)}" if self._chance(0.3) else ""
                after = self._one(("6h", "1d", "3d"))
                parts.append(f"reminder: {{after: {after}, max: {self._one((1, 2))}{channel}}}")
            if self._chance(0.2):
                parts.append(f"unless: {{customer.open: {self._one(('order', 'complaint'))}}}")
            if several and self._chance(0.5):
                parts.append("also: true")
            yield f"  - {{{', '.join(parts)}}}"

    def _schedules(self) -> Iterator[str]:
        """Days of the calendar, in every second set; rules wait for their types in any."""
        yield "schedules:"
        wanted = self._random.sample(DAYS, self._random.randint(1, 3)) if self._chance(0.5) else DAYS[:0]
        for number, days in enumerate(wanted):
            hours = self._one(
                ("", "", ", hours: {from: '10:00', to: '10:00'}", ", hours: {from: '00:00', to: '24:00'}")
            )
            late = self._one(("", "", ", catch_up: 3d"))
            yield f"  - {{id: s{number}, type: {self._one(OF_DAYS)}, {days}{hours}{late}}}"
        if not wanted:
            yield "  []"

    def _when(self) -> str:
        kind = self._random.random()
        if self._chance(0.2):
            number = ", event.number: {gte: 2}" if self._chance(0.2) else ""
            return f"type: {self._some(OF_DAYS)}{number}"
        if kind < 0.15:
            return f"journey: {self._one(('order', 'complaint'))}, step: expired"
        if kind < 0.3:
            return f"journey: order, step: {self._one(('placed', 'shipped', 'delivered', 'returned'))}"
        if kind < 0.45:
            more = ", journey.contacts: {gte: 2}" if self._chance(0.3) else ""
            return f"journey: complaint, step: {self._one(('opened', 'resolved', 'reopened'))}{more}"
        return f"type: {self._some(TYPES)}"

    def _timing(self) -> Iterator[str]:
        if self._chance(0.7):
            yield f"delay: {self._one(('1h', '1d', '1d', '2d', '5d'))}"
        if self._chance(0.3):
            yield f"expires: {self._one(('1d', '3d', '9d'))}"
        if self._chance(0.2):
            yield f"max_age: {self._one(('1h', '2d'))}"
        if self._chance(0.2):
            yield "within: business_hours"
        if self._chance(0.1):
            yield "sample: 70%"

    def _policy(self) -> Iterator[str]:
        yield "business_hours: {days: mon-fri, from: '09:00', to: '18:00'}"
        yield "locale: {otherwise: en}"
        unknown = self._one(("allow", "allow", "allow", "allow", "allow", "refuse"))
        yield f"consent: {{unknown: {unknown}, given_by: said.yes, withdrawn_by: said.no}}"
        yield "suppressed_by: {opted_out: [unsubscribed]}"
        limits = [self._limit(number) for number in range(self._random.randint(0, 3))]
        yield f"limits: [{', '.join(limits)}]"
        quotas = [self._quota(number) for number in range(self._random.randint(0, 3))]
        yield f"quotas: [{', '.join(quotas)}]"
        if self._chance(0.3):
            yield "quiet_hours: {from: '21:00', to: '08:00', otherwise: Europe/Amsterdam}"
        if self._chance(0.3):
            yield "recipient: required"
        if self._chance(0.3):
            yield "reminders: {count_towards_limits: true}"
        if self._chance(0.1):
            yield "hold_out: 10%"

    def _limit(self, number: int) -> str:
        parts = [
            f"id: l{number}",
            f"max: {self._one((1, 1, 2))}",
            f"per: {self._one(('2d', '10d', 'calendar_week'))}",
        ]
        parts += self._scope()
        if self._chance(0.3):
            parts.append("clock: [invited, answered]")
        if self._chance(0.3):
            parts.append(f"on_limit: defer, up_to: {self._one(('1d', '4d'))}")
        return f"{{{', '.join(parts)}}}"

    def _quota(self, number: int) -> str:
        period = self._one(("calendar_day", "calendar_week", "calendar_month", "calendar_month"))
        parts = [f"id: q{number}", f"max: {self._one((1, 1, 2, 3))}", f"per: {period}", *self._scope()]
        return f"{{{', '.join(parts)}}}"

    def _scope(self) -> Iterator[str]:
        if self._chance(0.15):
            yield f"survey: {self._one(('nps', 'ces'))}"
        if self._chance(0.15):
            yield f"channel: {self._one(CHANNELS)}"
        if self._chance(0.2):
            yield f"same: {self._one(('agent_id', 'agent_id', 'order_id', 'case_id'))}"

    def _log(self) -> list[Event]:
        """Events some hours apart, a fifth of them late, some twice, some at one time; reports on what was asked."""
        events: list[Event] = []
        at = BEGIN
        for number in range(self._random.randint(4, 40)):
            at += timedelta(hours=self._one(STEPS))
            late = timedelta(hours=self._one((5, 40, 200))) if self._chance(0.1) else timedelta()
            events.append(self._event(str(number), at - late))
            if self._chance(0.08):
                events.append(self._again(self._one(events)))
        return events

    def _again(self, event: Event) -> Event:
        return event | ({"time": written(moment(event) + timedelta(hours=30))} if self._chance(0.3) else {})

    def _event(self, name: str, at: datetime) -> Event:
        kind = self._random.random()
        customer = self._one(CUSTOMERS)
        event: Event = {"specversion": "1.0", "source": "/test", "id": name, "time": written(at)}
        if kind < 0.1:
            return event | {"type": PREFERENCES_TYPE, "subject": customer, "data": self._preferences()}
        if kind < 0.3:
            return event | {"type": self._one((DELIVERY_TYPE, DELIVERY_TYPE, RESPONSE_TYPE))} | self._report()
        if kind < 0.36:
            told = {"channel": self._one(CHANNELS)} if self._chance(0.8) else {}
            return event | {"type": self._one(TOLD), "subject": customer, "data": told}
        data: Event = {"order_id": self._one(("O1", "O2", "O3")), "case_id": self._one(("K1", "K2"))}
        data |= {"agent_id": self._one(("x", "y"))} if self._chance(0.7) else {}
        if self._chance(0.8):
            data["recipient"] = {channel: self._one(ADDRESSES) for channel in CHANNELS if self._chance(0.9)}
        named = {"subject": customer} if self._chance(0.8) else {}
        return event | {"type": self._one(TYPES), "data": data} | named

    def _preferences(self) -> Event:
        told: Event = {}
        if self._chance(0.7):
            told["consent"] = {channel: self._chance(0.75) for channel in CHANNELS if self._chance(0.7)}
        if self._chance(0.2):
            told["suppressed"] = self._one(([], ["opted_out"], ["opted_out/email"], ["legal_hold"]))
        if self._chance(0.2):
            told["zone"] = self._one(("Asia/Tokyo", "America/New_York"))
        if self._chance(0.1):
            told["forget"] = True
        if self._chance(0.6):
            told["start"] = (
                f"20{self._one((21, 24, 25, 26))}-{self._one(('01-30', '02-03', '02-29', '02-28', '03-08'))}"
            )
        return told

    def _report(self) -> Event:
        """A report that says by numbers what it is about: which of the invitations planned before it."""
        data: Event = {"about": self._random.random()}
        data |= {"status": self._one(DELIVERY_STATUSES)}
        named = {"subject": self._one(CUSTOMERS)} if self._chance(0.3) else {}
        return {"data": data} | named


def reported(events: Sequence[Event], rules: RuleSet) -> Iterator[Event]:
    """The events, the reports among them on invitations that were planned before; on nobody's where none was."""
    run = Simulation(InForce(rules))
    now = BEGIN - timedelta(days=99)
    for event in events:
        about = event.get("data", {}).get("about")
        if about is not None:
            run.settle(max(now, moment(event)))
            event = _on_one_of(event, about, [str(name) for name in run.invitations])  # noqa: PLW2901
        yield event
        for interaction in interactions_of([event]):
            now = max(now, interaction.time)
            run.take(interaction, now)


def _on_one_of(event: Event, about: float, known: Sequence[str]) -> Event:
    """The report on one of the invitations; where there are none, mostly a visit instead."""
    if not known and about > RARELY:
        return event | {"type": "visit", "subject": CUSTOMERS[0], "data": {"agent_id": "x"}}
    told = {key: value for key, value in event["data"].items() if key != "about"}
    told["invitation_id"] = known[int(about * len(known))] if known else str(UUID(int=7))
    return event | {"data": told}


def lines_of(events: Sequence[Event]) -> list[bytes]:
    """The log as a file holds it."""
    return [msgspec.json.encode(event) for event in events]


def interactions_of(events: Sequence[Event]) -> list[Interaction]:
    """The log as the core sees it. Raises ValueError where an event cannot be read."""
    found: list[Interaction] = []
    for number, line in enumerate(lines_of(events), start=1):
        decoded = decode_line(line, number, LATEST)
        if decoded.dead is not None:
            raise ValueError(f"{decoded.dead.detail}: {line!r}")
        found += decoded.interactions
    return found


def written(at: datetime) -> str:
    """A time as events hold it."""
    return at.isoformat()


def moment(event: Event) -> datetime:
    """The time of an event."""
    return datetime.fromisoformat(event["time"])
