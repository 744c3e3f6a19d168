"""Responses: the answer to one invitation, with the context that was frozen when it was planned."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from router.model.survey import Metric, Polarity, Presentation

ResponseStatus = Literal[
    "counted",
    "no_score",
    "not_a_number",
    "not_whole",
    "off_scale",
    "too_late",
    "before_invitation",
    "withdrawn",
    "excluded",
]
"""Whether a response counts in the scores, and else the reason.

`no_score` is only a comment, `not_a_number` to `off_scale` a value that is no answer on the survey's scale,
`before_invitation` one given before the question went out, `withdrawn` one to an invitation that was taken back,
`excluded` one that a person took out.
"""

NOT_COUNTED: Final[tuple[ResponseStatus, ...]] = (
    "no_score",
    "not_a_number",
    "not_whole",
    "off_scale",
    "too_late",
    "before_invitation",
    "withdrawn",
    "excluded",
)

MOST_GIVEN: Final = 200
"""So many characters are kept of a value that is no score."""

MOST_COMMENT: Final = 10_000
"""So many characters are kept of a comment."""

COMMENT: Final = "comment"
COMMENT_CUT: Final = "comment_cut_from"
"""Attributes of an answer: the customer's own words, and how many characters they had where they were cut."""

Signal = int | float | str | bool
"""The value of an effort signal or of an attribute."""


class Touchpoint(Struct, frozen=True, array_like=True, gc=False):
    """An interaction that entered a journey's step, as the coverage counts it.

    `hour` counts the hours since 1970 by the policy's clock. `attributes` holds those that `scores.by` declares and the
    interaction had.
    """

    journey: str
    step: str
    channel: str | None
    hour: int
    attributes: dict[str, str] = {}


class Covered(Struct, frozen=True, array_like=True, gc=False):
    """What one interaction changed in the coverage: the stages that a touchpoint came to by it, and those that it lost.

    Both are `stage_bits`.
    """

    touchpoint: Touchpoint
    stages: int
    lost: int = 0


class AskedContext(Struct, frozen=True, omit_defaults=True):
    """The facts of an invitation that its response is scored by, frozen when it was planned.

    The first six are the question as it was asked: only responses to equal questions are put together. `channel` is
    that of the interaction, not the one asked on. `effort` holds the journey's effort signals then, and the numeric
    attributes that `scores.drivers` declares.
    """

    survey: str
    metric: Metric
    scale: tuple[int, int]
    polarity: Polarity
    text_version: str
    presentation: Presentation
    rule: str
    revision: int
    happened_at: datetime
    locale: str | None = None
    journey: str | None = None
    step: str | None = None
    instance: str | None = None
    channel: str | None = None
    attributes: dict[str, str] = {}
    effort: dict[str, Signal] = {}


class ResponseRow(Struct, frozen=True):
    """The response to one invitation, named by the id that its reminders and fallbacks follow too.

    `answered_at` is the customer's time of the answer that stands, `received_at` when this service took it in, `key` the
    dedupe key of that answer in the journal. `score` is None unless `status` is `counted` or `excluded`; `given` is the
    score as it came, as JSON of at most `MOST_GIVEN` characters, where it does not count. `answers` counts all answers to this invitation, those in the
    journal too. `asked_on` is the channel of the question. `imported` names the import of one that an older tool asked
    for. `respond_by` is the end of the time for it.
    """

    customer_id: str
    invitation_id: UUID
    key: UUID
    context: AskedContext
    status: ResponseStatus
    answered_at: datetime
    received_at: datetime
    respond_by: datetime | None = None
    asked_on: str | None = None
    score: int | None = None
    given: str | None = None
    comment: str | None = None
    answers: int = 1
    imported: str | None = None
    excluded_by: str | None = None
    excluded_at: datetime | None = None
    excluded_because: str | None = None


class WantedResponses(Struct, frozen=True):
    """Which responses somebody asks for; None and empty: all. `since` and `until` are about the answer, `until` excluded.

    `imported` is about those of an older tool: without them, only them, or both.
    """

    customer_id: str | None = None
    survey: str | None = None
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    status: ResponseStatus | None = None
    imported: Literal["no", "only", "both"] = "both"
    since: datetime | None = None
    until: datetime | None = None
