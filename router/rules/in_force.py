"""Which rule set decides for whom: the live one, a rollout to a share of the customers, a shadow beside them."""

from collections.abc import Sequence

from router.model.ledger import ROW_KINDS, RowKind
from router.model.policy import Quota, RateCap
from router.policy.draw import draw
from router.rules.ruleset import RuleSet


class InForce:
    """The rule sets that decide from one batch to the next. All of them are complete and compiled.

    `rollout` decides for a `share` (0 to 1) of the customers, by a draw that keeps those it had when the share
    is raised. `shadow` decides nothing: it is asked beside, and what it would have decided otherwise is kept.
    """

    def __init__(
        self, live: RuleSet, rollout: RuleSet | None = None, share: float = 0.0, shadow: RuleSet | None = None
    ) -> None:
        self.live = live
        self.rollout = rollout
        self.share = share
        self.shadow = shadow

    def of(self, customer_id: str) -> RuleSet:
        """The rule set that decides for a customer."""
        if self.rollout is None:
            return self.live
        drawn = draw(self.live.policy.salt, "rollout", "", customer_id)
        return self.rollout if drawn < self.share else self.live

    @property
    def by_themselves(self) -> bool:
        """Whether time alone brings something about besides what is due: a journey's end, the day of a schedule."""
        sides = (self.live, self.rollout) if self.rollout else (self.live,)
        return any(rules.awaited or rules.schedules for rules in sides)

    @property
    def scheduled_by(self) -> tuple[int | None, int | None, float] | None:
        """What tells whether customers were looked at by other schedules; None: no rule set that decides has any."""
        other = self.rollout.scheduled_by if self.rollout else None
        return (self.live.scheduled_by, other, self.share) if self.live.schedules or other else None

    @property
    def kinds(self) -> dict[str, list[RowKind]]:
        """The surveys that a rule sends, and what may follow their invitations."""
        kinds: dict[str, set[RowKind]] = {}
        for rule_set in (self.live, self.rollout):
            for compiled in rule_set.index.rules if rule_set else ():
                rule = compiled.rule
                of_survey = kinds.setdefault(rule.survey, {"invitation", "cancellation"})
                if rule.reminder is not None:
                    of_survey.add("reminder")
                if len(rule.channels) > 1:
                    of_survey.add("fallback")
        return {survey: [kind for kind in ROW_KINDS if kind in kinds[survey]] for survey in sorted(kinds)}

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that an alert rule names."""
        rule_sets = (self.live, self.rollout) if self.rollout else (self.live,)
        teams = {one.rule.team for rules in rule_sets for one in rules.alerts.values()}
        return tuple(sorted(teams | {one.team for one in self.live.score_shifts.values()}))

    @property
    def rate_caps(self) -> tuple[RateCap, ...]:
        """The rate caps: those of the live rule set hold for all that leaves."""
        return self.live.policy.rate_caps

    @property
    def quotas(self) -> Sequence[Quota]:
        """The quotas of all rule sets that decide."""
        return (*self.live.policy.quotas, *(self.rollout.policy.quotas if self.rollout else ()))
