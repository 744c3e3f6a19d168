"""Cells: counted responses and judged touchpoints of one day and one combination of dimensions.

Transactions append changes to cells, and never wait for one another on a cell; a roll-up adds the changes to the cells. A
reader adds both.
"""

from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Literal, get_args
from uuid import UUID

from msgspec import Struct, json

from router.model.survey import Metric, Polarity, Presentation

Basis = Literal["happened", "answered"]
"""The day of a score cell: that of the interaction, or that of the answer. In the policy's zone."""

ALL: Final = ""
"""The `attribute` of a cell that counts whatever the attributes are."""

MOST_SCORES: Final = 11
"""So many answers a scale has at most: 0 to 10."""

OWN_ATTRIBUTES: Final = ("asked_on", "hour")
"""Attributes that every score or touchpoint has: the channel of the question, the hour of the interaction (`00` to `23`)."""

Stage = Literal[
    "had_step",
    "waited",
    "matched",
    "withheld",
    "planned",
    "cancelled",
    "displaced",
    "expired",
    "sent",
    "bounced",
    "delivered",
    "started",
    "answered",
]
"""How far touchpoints came. Each that a journey's step was entered at counts once in `had_step`, and in each later stage at
most once. `waited`: a rule waits for that step; `matched`: one matched; `withheld`: no survey, by `reason`; `sent`: released
to the sender."""

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""In the order of the bits of `stage_bits`, which are stored: new ones go to the end."""


def stage_bits(*stages: Stage) -> int:
    """Stages as one number: bit n for the n-th of `STAGES`."""
    return sum(1 << STAGES.index(stage) for stage in stages)


class Question(Struct, frozen=True, order=True):
    """The question as it was asked: only scores of equal ones are put together."""

    survey: str
    metric: Metric
    scale_low: int
    scale_high: int
    polarity: Polarity
    text_version: str
    presentation: Presentation


class ScoreCell(Struct, frozen=True, gc=False):
    """The counts of one question's scores, in the order of its scale, for a day and one combination of dimensions.

    Text that is empty stands for none. `attribute` is one of `scores.by` or `OWN_ATTRIBUTES` with its `value`; ALL counts
    all. `channel` is that of the interaction. `imported` names an import. Counts in a change may be negative.
    """

    basis: Basis
    day: date
    survey: str
    metric: Metric
    scale_low: int
    scale_high: int
    polarity: Polarity
    text_version: str
    presentation: Presentation
    journey: str
    step: str
    channel: str
    rule: str
    revision: int
    attribute: str
    value: str
    imported: str
    counts: tuple[int, ...]


class CoverageCell(Struct, frozen=True, gc=False):
    """How many touchpoints of a day, by when the interaction happened, came to each stage: `counts` in the order of `STAGES`.

    `reason` tells why those were withheld or ended; empty: neither. In each cell those that had the step are those withheld
    and those planned. Counts in a change may be negative.
    """

    day: date
    journey: str
    step: str
    channel: str
    attribute: str
    value: str
    reason: str
    counts: tuple[int, ...]


ScoreDimension = Literal[
    "day",
    "week",
    "month",
    "journey",
    "step",
    "channel",
    "rule",
    "revision",
    "attribute",
    "value",
    "imported",
]
"""What scores are grouped by. A week is named by its Monday, a month by its first day."""

CoverageDimension = Literal["day", "week", "month", "journey", "step", "channel", "attribute", "value"]
"""What coverage is grouped by."""

SCORE_DIMENSIONS: Final = tuple(
    name for name in get_args(ScoreDimension) if name not in ("attribute", "value")
)
COVERAGE_DIMENSIONS: Final = tuple(
    name for name in get_args(CoverageDimension) if name not in ("attribute", "value")
)
"""What people group by, besides one attribute."""

Member = date | str | int
"""The value of a dimension."""


class WantedScores(Struct, frozen=True):
    """Which score cells are read: those of days from `since` to before `until`, and equal in all that is not None.

    No `attributes` means any. Scores that an older tool asked for are left out, or the only ones, or among the others.
    """

    basis: Basis = "happened"
    since: date | None = None
    until: date | None = None
    survey: str | None = None
    metric: Metric | None = None
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    rule: str | None = None
    revision: int | None = None
    attributes: tuple[str, ...] = (ALL,)
    value: str | None = None
    imported: Literal["no", "only", "both"] = "no"


class WantedCoverage(Struct, frozen=True):
    """Which coverage cells are read: those of days from `since` to before `until`, and equal in all that is not None.

    No `attributes` means any.
    """

    since: date | None = None
    until: date | None = None
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    attributes: tuple[str, ...] = (ALL,)
    value: str | None = None


class ScoreCounts(Struct, frozen=True):
    """The counts of one question's scores in one group, in the order of the scale. `group` has the order that was asked for."""

    question: Question
    group: tuple[Member, ...]
    counts: tuple[int, ...]


class CoverageCount(Struct, frozen=True):
    """How many touchpoints of one group came to a stage, for a reason where it has one."""

    group: tuple[Member, ...]
    stage: Stage
    reason: str
    count: int


def first_of_month(day: date) -> date:
    """The day that a month is named by."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after that of a day."""
    return first_of_month(first_of_month(day) + timedelta(days=32))


@lru_cache(1 << 15)
def cell_key(*dimensions: str | int) -> UUID:
    """What a cell is known by on each day: the first 16 bytes of BLAKE2b over its dimensions as JSON. The same ones come again and again."""
    return UUID(bytes=blake2b(json.encode(dimensions), digest_size=16).digest())
