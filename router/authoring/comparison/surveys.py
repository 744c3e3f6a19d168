"""Surveys held against each other: the measure and the texts in every locale."""

from typing import Final

from router.authoring.comparison.fields import change_words, changed_fields, other_fields
from router.model.spelling import NONE, spelled
from router.model.survey import Survey

_PARTS: Final = {
    "subject": "subject",
    "introduction": "introduction",
    "question": "question",
    "low": "low end",
    "high": "high end",
    "follow_up": "follow-up",
}


def survey_changes(before: Survey, after: Survey) -> list[str]:
    """What differs between two surveys of one name."""
    skip = ("name", "texts", "version", "facts")
    lines = changed_fields(before, after, show={"scale": _scale, "polarity": _plain}, skip=skip)
    for locale in sorted({*before.texts, *after.texts}):
        was, now = before.texts.get(locale), after.texts.get(locale)
        if was is None and now is not None:
            lines.append(f"new text {locale} “{now.question}”")
        elif now is None:
            lines.append(f"text {locale} dropped")
        elif was is not None and was != now:
            parts = ((words, getattr(was, name), getattr(now, name)) for name, words in _PARTS.items())
            lines += [
                change_words(
                    f"text {locale}, {words}", *(f"“{text}”" if text else NONE for text in (old, new))
                )
                for words, old, new in parts
                if old != new
            ]
    if not lines and before.version != after.version:
        # With other changes a new version says nothing more: it is made from the content.
        lines.append(change_words("version", before.version, after.version))
    return lines


def survey_words(survey: Survey) -> list[str]:
    """What a survey measures, in short."""
    return [
        f"{survey.metric} ({survey.variant}), {_scale(survey.scale)}, {_plain(survey.polarity)}",
        f"texts in {spelled(sorted(survey.texts))}",
        *other_fields(survey, skip=("version", "facts")),
    ]


def _scale(scale: tuple[int, int]) -> str:
    return f"{scale[0]} to {scale[1]}"


def _plain(word: str) -> str:
    return word.replace("_", " ")
