"""Surveys held against each other: the measure and the texts in every locale."""

from typing import Final

from router.authoring.comparison.fields import changed_fields, other_fields, told
from router.model.spelling import spelled
from router.model.survey import Survey, Text

_PARTS: Final = {"question": "question", "low": "low end", "high": "high end"}


def survey_changes(before: Survey, after: Survey) -> list[str]:
    """What differs between two surveys of one name."""
    skip = ("name", "texts", "version")
    lines = changed_fields(before, after, show={"scale": _scale, "polarity": _plain}, skip=skip)
    for locale in sorted({*before.texts, *after.texts}):
        was, now = before.texts.get(locale), after.texts.get(locale)
        if was is None and now is not None:
            lines.append(f"new text {locale} “{now.question}”")
        elif now is None:
            lines.append(f"text {locale} dropped")
        elif was is not None and was != now:
            lines += _text(locale, was, now)
    if not lines and before.version != after.version:
        # With other changes a new version says nothing more: it is made from the content.
        lines.append(told("version", before.version, after.version))
    return lines


def survey_words(survey: Survey) -> list[str]:
    """What a survey measures, in short."""
    return [
        f"{survey.metric} ({survey.variant}), {_scale(survey.scale)}, {_plain(survey.polarity)}",
        f"texts in {spelled(sorted(survey.texts))}",
        *other_fields(survey, skip=("version",)),
    ]


def _text(locale: str, before: Text, after: Text) -> list[str]:
    parts = ((words, getattr(before, name), getattr(after, name)) for name, words in _PARTS.items())
    return [
        told(f"text {locale}, {words}", f"“{was}”", f"“{now}”") for words, was, now in parts if was != now
    ]


def _scale(scale: tuple[int, int]) -> str:
    return f"{scale[0]} to {scale[1]}"


def _plain(word: str) -> str:
    return word.replace("_", " ")
