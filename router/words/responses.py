"""Responses in sentences: what a customer answered, and whether it counts; in English and Dutch."""

from typing import Final

from router.model.responses import ResponseRow, ResponseStatus
from router.model.spelling import one_line
from router.words.voice import PLAIN, Language, Voice

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
STATUSES_NL: Final[dict[ResponseStatus, str]] = {
    "counted": "Het telt mee in de scores.",
    "no_score": "Het telt niet mee: er is geen score, alleen een opmerking of niets.",
    "not_a_number": "Het telt niet mee: de score is geen getal.",
    "not_whole": "Het telt niet mee: de schaal heeft hele getallen, en dit is er geen.",
    "off_scale": "Het telt niet mee: de score valt buiten de schaal.",
    "too_late": "Het telt niet mee: het kwam na de tijd om te antwoorden.",
    "before_invitation": "Het telt niet mee: het is gegeven voordat de vraag was verstuurd.",
    "withdrawn": "Het telt niet mee: de uitnodiging was al ingetrokken.",
    "excluded": "Het telt niet mee: het is uitgesloten.",
}
_STATUSES: Final = {"en": STATUSES, "nl": STATUSES_NL}
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "excluded": "It does not count: {by} excluded it on {at}{because}.",
        "by": " by {channel}",
        "scale": ": {answer} on a scale from {low} to {high}, where {best} is best",
        "no score": " without a score",
        "asked": "The customer was asked {survey}{by} and answered on {at}{said}.",
        "several": "It is one of {answers} answers: the latest that can be counted stands.",
        "imported": "It was imported ({imported}).",
        "wrote": "The customer wrote: “{words}”",
        "another": "Another answer to this invitation stands instead of this one.",
    },
    "nl": {
        "excluded": "Het telt niet mee: {by} sloot het uit op {at}{because}.",
        "by": " via {channel}",
        "scale": ": {answer} op een schaal van {low} tot {high}, waar {best} het beste is",
        "no score": " zonder score",
        "asked": "De klant kreeg {survey}{by} en antwoordde op {at}{said}.",
        "several": "Het is een van {answers} antwoorden: het laatste dat mee kan tellen geldt.",
        "imported": "Het is ingelezen ({imported}).",
        "wrote": "De klant schreef: “{words}”",
        "another": "Een ander antwoord op deze uitnodiging geldt in plaats van dit.",
    },
}

_MOST_WORDS: Final = 500
"""So many characters of a comment are told; the rest is in the row."""


def _say(voice: Voice, sentence: str, **parts: object) -> str:
    return _WORDS[voice.language][sentence].format(**parts)


def status_words(response: ResponseRow, voice: Voice = PLAIN) -> str:
    """Whether a response counts, and if not why; of an excluded one also who did it, when and why."""
    if response.status != "excluded" or response.excluded_at is None:
        return _STATUSES[voice.language][response.status]
    because = f" ({one_line(response.excluded_because)})" if response.excluded_because else ""
    at = voice.moment(response.excluded_at)
    return _say(voice, "excluded", by=response.excluded_by, at=at, because=because)


def response_sentence(response: ResponseRow, voice: Voice = PLAIN) -> str:
    """The answer that stands, on which scale, and whether it counts."""
    context = response.context
    low, high = context.scale
    best = low if context.polarity == "lower_is_better" else high
    answer = response.given if response.score is None else str(response.score)
    by = _say(voice, "by", channel=response.asked_on) if response.asked_on else ""
    said = _say(voice, "no score")
    if answer:
        said = _say(voice, "scale", answer=answer, low=low, high=high, best=best)
    at = voice.moment(response.answered_at)
    parts = [
        _say(voice, "asked", survey=context.survey, by=by, at=at, said=said),
        status_words(response, voice),
    ]
    if response.answers > 1:
        parts.append(_say(voice, "several", answers=response.answers))
    if response.imported is not None:
        parts.append(_say(voice, "imported", imported=response.imported))
    return " ".join(parts)


def another_stands(voice: Voice = PLAIN) -> str:
    """Said of an answer that another one replaced."""
    return _say(voice, "another")


def comment_sentence(response: ResponseRow, voice: Voice = PLAIN) -> str | None:
    """The customer's own words on one line; None where there are none."""
    if response.comment is None:
        return None
    line = one_line(response.comment)
    shown = f"{line[:_MOST_WORDS]}{'…' if len(line) > _MOST_WORDS else ''}"
    return _say(voice, "wrote", words=shown)
