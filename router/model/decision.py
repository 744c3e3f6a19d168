"""What became of one interaction, and why."""

from datetime import datetime
from typing import Any, Literal, get_args

from msgspec import Struct

Gate = Literal[
    "duplicate",
    "customer",
    "age",
    "step",
    "rule",
    "active",
    "contrary",
    "suppression",
    "consent",
    "channel",
    "text",
    "hold_out",
    "sample",
    "own_survey_limit",
    "shared_limit",
    "attribute_limit",
    "quota",
    "priority",
    "hours",
]
"""The 19 gates in their order."""

Reason = Literal[
    "invited",
    "duplicate",
    "no_customer",
    "too_old",
    "step_not_recognised",
    "step_repeated",
    "late",
    "no_transition",
    "no_rule_matched",
    "rule_inactive",
    "contrary_condition",
    "never_ask_while",
    "suppressed",
    "no_consent",
    "preferences_unclear",
    "no_reachable_channel",
    "missing_text",
    "hold_out",
    "not_sampled",
    "own_survey_limit",
    "shared_limit",
    "attribute_limit",
    "quota",
    "outranked",
    "no_allowed_time",
    "preferences_recorded",
    "delivery_recorded",
    "answer_recorded",
    "report_ignored",
    "unknown_invitation",
    "answer_too_late",
    "cancelled_by_event",
    "displaced",
    "expired",
    "undeliverable",
    "answered",
    "not_answered",
]
"""Every reason a decision or an invitation's end can carry. Closed, documented, part of the public contract."""

Outcome = Literal["invite", "no_survey", "defer"]
_OF_ENDS: frozenset[Reason] = frozenset(
    {"cancelled_by_event", "displaced", "expired", "undeliverable", "answered", "not_answered"}
)
_OF_TRACES: frozenset[Reason] = frozenset({"outranked"})
GATES: tuple[Gate, ...] = get_args(Gate)
REASONS: tuple[Reason, ...] = get_args(Reason)
DECISION_REASONS: dict[Outcome, tuple[Reason, ...]] = {
    "invite": ("invited",),
    "defer": ("own_survey_limit", "shared_limit", "attribute_limit"),
    "no_survey": tuple(reason for reason in REASONS if reason not in {"invited", *_OF_ENDS, *_OF_TRACES}),
}
"""The reasons that a decision with each outcome can have; the others are those of invitations that ended."""


class Verdict(Struct, frozen=True, omit_defaults=True):
    """One gate's word on one candidate, with the actual value and the one it is held against."""

    gate: Gate
    passed: bool
    reason: Reason | None = None
    actual: Any = None
    limit: Any = None
    eligible_again_at: datetime | None = None


class RuleTrace(Struct, frozen=True, omit_defaults=True):
    """How one rule fared: whether it was tried and matched, the first condition that failed, every gate."""

    rule: str
    priority: int
    tried: bool
    matched: bool
    failed: str | None = None
    verdicts: tuple[Verdict, ...] = ()


class Decision(Struct, frozen=True, array_like=True):
    """The decision on one interaction, compact enough to journal. The full trace is computed when asked for.

    `gate`, `actual` and `limit` belong to the refusal (or the deferral) that decided. `used_up` are the quota counters
    that were looked at and left no place, as quota, value, period and count: without them nobody could compute it again.
    `also` are those on what was planned besides, each an `invite` or a `defer` with fields of its own, in their order.
    """

    outcome: Outcome
    reason: Reason
    journey: str | None = None
    instance: str | None = None
    step: str | None = None
    rule: str | None = None
    survey: str | None = None
    metric: str | None = None
    channel: str | None = None
    locale: str | None = None
    due_at: datetime | None = None
    eligible_again_at: datetime | None = None
    invitation_id: str | None = None
    gate: Gate | None = None
    actual: Any = None
    limit: Any = None
    revision: int = 0
    used_up: tuple[tuple[str, str, str, int], ...] = ()
    also: tuple["Decision", ...] = ()

    @property
    def asking(self) -> tuple["Decision", ...]:
        """This one and those besides that planned an invitation, in the order that they were chosen."""
        return (self, *self.also) if self.invitation_id is not None else ()
