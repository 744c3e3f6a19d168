"""Names that somebody typed, held against those that there are."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from router.model.signs import printable
from router.pages.wrong_question import WrongQuestion

if TYPE_CHECKING:
    from router.rules.ruleset import RuleSet


def require_known(
    rules: "RuleSet", *, survey: str | None = None, journey: str | None = None, step: str | None = None
) -> None:
    """Raises `WrongQuestion` where the rules know no such survey, journey or step."""
    steps = {step for one in rules.maps.values() for step in one.definition.steps}
    for what, name, known in (
        ("survey", survey, rules.surveys),
        ("journey", journey, rules.maps),
        ("step", step, steps),
    ):
        if name is not None and name not in known:
            raise WrongQuestion(unknown(what, name, sorted(known)))


def require_among(asked: object, known: Mapping[str, Sequence[str]]) -> None:
    """Raises `WrongQuestion` where a member of a question, such as its journey, is none of the `known` names of its kind."""
    for what, names in known.items():
        name = getattr(asked, what)
        if name is not None and name not in names:
            raise WrongQuestion(unknown(what, name, names))


def unknown(what: str, name: str, known: Sequence[str]) -> str:
    """That there is no such thing, and what was perhaps meant."""
    near = get_close_matches(name[:100], known, n=1)
    way = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known[:20]) or 'none yet'}."
    return f"There is no {what} {printable(name)!r}: {way}"
