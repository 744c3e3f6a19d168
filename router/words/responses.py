"""What a response's status means, in a sentence."""

from typing import Final

from router.model.responses import ResponseRow, ResponseStatus

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


def status_words(response: ResponseRow) -> str:
    """Whether a response counts, and if not why; of an excluded one also who did it, when and why."""
    if response.status != "excluded" or response.excluded_at is None:
        return STATUSES[response.status]
    at = f"{response.excluded_at:%Y-%m-%d %H:%M} UTC"
    return f"It does not count: {response.excluded_by} excluded it on {at} ({response.excluded_because})."
