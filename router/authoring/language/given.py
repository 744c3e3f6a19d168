"""The `given` block of a test: its keys, and the customers, invitations and events that it makes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

from router.authoring.language.amounts import MAX_DURATION
from router.authoring.language.given_customers import GivenCustomerKeys, preferences
from router.authoring.language.given_events import SOURCE, EventKeys, PastKeys, read_event
from router.authoring.language.given_times import START_OF_TEST, WHEN, LocalTime, moment_of
from router.authoring.language.keys import Block, block, listing, named, optional, required
from router.authoring.language.kinds import TEXT, choice
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
from router.model.policy import Policy
from router.model.rule_tests import (
    NOBODY,
    OF_RULE,
    ONLY_CUSTOMER,
    Draws,
    GivenEvent,
    GivenPolicy,
    PastInvitation,
)
from router.model.rules import Position
from router.model.schedules import SCHEDULE_SOURCE

START: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""When the clock of a test begins, unless `given.start` says otherwise: a Monday."""

MOST_EVENTS: Final = 10_000
"""So many events and past invitations a test tells, those of repeated customers counted each."""


class GivenLocaleKeys(Block):
    """Languages."""

    otherwise = optional(TEXT, "the locale to fall back to, or `none`", without="as the policy has it")


class GivenPolicyKeys(Block):
    """What the policy says otherwise in a test."""

    recipient = optional(
        choice("required", "optional"), "whether an address is needed", without="as the policy has it"
    )
    locale = optional(block(GivenLocaleKeys), "languages", without="as the policy has it")


class GivenKeys(
    Block,
    apart=True,
    more={
        "if": {
            "properties": {"customers": {"type": "object", "minProperties": 2}},
            "required": ["customers"],
        },
        "then": {
            "properties": {name: {"items": {"required": ["customer"]}} for name in ("events", "history")}
        },
    },
):
    """What is before, and what happens."""

    customer = optional(
        block(GivenCustomerKeys, "a customer"),
        "the [customer](#given)",
        without="one of whom nothing is known",
    )
    customers = optional(
        named(GivenCustomerKeys, "a customer"),
        "several, each under a name; the rest of the test then says `customer: name`; `nobody` is an event that names"
        " none",
    )
    history = optional(listing(PastKeys, "a past invitation"), "invitations that were sent before", [])
    events = required(
        listing(EventKeys, "an event", read_event), "what happens, in the order in which it is heard of"
    )
    start = optional(
        START_OF_TEST,
        "the moment of `0h`: a date, a local time such as `2026-12-24 20:00`, or a time with its offset in quotes",
        without="Monday 2 March 2026, 10:00 UTC",
    )
    until = optional(
        WHEN,
        "how long time goes on for [schedules](schedules.md): `400d` from the start, or a time with its offset",
        without="up to the last event",
    )
    policy = optional(
        block(GivenPolicyKeys), "what the policy says otherwise in this test", without="as it is"
    )
    draws = optional(choice(*get_args(Draws)), "how hold-out and samples fall; see [below](#draws)", "asked")


class GivenSituation:
    """The `given` block of a test: names of customers and times mean something in it."""

    def __init__(self, keys: GivenKeys, policy: Policy) -> None:
        self.problems, self._policy = keys.problems, policy
        self.start = START
        self.start = self.moment(keys.start) or START
        self.policy = None
        if (given := keys.policy) is not None:
            required = None if given.recipient is None else given.recipient == "required"
            self.policy = GivenPolicy(required, given.locale.otherwise if given.locale else None)
        if keys.customer and keys.customers is not None:
            message = "`customer` and `customers` exclude each other"
            self.problems.add("R012", keys.key_place("customers"), message, "keep one")
        customers = {**(keys.customers or {}), **({ONLY_CUSTOMER: keys.customer} if keys.customer else {})}
        groups = {name: _members(name, one.repeat) for name, one in customers.items()}
        self._numbers = {
            member: str(number)
            for name, one in customers.items()
            if one.repeat is not None
            for number, member in enumerate(groups[name], start=1)
        }
        for name in self._numbers.keys() & groups.keys():
            message = f"{name!r} is one of the customers that another one's `repeat` makes"
            self.problems.add("R012", keys.key_place("customers"), message, "give it another name")
        self.groups = groups or {ONLY_CUSTOMER: (ONLY_CUSTOMER,)}
        told = {name: preferences(one) for name, one in customers.items()} or {ONLY_CUSTOMER: {}}
        self.customers = {member: told[name] for name, group in self.groups.items() for member in group}
        past = [(one, self.whose(one)) for one in keys.history]
        happens = [(one, self.whose(one)) for one in keys.events or ()]
        self._bounded(keys, sum(len(whose) for _, whose in (*past, *happens)))
        self.history = tuple(self.past(one, name) for one, whose in past for name in whose)
        self.events = tuple(
            event
            for number, (one, whose) in enumerate(happens, start=1)
            for event in self.of_each(one, f"{number}", whose)
        )

        self.until = self.moment(keys.until)
        if self.until is not None:
            self._check_until(self.until, keys)

    def _check_until(self, until: datetime, keys: GivenKeys) -> None:
        if any(event.heard_at > until for event in self.events) or until < self.start:
            message = "`until` must not be before the start, nor before the last event"
            self.problems.add("R012", keys.place("until"), message, "time does not go back")
        elif until - self.start > MAX_DURATION:
            message = f"`until` must be at most {MAX_DURATION.days}d after the start"
            self.problems.add("R015", keys.place("until"), message, "one year shows an anniversary: 366d")

    def _bounded(self, keys: GivenKeys, number: int) -> None:
        if number > MOST_EVENTS:
            message = f"a test takes {MOST_EVENTS:,} events at most, each counted for every customer, not {number:,}"
            self.problems.add("R012", keys.node.position, message, "repeat the customer less often")

    def moment(self, when: timedelta | datetime | LocalTime | None) -> datetime | None:
        """A time of the test as a moment."""
        return moment_of(when, self.start, self._policy)

    def customer(self, name: str | None, place: Position) -> tuple[str, ...] | None:
        """The customers that a name stands for: one of the test's, or all that are repeated under it."""
        if name is None:
            return None
        if name in self.groups:
            return self.groups[name]
        if name not in self.customers and name != NOBODY:
            self.problems.unknown("R104", place, "customer of this test:", name, list(self.groups))
        return (name,)

    def whose(self, keys: PastKeys | EventKeys) -> tuple[str, ...]:
        """The customers that an entry is about; where there is one, repeated or not, it need not say."""
        if len(self.groups) > 1 and "customer" not in keys.pairs:
            keys.lacks("customer")
        return self.customer(keys.customer, keys.place("customer")) or next(iter(self.groups.values()))

    def past(self, keys: PastKeys, whose: str) -> PastInvitation:
        """An invitation from before the start."""
        return PastInvitation(
            customer=whose,
            survey=keys.invited or "",
            at=self.moment(keys.at) or self.start,
            rule=keys.rule,
            channel=keys.channel,
            journey=keys.journey,
            delivered_at=self.moment(keys.delivered),
            answered_at=self.moment(keys.answered),
            attributes=_numbered(keys.further, self._numbers.get(whose)),
            position=keys.node.position,
        )

    def of_each(self, keys: EventKeys, number: str, whose: tuple[str, ...]) -> Iterator[GivenEvent]:
        """What happens to each of these customers, under a number that is its id where it has none; none where it says nothing."""
        at = self.moment(keys.at) or self.start
        heard = self.moment(keys.heard) or at
        if heard < at:
            message = "`heard` must not be before `at`"
            self.problems.add("R012", keys.place("heard"), message, "nobody knows the future")
        kind, attributes = self.said(keys)
        if keys.source == SCHEDULE_SOURCE:
            message = (
                f"no record may have the source {SCHEDULE_SOURCE}: schedules make their own interactions"
            )
            self.problems.add(
                "R012", keys.place("source"), message, "leave `source` out, and say `until: 400d`"
            )
        if kind is None:
            return
        several = len(whose) > 1
        for name in whose:
            interaction = Interaction(
                source=keys.source or SOURCE,
                id=f"{keys.id or number}{f'/{name}' if several else ''}",
                type=kind,
                time=at,
                customer_id="" if name == NOBODY else name,
                channel=keys.channel,
                locale=keys.locale,
                attributes=_numbered(attributes, self._numbers.get(name)),
                recipient=_numbered(keys.recipient, self._numbers.get(name)),
            )
            yield GivenEvent(interaction, heard, keys.node.position)

    def said(self, keys: EventKeys) -> tuple[str | None, dict[str, Any]]:
        """The type of the interaction that an event becomes, and its attributes."""
        if keys.preferences:
            return PREFERENCES_TYPE, preferences(keys.preferences)
        if "delivery" in keys.pairs:
            return DELIVERY_TYPE, {"status": keys.delivery, OF_RULE: keys.of}
        if keys.answer is not None:
            return RESPONSE_TYPE, {"score": keys.answer.plain(), OF_RULE: keys.of}
        return keys.type, keys.further


def _members(name: str, repeat: int | None) -> tuple[str, ...]:
    """The names of the customers that one block stands for: itself, or `name-1` to `name-20`."""
    return (name,) if repeat is None else tuple(f"{name}-{number}" for number in range(1, repeat + 1))


def _numbered(value: Any, number: str | None) -> Any:
    """A value for one of many customers: in its texts `#` is the customer's number. None: it is for one alone."""
    if number is None:
        return value
    if isinstance(value, str):
        return value.replace("#", number)
    if isinstance(value, dict):
        return {name: _numbered(item, number) for name, item in value.items()}
    return [_numbered(item, number) for item in value] if isinstance(value, list) else value
