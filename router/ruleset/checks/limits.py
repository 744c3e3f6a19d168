"""Limits and quotas: what they name, and whether any survey falls under them."""

from router.model.policy import Limit, Quota
from router.model.survey import Survey
from router.ruleset.checks.names import Names
from router.ruleset.parts import Parts, Placed
from router.ruleset.problems import Problems


def check_limits(parts: Parts, problems: Problems) -> None:
    """R064, R074, R075, R078: a limit or quota that covers nothing, or names what is not there."""
    names = Names(parts, problems)
    for limit in parts.policy.limits:
        for survey in limit.values("survey"):
            names.survey(survey)
        for journey in limit.values("journey"):
            names.journey(journey)
        for channel in limit.values("channel"):
            names.channel(channel)
        _check_metric(limit, parts, problems)


def _check_metric(limit: Placed[Limit | Quota], parts: Parts, problems: Problems) -> None:
    metric, name = limit.what.metric, limit.what.survey
    if metric is None:
        return
    surveys: list[Survey | None] = [placed.what for placed in parts.surveys.values()]
    if name is not None:
        surveys = [parts.surveys[name].what] if name in parts.surveys else []
    known: list[str] = sorted({survey.metric for survey in surveys if survey})
    if None in surveys or metric in known or not known:
        return
    problems.undefined("R064", limit.place("metric"), "metric in a limit: no survey has", metric, known)
