"""How responses are counted and told: the keys of `scores`, and the settings that they make."""

from datetime import timedelta
from math import isfinite
from typing import Final

from router.authoring.language.keys import Block, Kind, block, optional
from router.authoring.language.kinds import SHARE, TEXTS, choice, one_or_more, read_texts, span, whole
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import plain_name
from router.model.policy import ScoreSettings

MOST_FIELDS: Final = 10
"""So many fields scores are counted by at most: every response changes a cell of each."""

LONGEST_OUTCOME: Final = timedelta(days=365)

_DEFAULTS: Final = ScoreSettings()


def _fields(node: Node, key: str, problems: Problems) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(plain_name(text) for text in read_texts(node, key, problems)))
    if len(names) > MOST_FIELDS:
        message = f"`{key}` names {len(names)} fields"
        problems.add("R012", node.position, message, f"at most {MOST_FIELDS}: each is counted apart")
    return names[:MOST_FIELDS]


def _amount(node: Node, key: str, problems: Problems) -> float | None:
    value = node.value
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value > 0:
        return float(value)
    problems.wrong(node, key, "a number above 0", "such as 0.3")
    return None


_FIELDS: Final[Kind[tuple[str, ...]]] = Kind(
    _fields, one_or_more({"type": "string", "pattern": "\\S"}, maxItems=MOST_FIELDS)
)
_AMOUNT: Final[Kind[float]] = Kind(_amount, {"type": "number", "exclusiveMinimum": 0})


class SmallestKeys(Block):
    """The smallest changes that matter: where an interval is wider, there is too little to tell."""

    nps = optional(
        _AMOUNT, "points of an NPS", _DEFAULTS.smallest_nps, without=f"`{_DEFAULTS.smallest_nps:g}`"
    )
    mean = optional(_AMOUNT, "of a mean", _DEFAULTS.smallest_mean, without=f"`{_DEFAULTS.smallest_mean:g}`")
    share = optional(
        SHARE,
        "points of a share, such as the answers 5 to 7",
        _DEFAULTS.smallest_share,
        without=f"`{_DEFAULTS.smallest_share:.0%}`",
    )


class ScoreKeys(Block):
    """How responses are counted and told."""

    by = optional(
        _FIELDS,
        f"[fields](#scores) that scores and coverage are counted by, one at a time; at most {MOST_FIELDS}",
        (),
    )
    people = optional(
        _FIELDS,
        "those of `by` that are persons, such as agents: never shown under 10 answers, never ranked",
        _DEFAULTS.people,
        without="`agent_id`",
    )
    drivers = optional(
        _FIELDS,
        "numeric attributes of the interaction that scores are compared with, beside the effort signals of journeys",
        (),
    )
    comments = optional(
        choice("keep", "drop"), "`drop`: the customer's own words are not stored anywhere", _DEFAULTS.comments
    )
    outcomes = optional(
        TEXTS,
        "interaction types that the hold-out report looks for, such as a further complaint or a purchase",
        (),
        names="type",
    )
    outcomes_within = optional(
        span(LONGEST_OUTCOME),
        "how long after the interaction it looks",
        _DEFAULTS.outcomes_within,
        without=f"`{_DEFAULTS.outcomes_within.days}d`",
    )
    least = optional(whole(1), "under so many answers there is no score", _DEFAULTS.least)
    enough = optional(whole(1), "under so many answers a score is indicative", _DEFAULTS.enough)
    smallest = optional(block(SmallestKeys), "the smallest changes that matter")


def score_settings(keys: ScoreKeys) -> ScoreSettings:
    """The settings, with what does not fit together noted."""
    if keys.enough < keys.least:
        message = f"`enough` {keys.enough} is under `least` {keys.least}"
        place = keys.place("enough" if "enough" in keys.values else "least")
        keys.problems.add("R012", place, message, "indicative scores need more answers than none")
    for person in keys.members("people"):
        if plain_name(str(person.value)) not in keys.by:
            message = f"`people` names {person.value!r}, which scores are not counted by"
            keys.problems.add("R012", person.position, message, "name it in `by` too")
    smallest = keys.smallest
    return ScoreSettings(
        by=keys.by,
        people=keys.people,
        drivers=keys.drivers,
        comments=keys.comments,
        outcomes=keys.outcomes,
        outcomes_within=keys.outcomes_within,
        least=keys.least,
        enough=keys.enough,
        smallest_nps=smallest.nps if smallest else _DEFAULTS.smallest_nps,
        smallest_mean=smallest.mean if smallest else _DEFAULTS.smallest_mean,
        smallest_share=smallest.share if smallest else _DEFAULTS.smallest_share,
    )
