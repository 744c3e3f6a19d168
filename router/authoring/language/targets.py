"""Targets: the keys of each, and the definitions that they make."""

from math import isfinite
from typing import Any, Final

from router.authoring.language.amounts import share
from router.authoring.language.definitions import Placed
from router.authoring.language.keys import Block, Kind, optional, required
from router.authoring.language.kinds import NAME, SHARE, choice
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.policy import Target


def _bound(node: Node, key: str, problems: Problems) -> float | str | None:
    """A number as it is, a percentage as its text: which of the two tells the measure."""
    value = node.value
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    if share(value) is not None:
        return str(value)
    problems.wrong(
        node, key, "a number or a percentage", "such as 5.5 for a mean, 30 for an NPS, 80% for a share"
    )
    return None


_BOUND: Final[Kind[Any]] = Kind(_bound, {"anyOf": [{"type": "number"}, SHARE.schema]}, SHARE.definitions)


class TargetKeys(Block, more={"oneOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}):
    """A target."""

    survey = required(NAME, "the survey", names="survey")
    journey = optional(NAME, "over the answers of this journey only", without="all", names="journey")
    step = optional(NAME, "over the answers about this step only", without="all")
    at_least = optional(
        _BOUND,
        "so much: points of an NPS, a mean on the survey's scale, or a percentage: the share of the best answers",
        without="required, or `at_most`",
    )
    at_most = optional(
        _BOUND,
        "so much at most, for the mean of a survey where lower is better",
        without="required, or `at_least`",
    )
    measure = optional(
        choice("nps", "mean", "top_box"),
        "the measure, where that should be said: `nps`, `mean`, or `top_box` with a percentage",
        without="as the bound tells",
    )


def targets_of(blocks: list[TargetKeys]) -> tuple[Placed[Target], ...]:
    """A target of each block that has all that it needs; one with two bounds or none is noted."""
    found = []
    for keys in blocks:
        bounds = [key for key in ("at_least", "at_most") if key in keys.values]
        if len(bounds) != 1:
            message = "a target has one of `at_least` and `at_most`"
            hint = "`at_most` where lower is better" if bounds else "such as `at_least: 5.5`"
            keys.problems.add("R067", keys.place(*bounds[1:]), message, hint)
            continue
        bound = getattr(keys, bounds[0])
        if keys.survey is None or bound is None:
            continue
        part = share(bound)
        measure: Any = "top_box" if part is not None and keys.measure is None else keys.measure
        amount = bound if part is None else part
        target = Target(keys.survey, measure, keys.journey, keys.step, **{bounds[0]: amount})
        found.append(Placed(target, keys.node))
    return tuple(found)
