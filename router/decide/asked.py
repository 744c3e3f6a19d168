"""What is frozen of an invitation when it is planned, for the response that may come."""

from math import isfinite
from typing import Final

from router.decide.batch import Planned
from router.decide.touchpoints import declared
from router.model.customer import Profile
from router.model.fields import of_interaction
from router.model.responses import AskedContext, Signal
from router.rules.ruleset import RuleSet

_NOTHING_KNOWN: Final = Profile()


def asked_context(planned: Planned, rules: RuleSet) -> AskedContext | None:
    """The facts that a response is scored by, as they were when a rule planned its invitation; None for what follows one.

    Journey, step and instance are those that the decision speaks of, also where the rule itself waits for no journey.
    """
    decided, decision, journey = planned.decided, planned.decision, planned.journey
    if decided is None or decision is None:
        return None
    interaction = decided.interaction
    survey, settings = rules.surveys[planned.invitation.survey], rules.policy.scores
    effort: dict[str, Signal] = dict(journey.signals) if journey else {}
    for name in settings.drivers:
        value = of_interaction(interaction, name)
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            effort[name] = value
    return AskedContext(
        survey=survey.name,
        metric=survey.metric,
        scale=survey.scale,
        polarity=survey.polarity,
        text_version=survey.version,
        presentation=survey.presentation,
        rule=planned.invitation.rule,
        revision=planned.revision,
        happened_at=interaction.time,
        locale=decision.locale,
        journey=decision.journey,
        step=decision.step,
        instance=decision.instance,
        channel=interaction.channel,
        attributes=declared(settings.by, interaction, journey, planned.profile or _NOTHING_KNOWN),
        effort=effort,
    )
