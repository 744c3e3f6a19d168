"""Cells: counted responses and judged touchpoints of one day and one combination of dimensions.

Transactions append changes to cells, and never wait for one another on a cell; a roll-up adds the changes to the cells. A
reader adds both.
"""

from datetime import date
from typing import Final, Literal

from msgspec import Struct

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
most once. `waited`: a rule waits for that step; `matched`: one matched; `withheld`: no survey, by `reason`."""


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
    """How many touchpoints of a day, by when the interaction happened, came to a stage. `count` may be negative in a change.

    `reason` tells why one was withheld or ended, and is empty elsewhere.
    """

    day: date
    journey: str
    step: str
    channel: str
    attribute: str
    value: str
    stage: Stage
    reason: str
    count: int
