"""Names that somebody typed, held against those of the rules."""

from difflib import get_close_matches

from router.cli.faults import Refused
from router.cli.output import printable
from router.rules.ruleset import RuleSet


def require_known(
    rules: RuleSet, *, survey: str | None = None, journey: str | None = None, step: str | None = None
) -> None:
    """Raises `Refused` where the rules know no such survey, journey or step."""
    steps = {step for one in rules.maps.values() for step in one.definition.steps}
    for what, name, known in (
        ("survey", survey, rules.surveys),
        ("journey", journey, rules.maps),
        ("step", step, steps),
    ):
        if name is not None and name not in known:
            near = get_close_matches(name[:100], known, n=1)
            there_are = ", ".join(sorted(known)[:20]) or "none yet"
            way = f"did you mean {near[0]!r}?" if near else f"there are {there_are}."
            raise Refused(f"There is no {what} {printable(name)!r}: {way}")
