"""Limits and quotas: what they name, and whether any survey falls under them."""

from typing import get_args

from router.authoring.checks.names import Names
from router.authoring.language.parts import Parts, Placed
from router.authoring.language.problems import Problems
from router.model.policy import Limit, Quota
from router.model.survey import Metric


def check_limits(parts: Parts, problems: Problems) -> None:
    """R064, R074, R075, R078: a limit, quota or rate cap that covers nothing, or names what is not there."""
    names = Names(parts, problems)
    for limit in parts.policy.limits:
        for survey in limit.values("survey"):
            names.survey(survey)
        for journey in limit.values("journey"):
            names.journey(journey)
        for channel in limit.values("channel"):
            names.channel(channel)
        _check_metric(limit, parts, problems)
    for cap in parts.policy.rate_caps:
        for survey in cap.values("survey"):
            names.survey(survey)
        for channel in cap.values("channel"):
            names.channel(channel)


def _check_metric(limit: Placed[Limit | Quota], parts: Parts, problems: Problems) -> None:
    metric, name = limit.what.metric, limit.what.survey
    if metric is None:
        return
    surveys = [placed for key, placed in parts.surveys.items() if name in (None, key)]
    metrics = [node.value if (node := placed.node.find("metric")) else None for placed in surveys]
    if not metrics or metric in metrics or any(one not in get_args(Metric) for one in metrics):
        return
    known = sorted(set(map(str, metrics)))
    problems.undefined("R064", limit.place("metric"), "metric in a limit: no survey has", metric, known)
