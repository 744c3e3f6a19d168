"""Targets: whether a score can be held against each."""

from router.authoring.checks.names import Names
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.problems import Problems
from router.model.policy import Target
from router.model.survey import Survey


def check_targets(definitions: Definitions, problems: Problems) -> None:
    """R067: a target that the survey's scores cannot be held against. R077: a step that is not there."""
    names = Names(definitions, problems)
    for placed in definitions.policy.targets:
        target = placed.definition
        for node in placed.values("step"):
            names.step(node, target.journey)
        known = definitions.surveys.get(target.survey)
        if known is not None and known.definition is not None:
            _check(placed, known.definition, problems)


def _check(placed: Placed[Target], survey: Survey, problems: Problems) -> None:
    """The measure must be one of the metric, the bound lie on its scale, and its side be the better one."""
    target, metric = placed.definition, survey.metric
    key = "at_least" if target.at_most is None else "at_most"
    place = placed.place(key)
    written = placed.node.find(key)
    percent = written is not None and isinstance(written.value, str)
    measure = target.measure or ("nps" if metric == "nps" else "mean")
    if (measure == "nps") != (metric == "nps"):
        hint = "write points, such as `at_least: 30`" if metric == "nps" else "write `mean` or `top_box`"
        problems.add("R067", place, f"{survey.name!r} has no {measure}: its metric is {metric}", hint)
        return
    if percent != (measure == "top_box"):
        hint = "such as `at_least: 80%`" if measure == "top_box" else "a number, without %"
        problems.add(
            "R067",
            place,
            f"a {measure} is {'a percentage' if measure == 'top_box' else 'no percentage'}",
            hint,
        )
        return
    bound = target.at_least if target.at_most is None else target.at_most
    low, high = (-100, 100) if measure == "nps" else (0, 1) if measure == "top_box" else survey.scale
    if bound is not None and not low <= bound <= high:
        hint = f"it lies between {low} and {high}"
        problems.add("R067", place, f"no score of {survey.name!r} is {bound:g}", hint)
    lower_is_better = measure == "mean" and survey.polarity == "lower_is_better"
    if lower_is_better != (key == "at_most"):
        better, word = ("lower", "at_most") if lower_is_better else ("higher", "at_least")
        message = f"`{key}` would be met by bad scores: of {survey.name!r} {better} is better"
        problems.add("R067", place, message, f"write `{word}`")
