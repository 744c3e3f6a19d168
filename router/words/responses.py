"""Responses in sentences: what a customer answered, and whether it counts."""

from typing import Final

from router.model.responses import ResponseRow, ResponseStatus
from router.words.reasons import moment

STATUSES: Final[dict[ResponseStatus, str]] = {
    "counted": "It counts in the scores.",
    "no_score": "It does not count: there is no score, only a comment or nothing.",
    "not_a_number": "It does not count: the score is not a number.",
    "not_whole": "It does not count: the scale has whole numbers, and this is none.",
    "off_scale": "It does not count: the score is not on the scale.",
    "too_late": "It does not count: it came after the time to answer.",
    "before_invitation": "It does not count: it was given before the question was sent.",
    "withdrawn": "It does not count: the invitation was withdrawn before.",
    "excluded": "It does not count: it was excluded.",
}

_MOST_WORDS: Final = 500
"""So many characters of a comment are told; the rest is in the row."""


def status_words(response: ResponseRow) -> str:
    """Whether a response counts, and if not why; of an excluded one also who did it, when and why."""
    if response.status != "excluded" or response.excluded_at is None:
        return STATUSES[response.status]
    because = f" ({_one_line(response.excluded_because)})" if response.excluded_because else ""
    return (
        f"It does not count: {response.excluded_by} excluded it on {moment(response.excluded_at)}{because}."
    )


def response_sentence(response: ResponseRow) -> str:
    """The answer that stands, on which scale, and whether it counts."""
    context = response.context
    low, high = context.scale
    best = low if context.polarity == "lower_is_better" else high
    answer = response.given if response.score is None else str(response.score)
    by = f" by {response.asked_on}" if response.asked_on else ""
    said = (
        f": {answer} on a scale from {low} to {high}, where {best} is best" if answer else " without a score"
    )
    parts = [
        f"The customer was asked {context.survey}{by} and answered on {moment(response.answered_at)}{said}.",
        status_words(response),
    ]
    if response.answers > 1:
        parts.append(f"It is one of {response.answers} answers: the latest that can be counted stands.")
    if response.imported is not None:
        parts.append(f"It was imported ({response.imported}).")
    return " ".join(parts)


def comment_sentence(response: ResponseRow) -> str | None:
    """The customer's own words on one line; None where there are none."""
    if response.comment is None:
        return None
    line = _one_line(response.comment)
    return f"The customer wrote: “{line[:_MOST_WORDS]}{'…' if len(line) > _MOST_WORDS else ''}”"


def _one_line(text: str) -> str:
    """A text of somebody else's as one line that does nothing to a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
