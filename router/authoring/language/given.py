"""The `given` block of a test: its keys, and the customers, invitations and events that it makes."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

from router.authoring.language.amounts import MAX_DURATION
from router.authoring.language.given_customers import CustomerKeys, preferences
from router.authoring.language.given_events import SOURCE, WHEN, EventKeys, PastKeys, read_event
from router.authoring.language.keys import Block, block, listing, named, optional, required
from router.authoring.language.kinds import MOMENT, TEXT, choice
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
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

START: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""When the clock of a test begins, unless `given.start` says otherwise: a Monday."""


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
        block(CustomerKeys, "a customer"), "the [customer](#given)", without="one of whom nothing is known"
    )
    customers = optional(
        named(CustomerKeys, "a customer"),
        "several, each under a name; the rest of the test then says `customer: name`; `nobody` is an event that names"
        " none",
    )
    history = optional(listing(PastKeys, "a past invitation"), "invitations that were sent before", [])
    events = required(
        listing(EventKeys, "an event", read_event), "what happens, in the order in which it is heard of"
    )
    start = optional(
        MOMENT,
        "the moment of `0h`: a date, or a time with its offset in quotes",
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

    def __init__(self, keys: GivenKeys) -> None:
        self.problems = keys.problems
        self.start = keys.start or START
        self.policy = None
        if (policy := keys.policy) is not None:
            required = None if policy.recipient is None else policy.recipient == "required"
            self.policy = GivenPolicy(required, policy.locale.otherwise if policy.locale else None)
        if keys.customer and keys.customers is not None:
            message = "`customer` and `customers` exclude each other"
            self.problems.add("R012", keys.key_place("customers"), message, "keep one")
        customers = {**(keys.customers or {}), **({ONLY_CUSTOMER: keys.customer} if keys.customer else {})}
        self.customers = {name: preferences(one) for name, one in customers.items()} or {ONLY_CUSTOMER: {}}
        self.history = tuple(map(self.past, keys.history))
        numbered = enumerate(keys.events or (), start=1)
        self.events = tuple(event for number, one in numbered if (event := self.event(one, number)))
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

    def moment(self, when: timedelta | datetime | None) -> datetime | None:
        """A time of the test as a moment."""
        return self.start + when if isinstance(when, timedelta) else when

    def customer(self, name: str | None, place: Position) -> str | None:
        """The customer that is named, who must be one of the test's."""
        if name is not None and name not in self.customers and name != NOBODY:
            self.problems.unknown("R104", place, "customer of this test:", name, list(self.customers))
        return name

    def whose(self, keys: PastKeys | EventKeys) -> str:
        """The customer that an entry is about; with one customer it need not say."""
        if len(self.customers) > 1 and "customer" not in keys.pairs:
            keys.lacks("customer")
        return self.customer(keys.customer, keys.place("customer")) or next(iter(self.customers))

    def past(self, keys: PastKeys) -> PastInvitation:
        """An invitation from before the start."""
        return PastInvitation(
            customer=self.whose(keys),
            survey=keys.invited or "",
            at=self.moment(keys.at) or self.start,
            rule=keys.rule,
            channel=keys.channel,
            journey=keys.journey,
            delivered_at=self.moment(keys.delivered),
            answered_at=self.moment(keys.answered),
            attributes=keys.further,
            position=keys.node.position,
        )

    def event(self, keys: EventKeys, number: int) -> GivenEvent | None:
        """What happens, under a number that is its id where it has none; None where it says nothing."""
        customer = self.whose(keys)
        at = self.moment(keys.at) or self.start
        heard = self.moment(keys.heard) or at
        if heard < at:
            message = "`heard` must not be before `at`"
            self.problems.add("R012", keys.place("heard"), message, "nobody knows the future")
        kind, attributes = self.said(keys)
        if kind is None:
            return None
        interaction = Interaction(
            source=keys.source or SOURCE,
            id=keys.id or f"{number}",
            type=kind,
            time=at,
            customer_id="" if customer == NOBODY else customer,
            channel=keys.channel,
            locale=keys.locale,
            attributes=attributes,
            recipient=keys.recipient,
        )
        return GivenEvent(interaction, heard, keys.node.position)

    def said(self, keys: EventKeys) -> tuple[str | None, dict[str, Any]]:
        """The type of the interaction that an event becomes, and its attributes."""
        if keys.preferences:
            return PREFERENCES_TYPE, preferences(keys.preferences)
        if "delivery" in keys.pairs:
            return DELIVERY_TYPE, {"status": keys.delivery, OF_RULE: keys.of}
        if keys.answer is not None:
            return RESPONSE_TYPE, {"score": keys.answer.plain(), OF_RULE: keys.of}
        return keys.type, keys.further
