"""Tests of a rule set as its authors write them: what is given, what happens, what should come of it."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from router.model.customer import InvitationKind
from router.model.decision import Reason
from router.model.interaction import Interaction
from router.model.rules import Position

Draws = Literal["asked", "held_out", "not_sampled", "real"]
"""How a test draws: `asked` leaves nobody out, `held_out` and `not_sampled` leave everybody out where the rule
set leaves out some; `real` draws as in production, with the customer's name as the id."""

ONLY_CUSTOMER = "customer"
"""The name of the customer in a test with one."""


NOBODY = "nobody"
"""The customer of an event that names none."""

OF_RULE = "of"
"""The attribute of a told delivery or answer that names the rule whose invitation it is about; else the latest."""


class PastInvitation(Struct, frozen=True):
    """An invitation that was sent before the test begins. Of its `attributes` come the values that limits with `same` compare."""

    customer: str
    survey: str
    at: datetime
    rule: str | None = None
    channel: str | None = None
    journey: str | None = None
    delivered_at: datetime | None = None
    answered_at: datetime | None = None
    attributes: dict[str, Any] = {}
    position: Position | None = None


class GivenEvent(Struct, frozen=True):
    """One interaction of a test. It is decided at `heard_at`, or at the latest clock so far if that is later."""

    interaction: Interaction
    heard_at: datetime
    position: Position | None = None


class ExpectedInvitation(Struct, frozen=True):
    """An invitation that should be sent. What is None is not compared; `at` is when it is sent, `text` a part of what it says.

    `customers` are those whom the name `customer` stands for: several, where it is repeated. `number` is the reminder's;
    `times` is how often at least and at most it is sent.
    """

    customer: str | None = None
    rule: str | None = None
    survey: str | None = None
    channel: str | None = None
    locale: str | None = None
    at: datetime | None = None
    reason: Reason | None = None
    kind: InvitationKind | None = None
    text: str | None = None
    position: Position | None = None
    customers: tuple[str, ...] | None = None
    number: int | None = None
    times: tuple[int, int] = (1, 1)


class GivenPolicy(Struct, frozen=True):
    """What a test sets otherwise than the policy of the set, so that what it rarely does can be shown.

    `locale_otherwise` `none`: no language to fall back to. None: as the policy has it.
    """

    recipient_required: bool | None = None
    locale_otherwise: str | None = None


class RuleTest(Struct, frozen=True):
    """One test. Its relative times count from `start`; `customers` maps names to preferences.

    `because` names reasons for which something was not asked; a test that expects nothing has at least one. Schedules
    are looked at up to `until`; None: up to the last event.
    """

    name: str
    start: datetime
    customers: dict[str, dict[str, Any]]
    events: tuple[GivenEvent, ...]
    expect: tuple[ExpectedInvitation, ...]
    because: tuple[Reason, ...] = ()
    history: tuple[PastInvitation, ...] = ()
    draws: Draws = "asked"
    policy: GivenPolicy | None = None
    position: Position | None = None
    until: datetime | None = None
