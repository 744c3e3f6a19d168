"""Made-up rule sets and histories, from a seed: small pools of values, so that rules meet what they ask for."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from router.model.customer import Customer, Invitation, Profile
from router.model.customer_signals import CustomerSignal
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.journey import EffortDefinition, JourneyDefinition, StepDefinition
from router.model.policy import (
    Hours,
    Limit,
    NeverAskWhile,
    Policy,
    QuietHours,
    Quota,
    SpecialDay,
    WeekdayHours,
)
from router.model.rules import All, AnyOf, Condition, Not, Position, Rule
from router.model.rules import Test as Comparison
from router.model.survey import Survey, Text
from tests.oracle.deciding import Definitions
from tests.oracle.reading import DATES

BEGIN = datetime(2026, 1, 30, 9, 30, tzinfo=UTC)
ZONES = ("UTC", "Asia/Kolkata", "America/Phoenix", "Asia/Tokyo")
TYPES = ("order", "other", "third", "stray", "a")
CHANNELS = ("email", "sms", "app")
TEXTS = ("a", "b", "ab", "")
NUMBERS = (0, 1, 2, 1.0, 1.5, -1)
PLAIN: tuple[Any, ...] = (*TEXTS, *NUMBERS, True, False)
FIELDS = ("channel", "locale", "event.x", "event.y.z", "event.w", "customer.x", "customer.open")
RARE_FIELDS = ("type", "source", "journey", "step", "journey.seen", "journey.instance", "customer.locale")
WIDE_FIELDS = tuple(f"event.f{number}" for number in range(16))
PATTERNS = ("^a", "b$", ".", "a+b?")
SPANS = (timedelta(hours=1), timedelta(hours=12), timedelta(days=2), timedelta(days=7), timedelta(days=30))
PACES = (timedelta(), timedelta(hours=1), timedelta(hours=7), timedelta(days=1), timedelta(days=9))

_TEXT = Text("?", "low", "high")
SURVEYS = {
    "nps": Survey("nps", "nps", "nps", (0, 10), "higher_is_better", {"en": _TEXT, "nl": _TEXT}),
    "ces": Survey("ces", "ces", "ces-1.0", (1, 5), "lower_is_better", {"en": _TEXT}),
    "ces-2": Survey("ces-2", "ces", "ces-2.0", (1, 7), "higher_is_better", {"nl": _TEXT}, purpose="research"),
}


_Part = tuple[time | None, time | None]
_OPEN_PARTS: tuple[_Part, ...] = ((None, None), (None, time(12)), (time(12), None), (time(10), time(14)))
_QUIET_PARTS: tuple[_Part, ...] = (*_OPEN_PARTS, (time(20), time(10)))


@dataclass(frozen=True)
class Case:
    """A rule set, customers as they are at first, and interactions with the clock each is decided at."""

    known: Definitions
    customers: tuple[Customer, ...]
    interactions: tuple[tuple[Interaction, datetime], ...]


class Maker:
    """Makes cases. The same seed makes the same cases."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._line = 0
        self._wide = False
        self._busy = False
        self._signalling = False
        self._several = False

    def case(self) -> Case:
        """The next case."""
        known = self._definitions()
        customers = tuple(self._customer(name, known) for name in ("c-1", "c-2"))
        return Case(known, customers, tuple(self._history()))

    def _one(self, values: Any) -> Any:
        return values[int(self._random.random() * len(values))]

    def _few(self, values: Any, least: int, most: int) -> tuple[Any, ...]:
        return tuple(self._random.sample(values, self._random.randint(least, min(most, len(values)))))

    def _now_and_then(self, share: float) -> bool:
        return self._random.random() < share

    def _definitions(self) -> Definitions:
        self._signalling = self._now_and_then(0.4)
        self._line, self._wide, self._busy = 0, self._now_and_then(0.1), self._now_and_then(0.6)
        self._several = self._now_and_then(0.4)
        count = self._one((1, 2, 3, 4, 5, 6, 8, 20))
        names = self._random.sample([f"r{number}" for number in range(30)], count)
        journeys = self._journeys()
        return Definitions(journeys, [self._rule(name, journeys) for name in names], SURVEYS, self._policy())

    def _journeys(self) -> list[JourneyDefinition]:
        one = StepDefinition("one", ("order",))
        two = StepDefinition("two", ("other",), counts="seen")
        end = StepDefinition("end", ("third",), ends=self._now_and_then(0.5))
        effort = (
            EffortDefinition("seen", "count", ("order", "other", "a")),
            EffortDefinition("kinds", "distinct", field="channel"),
        )
        first = JourneyDefinition(
            "j",
            {step.name: step for step in (one, two, end)},
            self._one((("one", "two", "end"), ("one", "end"), ())),
            expires=timedelta(days=self._one((5, 60))),
            effort=effort[: self._one((0, 1, 2))],
        )
        second = JourneyDefinition("k", {"two": StepDefinition("two", ("order", "third"))}, instance="case")
        return [first, second]

    def _rule(self, name: str, journeys: list[JourneyDefinition]) -> Rule:
        journey = self._one((None, None, *journeys) if self._busy else (None, *journeys))
        expires = self._one((None, None, timedelta(hours=20), timedelta(days=3), timedelta(days=40)))
        return Rule(
            name,
            survey=self._one(("nps", "ces", "ces" if self._busy else "ces-2")),
            channels=self._few(CHANNELS, 1, 3),
            journey=journey.name if journey else None,
            steps=self._few(tuple(journey.steps), 0, 2) if journey else (),
            when=self._when(),
            unless=self._condition(1) if self._now_and_then(0.2) else None,
            priority=self._one((0, 10, 10, 20, 30)),
            max_age=self._one((None, None, timedelta(hours=1), timedelta(days=1))),
            delay=self._one(
                (timedelta(), timedelta(), timedelta(hours=2), timedelta(hours=30), timedelta(days=5))
            ),
            within="business_hours" if self._now_and_then(0.2) else None,
            expires=expires,
            sample=self._one((1.0, 1.0, 1.0, 0.5)),
            cancel_on=self._few(TYPES, 1, 2) if self._now_and_then(0.1) else (),
            enabled=not self._now_and_then(0.05),
            active_from=BEGIN + timedelta(days=3) if self._now_and_then(0.05) else None,
            active_until=BEGIN + timedelta(days=20) if self._now_and_then(0.05) else None,
            also=self._several and self._now_and_then(0.5),
        )

    def _when(self) -> Condition:
        if self._busy and self._now_and_then(0.4):
            return All(())
        if self._wide and self._now_and_then(0.7):
            fields = self._few(WIDE_FIELDS, 1, 3)
            return All(tuple(self._test(field, "eq", self._one(TEXTS[:2])) for field in fields))
        parts = [self._condition(2) for _ in range(self._one((0, 1, 1, 1, 2, 2, 3)))]
        if self._now_and_then(0.4):
            kinds = self._few(TYPES, 1, 3)
            parts.append(
                self._test("type", "in", kinds) if len(kinds) > 1 else self._test("type", "eq", kinds[0])
            )
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _condition(self, depth: int) -> Condition:
        if depth == 0 or self._now_and_then(0.7):
            return self._comparison()
        kind = self._one((All, AnyOf, Not))
        if kind is Not:
            return Not(self._condition(depth - 1))
        parts = tuple(self._condition(depth - 1) for _ in range(self._random.randint(1, 3)))
        return AnyOf(parts) if kind is AnyOf else All(parts)

    def _comparison(self) -> Comparison:
        if self._now_and_then(0.4 if self._signalling else 0.03):
            return self._of_signals()
        field = self._one(FIELDS) if self._now_and_then(0.8) else self._one(RARE_FIELDS)
        operator, value = self._asked()
        return self._test(field, operator, value)

    def _of_signals(self) -> Comparison:
        """A count, how long ago something was, or a field of that name where the policy has no such signal."""
        if self._now_and_then(0.5):
            operator = self._one(("eq", "gt", "gte", "lt", "lte"))
            return self._test("customer.often", operator, self._one((0, 1, 1, 2, 3)))
        field = self._one(("customer.lately", "customer.lately", "customer.x", "event.x"))
        if self._now_and_then(0.2):
            return self._test(field, "exists", self._now_and_then(0.5))
        wanted = int(self._one((*SPANS, timedelta(hours=7))).total_seconds())
        return self._test(field, self._one(("longer_ago_than", "within")), wanted)

    def _asked(self) -> tuple[str, Any]:
        """An operator with a value: equality most often, since the index lives by it."""
        kind = self._random.random()
        if kind < 0.35:
            return "eq", self._one((*TEXTS, "email", "j", "en", "one"))
        if kind < 0.5:
            values = self._few((*PLAIN, "email", "sms", "j", "en"), 1, 4)
            texts = tuple(one for one in values if isinstance(one, str)) if self._now_and_then(0.6) else ()
            return self._one(("in", "in", "not_in")), texts or values
        pool = self._one((TEXTS, NUMBERS))
        asked: dict[str, Any] = {
            self._one(("eq", "ne", "ne", "contains")): self._one(PLAIN),
            self._one(("gt", "gte", "lt", "lte")): self._one((*TEXTS, *NUMBERS)),
            "between": tuple(sorted((self._one(pool), self._one(pool)))),
            self._one(("prefix", "suffix")): self._one(TEXTS),
            "matches": self._one(PATTERNS),
            "exists": self._now_and_then(0.5),
        }
        operator = self._one(tuple(asked))
        return operator, asked[operator]

    def _test(self, field: str, operator: Any, value: Any) -> Comparison:
        self._line += 1
        return Comparison(field, operator, value, Position("made-up.yaml", self._line, 3))

    def _policy(self) -> Policy:
        start, end = self._one(((time(21), time(8)), (time(12), time(14))))
        quiet = QuietHours(start, end, *self._days_of_their_own(_QUIET_PARTS))
        days = self._one(((0, 1, 2, 3, 4), (0, 2, 5), (0, 1, 2, 3, 4, 5, 6)))
        closing = self._one((time(18), time(10), time()))
        business = Hours(days, time(9), closing, *self._days_of_their_own(_OPEN_PARTS))
        return Policy(
            limits=tuple(
                self._limit(number) for number in range(self._one((1, 2, 3) if self._busy else (0, 1)))
            ),
            quotas=tuple(self._quota(number) for number in range(self._one((0, 0, 0, 1, 2)))),
            quiet_hours=quiet if self._now_and_then(0.4) else None,
            business_hours=business,
            zone=self._one(ZONES),
            zone_of_customer=self._now_and_then(0.7),
            locale_otherwise="en" if self._busy else self._one((None, "en", "nl")),
            hold_out=0.0 if self._busy else self._one((0.0, 0.0, 0.3)),
            unknown_consent="allow" if self._busy else self._one(("allow", "refuse")),
            recipient_required=not self._busy and self._now_and_then(0.3),
            salt=self._one(("", "spring")),
            never_ask_while=self._guard() if self._now_and_then(0.3) else None,
            customer_signals=self._signals() if self._signalling else {},
        )

    def _days_of_their_own(self, parts: tuple[_Part, ...]) -> tuple[Any, ...]:
        """Holidays, whether the customer's own hold, weekdays and special days, as hours have them in their order."""
        if self._now_and_then(0.4):
            return (self._one(((), ("NL",))),)
        regions = self._one(((), ("NL",), ("US", "JP"), ("DE-BY",)))
        weekdays = [WeekdayHours(day, *self._one(parts)) for day in self._few(range(7), 0, 2)]
        special = [
            SpecialDay(2, day, self._one((None, 2026, 2027)), *self._one(parts))
            for day in self._few(range(1, 20), 0, 4)
        ]
        again = [SpecialDay(one.month, one.day, None if one.year else 2026) for one in special[:1]]
        return regions, self._one((None, "country")), tuple(weekdays), (*special, *again)

    def _signals(self) -> dict[str, CustomerSignal]:
        return {
            "often": CustomerSignal("count", self._few(TYPES, 1, 3), self._one(SPANS)),
            "lately": CustomerSignal("last", self._few(TYPES, 1, 2)),
        }

    def _guard(self) -> NeverAskWhile:
        conditions = tuple(self._condition(1) for _ in range(self._one((1, 1, 2))))
        return NeverAskWhile(conditions, self._few([f"r{number}" for number in range(30)], 0, 10))

    def _scope(self) -> dict[str, Any]:
        pools = {"survey": "nps", "metric": "ces", "channel": "email", "journey": "j", "same": "agent"}
        return {name: pools[name] for name in pools if self._now_and_then(0.15)}

    def _limit(self, number: int) -> Limit:
        clocks = (("invited",), ("invited",), ("invited", "answered"), ("delivered",))
        defer = self._now_and_then(0.4)
        per = self._one((*SPANS, "calendar_day", "calendar_week", "calendar_month"))
        return Limit(
            f"limit-{number}",
            self._one((1, 1, 2, 3)),
            per,
            clock=self._one(clocks),
            on_limit="defer" if defer else "drop",
            up_to=self._one((timedelta(hours=6), timedelta(days=3), timedelta(days=12))) if defer else None,
            **self._scope(),
        )

    def _quota(self, number: int) -> Quota:
        per = self._one(("calendar_day", "calendar_week", "calendar_month", "calendar_year"))
        return Quota(f"quota-{number}", self._one((1, 2, 3)), per, **self._scope())

    def _customer(self, name: str, known: Definitions) -> Customer:
        profile = Profile(
            locale=self._one((None, "en", "nl-BE", "nl", "fr")),
            zone=self._one((None, *ZONES)),
            consent={one: self._now_and_then(0.8) for one in CHANNELS if self._now_and_then(0.5)},
            suppressed=("bounced", "opted_out") if self._now_and_then(0.03) else (),
            attributes=self._attributes(),
        )
        past = tuple(self._past(number, known) for number in range(self._one((0, 0, 1, 3))))
        return Customer(name, profile=profile, invitations=past)

    def _attributes(self) -> dict[str, Any]:
        found = {"x": self._one((*PLAIN, *DATES, ["a", "b"]))} if self._now_and_then(0.7) else {}
        return found | ({"country": self._one(("nl", "JP", "nowhere"))} if self._now_and_then(0.3) else {})

    def _past(self, number: int, known: Definitions) -> Invitation:
        rule = self._one(known.rules)
        at = BEGIN - self._one((*SPANS, timedelta(days=6, hours=21)))
        return Invitation(
            f"past-{number}",
            rule.id,
            rule.survey,
            known.surveys[rule.survey].metric,
            rule.channels[0],
            rule.priority,
            at,
            self._one(("sent", "queued")),
            rule.journey,
            attributes={"agent": self._one(("a", "1"))},
            delivered_at=at + timedelta(hours=1) if self._now_and_then(0.5) else None,
            answered_at=at + timedelta(days=1) if self._now_and_then(0.3) else None,
        )

    def _history(self) -> list[tuple[Interaction, datetime]]:
        time, now, told = BEGIN, BEGIN, []
        for number in range(self._one((2, 4, 6, 8))):
            time += self._one(PACES[:4] if self._busy else PACES)
            late = timedelta(hours=2) if self._now_and_then(0.1) else timedelta()
            now = max(now, time - late)
            name = f"i{self._random.randint(0, number) if self._now_and_then(0.05) else number}"
            make = self._preferences if self._now_and_then(0.05) else self._interaction
            told.append((make(name, time - late), now))
        return told

    def _preferences(self, name: str, time: datetime) -> Interaction:
        pools: dict[str, Any] = {
            "zone": ZONES,
            "locale": ("en", "nl", "fr"),
            "consent": (
                {"email": False},
                {"email": True, "app": False},
                {"email": True, "email/research": False},
                {"email/research": True, "app/research": True},
                {"email": "?"},
                ["sms"],
            ),
            "suppressed": ([], [], ["stop"]),
            "x": PLAIN,
        }
        told = {one: self._one(pools[one]) for one in self._few(tuple(pools), 1, 2)}
        return Interaction("/test", name, PREFERENCES_TYPE, time, "c-1", attributes=told)

    def _interaction(self, name: str, time: datetime) -> Interaction:
        values = (*PLAIN, *DATES, None, ["a", 1], ["b", "ab", True], [])
        attributes = {one: self._one(values) for one in ("x", "w") if self._now_and_then(0.8)}
        if self._now_and_then(0.6):
            attributes["y"] = {"z": self._one(values)}
        if self._now_and_then(0.2):
            attributes["y.z"] = self._one(values)
        if self._wide:
            attributes |= {field.partition(".")[2]: self._one(TEXTS[:2]) for field in WIDE_FIELDS}
        if self._now_and_then(0.5):
            attributes["agent"] = self._one(("a", 1))
        if self._now_and_then(0.5):
            attributes["case"] = self._one(("A", 7))
        return Interaction(
            "/test",
            name,
            self._one(TYPES) if self._now_and_then(0.5) else "order",
            time,
            self._one(("c-1", "c-1", "c-1", "c-2", "")) if self._now_and_then(0.5) else "c-1",
            self._one((None, "email", "a")),
            self._one((None, "en", "nl-NL", "a")),
            attributes,
            {one: "address" for one in CHANNELS if self._now_and_then(0.5)},
        )
