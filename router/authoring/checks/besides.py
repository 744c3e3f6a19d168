"""Questions that are to be asked besides others: whether a limit ever leaves room for both."""

from datetime import timedelta
from typing import Final

from router.authoring.language.context import context, of_journey
from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import satisfiable
from router.model.policy import Limit
from router.model.rules import All, Condition, Rule
from router.model.survey import Survey
from router.policy.limit_gates import period_in_words

MOST_COMPARED: Final = 200
"""With so many other rules one with `also` is compared; of more nothing is told."""


def check_besides(definitions: Definitions, problems: Problems) -> None:
    """R153: `also` where a limit of one refuses the question besides every other that the same interaction can earn."""
    rules = [placed.definition for placed in definitions.rules if placed.definition.enabled]
    surveys = {name: placed.definition for name, placed in definitions.surveys.items()}
    limits = [one.definition for one in definitions.policy.limits if isinstance(one.definition, Limit)]
    for placed in definitions.rules:
        rule = placed.definition
        if not rule.also or not rule.enabled or len(rules) > MOST_COMPARED:
            continue
        own = _matches(rule, definitions)
        others = [
            other
            for other in rules
            if other.id != rule.id
            and satisfiable(own, _matches(other, definitions), lists=False) is not False
        ]
        found = [_without_room(rule, other, limits, surveys) for other in others]
        limit = found[0] if found else None
        if limit is not None and all(found):
            spelt = f"{limit.max} per {period_in_words(limit)}"
            message = f"limit {limit.id!r} ({spelt}) never leaves room for this besides another question"
            hint = "give this rule a longer `delay`, or limit each survey apart (`survey:` in the limit)"
            problems.add("R153", placed.place("also"), message, hint)


def _matches(rule: Rule, definitions: Definitions) -> Condition:
    whole = All((*context(rule, definitions), rule.when))
    return of_journey(whole, rule.journey)


def _without_room(
    rule: Rule, other: Rule, limits: list[Limit], surveys: dict[str, Survey | None]
) -> Limit | None:
    """The first limit of one under which both fall, and within whose window both are due."""
    return next(
        (
            limit
            for limit in limits
            if limit.max == 1
            and isinstance(limit.per, timedelta)
            and limit.channel is None
            and limit.same is None
            and all(_falls_under(one, limit, surveys) for one in (rule, other))
            and abs(rule.delay - other.delay) + (limit.up_to or timedelta()) < limit.per
        ),
        None,
    )


def _falls_under(rule: Rule, limit: Limit, surveys: dict[str, Survey | None]) -> bool:
    survey = surveys.get(rule.survey)
    return (
        survey is not None
        and limit.survey in (None, survey.name)
        and limit.metric in (None, survey.metric)
        and limit.journey in (None, rule.journey)
    )
