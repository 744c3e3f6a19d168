"""Alerts: that what they ask of a response is there, and that a score means something."""

from typing import Final

from router.authoring.checks.conditions import signals
from router.authoring.checks.locales import check_locale
from router.authoring.checks.names import Names
from router.authoring.language.conditions import walk, wanted
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.keys import Named
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import tests_of
from router.model.alerts import AlertRule
from router.model.fields import EVENT, JOURNEY, plain_name
from router.model.rules import All, Condition, Test
from router.model.survey import Survey
from router.rules.evaluate import comparison

_NAMED: Final[dict[str, Named]] = {
    "survey": "survey",
    "journey": "journey",
    "customer.open": "journey",
    "channel": "channel",
    "asked_on": "channel",
}


def check_alerts(definitions: Definitions, problems: Problems) -> None:
    """R029, R074, R075, R077, R078, R111 to R115, R140: what an alert asks that no response has, or that means nothing."""
    names = Names(definitions, problems)
    for placed in definitions.alerts:
        for block in ("when", "unless"):
            node = placed.node.find(block)
            for field, value in walk(node) if node else ():
                _check_field(field, definitions, problems)
                if field.value == "comment" and definitions.policy.policy.scores.comments == "drop":
                    message = "the policy keeps no comments (`scores: {comments: drop}`): this never holds"
                    hint = "keep them there, or ask for the score here"
                    problems.add("R140", field.position, message, hint)
                _check_values(str(field.value), value, _journey(placed.definition.when), names, problems)
        _check_score(placed, definitions, problems)
        if placed.definition.working_days and definitions.policy.policy.business_hours is None:
            message = "`within` counts working days, and the policy has no `business_hours`"
            hint = "say in the policy when you work, or write a duration such as 48h"
            problems.add("R114", placed.place("within"), message, hint)


def _check_field(field: Node, definitions: Definitions, problems: Problems) -> None:
    """Notes a field that no response has."""
    name = str(field.value)
    settings = definitions.policy.policy.scores
    if name.startswith(JOURNEY):
        kept = {one for journey in definitions.journeys.values() for one in signals(journey.definition)}
        if name.removeprefix(JOURNEY) not in kept:
            problems.undefined(
                "R029", field.position, "signal of any journey:", name.removeprefix(JOURNEY), sorted(kept)
            )
    elif name.startswith(EVENT):
        kept = {*settings.by, *settings.drivers}
        if plain_name(name) not in kept and name not in kept:
            message = f"`{name}` is not kept with responses"
            hint = f"name it in the policy: `scores: {{by: [{plain_name(name)}]}}`"
            problems.add("R111", field.position, message, hint)


def _check_values(field: str, value: Node, journey: str | None, names: Names, problems: Problems) -> None:
    """Notes the unknown names among the values that a test wants."""
    for item in wanted(value):
        if field in _NAMED:
            names.check(_NAMED[field], item)
        elif field == "step":
            names.step(item, journey)
        elif field in ("locale", "customer.locale"):
            check_locale(item, problems)


def _journey(condition: Condition) -> str | None:
    """The one journey that a condition confines responses to."""
    for part in _parts(condition):
        if isinstance(part, Test) and part.field == "journey" and part.operator == "eq":
            return str(part.value)
    return None


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All) else (condition,)


def _check_score(placed: Placed[AlertRule], definitions: Definitions, problems: Problems) -> None:
    """Notes a score that means nothing without its survey, that no answer has, or that only good answers have."""
    when = placed.definition.when
    scored = [test for test in tests_of(when) if test.field == "score" and test.operator != "exists"]
    if not scored:
        return
    place = scored[0].position or placed.position
    surveys = _surveys(when, definitions)
    if surveys is None:
        message = "a `score` means nothing without its survey: on some scales a low answer is a good one"
        problems.add("R112", place, message, "name the survey too, such as `survey: nps`")
        return
    tests = [part for part in _parts(when) if isinstance(part, Test) and part.field == "score"]
    for survey in surveys:
        low, high = survey.scale
        left = [score for score in range(low, high + 1) if all(comparison(test)(score) for test in tests)]
        if not left:
            message = f"no answer to {survey.name!r} has such a score"
            problems.add("R113", place, message, f"its scale is {low} to {high}")
            return
        middle = (low + high) / 2
        good = max(left) < middle if survey.polarity == "lower_is_better" else min(left) > middle
        if tests and good:
            message = f"only good answers to {survey.name!r} have such a score"
            words = survey.polarity.replace("_", " ")
            problems.add("R115", place, message, f"its scale is {low} to {high}, {words}")


def _surveys(when: Condition, definitions: Definitions) -> list[Survey] | None:
    """The surveys that the parts which must all hold confine responses to; None where they do not.

    A metric confines them where all its surveys have one scale and polarity.
    """
    known = [placed.definition for placed in definitions.surveys.values() if placed.definition]
    tests = [part for part in _parts(when) if isinstance(part, Test) and part.operator in ("eq", "in")]
    named = [test for test in tests if test.field == "survey"]
    if named:
        return [survey for survey in known if all(comparison(test)(survey.name) for test in named)]
    measured = [test for test in tests if test.field == "metric"]
    found = [survey for survey in known if all(comparison(test)(survey.metric) for test in measured)]
    alike = len({(survey.scale, survey.polarity) for survey in found}) <= 1
    return found if measured and alike else None
