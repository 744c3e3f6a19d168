"""Which responses somebody must be told of: alert rules held against them, and against earlier alerts."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from router.model.alerts import AlertRule, KnownAlerts, NoAlert
from router.model.customer import Customer
from router.model.policy import Policy
from router.model.responses import ResponseRow
from router.policy.working_days import working_days_later
from router.rules.alerts import HeardResponse
from router.rules.ruleset import RuleSet


class AlertJudgement(Struct, frozen=True):
    """What an alert rule of a revision makes of a response: an alert, unless there is a `refusal`."""

    rule: AlertRule
    response: HeardResponse
    revision: int
    refusal: NoAlert | None = None
    due_at: datetime | None = None

    @property
    def id(self) -> UUID:
        """One invitation and one rule have one alert, however often it is answered."""
        return uuid5(self.response.row.invitation_id, f"alert/{self.rule.id}")

    @property
    def place(self) -> tuple[str, str]:
        """The customer and the rule: a cooldown is kept for both together."""
        return self.response.row.customer_id, self.rule.id


def response_of(row: ResponseRow, customer: Customer, rules: RuleSet) -> HeardResponse:
    """A response as conditions see it; journeys are open or not when it was received."""
    return HeardResponse(row, customer, lambda: rules.open_journeys(customer, row.received_at))


def judged(response: HeardResponse, rules: RuleSet) -> list[AlertJudgement]:
    """What each alert rule makes of a response by itself, in the order of their ids."""
    found: list[AlertJudgement] = []
    for entry in rules.alerts.values():
        refusal, rule = entry.refusal(response), entry.rule
        due = due_at(rule, response.row.received_at, rules.policy) if refusal is None else None
        found.append(AlertJudgement(rule, response, rules.revision, refusal, due))
    return found


def held_against(known: KnownAlerts, found: Iterable[AlertJudgement]) -> list[AlertJudgement]:
    """What is left of it where some alerts are known: one is raised once, and not within its cooldown.

    What one raises, a later one is held against.
    """
    ids, latest = set(known.ids), dict(known.latest)
    left: list[AlertJudgement] = []
    for one in found:
        at, before, pause = one.response.row.received_at, latest.get(one.place), one.rule.cooldown
        refusal = one.refusal
        if refusal is None and one.id in ids:
            refusal = "alert_known"
        elif refusal is None and before is not None and pause is not None and at < before + pause:
            refusal = "alert_cooldown"
        if refusal is None:
            ids.add(one.id)
            latest[one.place] = max(at, before or at)
        left.append(one if refusal is one.refusal else replace(one, refusal=refusal, due_at=None))
    return left


def due_at(rule: AlertRule, at: datetime, policy: Policy) -> datetime | None:
    """By when an alert that is raised at a moment must be closed; None: it is never overdue."""
    if rule.working_days:
        return working_days_later(at, rule.working_days, policy)
    return at + rule.within if rule.within is not None else None
