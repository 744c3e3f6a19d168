"""Whether those who answered are like those who did not, by all that is known of both."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from router.insights.funnels import Funnel, together
from router.model.cells import Stage
from router.model.policy import ScoreSettings
from router.scores.representativeness import (
    NOTABLE,
    Asked,
    representativeness,
    standardised_share_difference,
)
from router.scores.score import Enough

OTHERS: Final = "(others)"
"""All values of a fact that too few touchpoints have, and those without one."""


class Differs(Struct, frozen=True):
    """A value of a fact that those who answered have notably more or less often than those who did not.

    Shares from 0 to 1; `difference` is in standard deviations, positive where it is more frequent among the answers.
    """

    value: str
    of_answered: float
    of_others: float
    difference: float


class KnownFact(Struct, frozen=True):
    """How the values of one fact answered: R, 1 where all do at one rate, and how wrong a share may be at worst (0 to 1)."""

    fact: str
    values: int
    r: float
    worst_bias: float
    differs: tuple[Differs, ...]


class WhoAnswered(Struct, frozen=True):
    """Of the touchpoints that came to stage `of`, who answered, by each known fact, the least alike first.

    Without enough answers, or enough without one, there are no facts.
    """

    of: Stage
    touchpoints: int
    answered: int
    facts: tuple[KnownFact, ...]


def who_answered(
    of: Stage, places: Sequence[Funnel], attributes: Iterable[Funnel], settings: ScoreSettings
) -> WhoAnswered:
    """Compare by step, channel and attributes.

    `places` are funnels by journey, step and channel, `attributes` by attribute and value. A value that fewer than
    `settings.enough` touchpoints have is one of the others.
    """
    n = sum(one.stages[of] for one in places)
    answered = sum(one.stages["answered"] for one in places)
    if min(answered, n - answered) < settings.enough:
        return WhoAnswered(of, n, answered, ())
    facts: dict[str, dict[str, Asked]] = {
        "step": {" / ".join(map(str, one.group)): _asked(of, one) for one in together(places, (0, 1))},
        "channel": {str(one.group[0]): _asked(of, one) for one in together(places, (2,))},
    }
    for one in attributes:
        facts.setdefault(str(one.group[0]), {})[str(one.group[1])] = _asked(of, one)
    known = (_fact(name, values, Asked(n, answered), settings) for name, values in facts.items())
    ordered = sorted((one for one in known if one is not None), key=lambda one: one.r)
    return WhoAnswered(of, n, answered, tuple(ordered))


def _asked(of: Stage, funnel: Funnel) -> Asked:
    return Asked(funnel.stages[of], funnel.stages["answered"])


def _fact(name: str, values: dict[str, Asked], whole: Asked, settings: ScoreSettings) -> KnownFact | None:
    """The fact, or None where all have the same value."""
    enough = Enough(settings.least, settings.enough)
    if name in settings.people:
        enough = enough.of_a_person()
    groups = {value: asked for value, asked in values.items() if asked.n >= enough.firm}
    # The two were read one after the other: what was counted in between is in the values alone.
    n = max(0, whole.n - sum(asked.n for asked in groups.values()))
    answered = max(0, whole.answered - sum(asked.answered for asked in groups.values()))
    if n:
        groups[OTHERS] = Asked(n, min(n, answered))
    heard = sum(asked.answered for asked in groups.values())
    silent = sum(asked.n for asked in groups.values()) - heard
    if len(groups) < 2 or not heard or not silent:
        return None
    found = representativeness(groups.values())
    differs = []
    for value, asked in groups.items():
        ours, theirs = asked.answered / heard, (asked.n - asked.answered) / silent
        difference = standardised_share_difference(theirs, ours)
        if abs(difference) > NOTABLE:
            differs.append(Differs(value, ours, theirs, difference))
    differs.sort(key=lambda one: -abs(one.difference))
    return KnownFact(name, len(groups), found.corrected, found.worst_bias, tuple(differs))
