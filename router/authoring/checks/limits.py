"""Limits and quotas: whether any survey falls under them."""

from typing import get_args

from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems
from router.model.survey import Metric


def check_limits(definitions: Definitions, problems: Problems) -> None:
    """R064: a limit or quota of a metric that no survey has."""
    for limit in definitions.policy.limits:
        metric, name = limit.definition.metric, limit.definition.survey
        surveys = [placed for key, placed in definitions.surveys.items() if name in (None, key)]
        metrics = [node.value if (node := placed.node.find("metric")) else None for placed in surveys]
        if metric is None or not metrics or metric in metrics:
            continue
        # A survey whose metric could not be read may have this one.
        if all(one in get_args(Metric) for one in metrics):
            known = sorted(set(map(str, metrics)))
            problems.undefined(
                "R064", limit.place("metric"), "metric in a limit: no survey has", metric, known
            )
