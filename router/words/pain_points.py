"""Pain points in sentences, in English and Dutch."""

from collections.abc import Mapping
from typing import Final

from router.words.coverage import where_words
from router.words.voice import Language

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "nobody": "Nobody has answered in this period.",
        "none": "No pain point: of {tested} steps and channels with enough answers, none is worse than the rest of its survey"
        " by more than chance.",
        "one": "1 pain point among {tested} steps and channels with enough answers.",
        "some": "{found} pain points among {tested} steps and channels with enough answers.",
        "found": "{place}: {score}, where the rest of the survey has {rest}. It is certainly worse by {least}, at {volume}"
        " touchpoints.",
        "lower": "Lower is better.",
    },
    "nl": {
        "nobody": "Niemand heeft in deze periode geantwoord.",
        "none": "Geen pijnpunt: van {tested} stappen en kanalen met genoeg antwoorden is er geen slechter dan de rest van"
        " dezelfde enquête, meer dan toeval.",
        "one": "1 pijnpunt bij {tested} stappen en kanalen met genoeg antwoorden.",
        "some": "{found} pijnpunten bij {tested} stappen en kanalen met genoeg antwoorden.",
        "found": "{place}: {score}, tegen {rest} in de rest van de enquête. Dat is zeker {least} slechter, bij {volume}"
        " contactmomenten.",
        "lower": "Lager is beter.",
    },
}


def how_many(found: int, tested: int, answers: int, language: Language = "en") -> str:
    """The first sentence of a report."""
    said = "nobody" if not answers else "none" if not found else "one" if found == 1 else "some"
    return _WORDS[language][said].format(found=found, tested=f"{tested:,}")


def pain_point_sentence(
    where: Mapping[str, str], score: str, rest: str, least: str, volume: int, language: Language = "en"
) -> str:
    """One pain point; the figures as they are shown, `least` being the certain part of the difference."""
    place = where_words(where, language)
    return _WORDS[language]["found"].format(
        place=place, score=score, rest=rest, least=least, volume=f"{volume:,}"
    )


def lower_is_better(language: Language = "en") -> str:
    """What stands beside a figure whose best is its lowest."""
    return _WORDS[language]["lower"]
