"""Scores in sentences, for somebody who has never heard of an interval; in English and Dutch."""

from typing import Final

from router.model.survey import Metric
from router.words.voice import Language

_NAMES: Final[dict[Metric, str]] = {"nps": "NPS", "ces": "CES", "csat": "CSAT"}
_POINTS: Final[dict[Language, str]] = {"en": "points", "nl": "punten"}
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "top_box": "{name}, share of {first} to {last}",
        "score": "{name} is {point}, from {answers}. Had all such customers answered, it would lie between {low} and"
        " {high}, in 95 of 100 such reports.",
        "indicative": "That is indicative only: under {firm} answers.",
        "too few": "{name}: {answers}, too few for a score; one is shown from {least} on.",
        "one answer": "1 answer",
        "answers": "{n:,} answers",
        "lower": "Lower is better.",
        "coverage": "Answered: {sent} of all sent, {reached} of those reached, {had_step} of all who had the step.",
        "better": "That is better than before, by {difference} (between {low} and {high}).",
        "worse": "That is worse than before, by {difference} (between {low} and {high}).",
        "no clear change": "That is no clear change: {difference} (between {low} and {high}).",
        "too few to tell": "It is too few to tell whether that changed; about {more} more answers would show a change of"
        " {smallest}.",
        "not compared": "It is not compared: {why}.",
        "mix": "Of the change, {rate} comes from other scores of the same steps and channels, and {mix} from another mix"
        " of them.",
    },
    "nl": {
        "top_box": "{name}, aandeel {first} tot en met {last}",
        "score": "{name} is {point}, uit {answers}. Hadden al zulke klanten geantwoord, dan lag die tussen {low} en"
        " {high}, in 95 van de 100 zulke rapporten.",
        "indicative": "Dat is alleen een aanwijzing: minder dan {firm} antwoorden.",
        "too few": "{name}: {answers}, te weinig voor een score; die is er vanaf {least}.",
        "one answer": "1 antwoord",
        "answers": "{n} antwoorden",
        "lower": "Lager is beter.",
        "coverage": "Beantwoord: {sent} van alles wat is verstuurd, {reached} van wie is bereikt, {had_step} van allen"
        " die de stap hadden.",
        "better": "Dat is beter dan eerst: {difference} (tussen {low} en {high}).",
        "worse": "Dat is slechter dan eerst: {difference} (tussen {low} en {high}).",
        "no clear change": "Dat is geen duidelijke verandering: {difference} (tussen {low} en {high}).",
        "too few to tell": "Er zijn te weinig antwoorden om te zeggen of dat veranderde; met ongeveer {more} meer is een"
        " verandering van {smallest} te zien.",
        "not compared": "Het wordt niet vergeleken: {why}.",
        "mix": "Van de verandering komt {rate} door andere scores van dezelfde stappen en kanalen, en {mix} door een"
        " andere verdeling ervan.",
    },
}


def words(language: Language, sentence: str, **parts: object) -> str:
    """One of the sentences of this page with its parts filled in."""
    return _WORDS[language][sentence].format(**parts)


def figure(measure: str, value: float | None, *, signed: bool = False, language: Language = "en") -> str:
    """A value of a measure, rounded to be shown: points, on the scale, or percent; nothing for None.

    `signed` is for a difference: that of shares is told in points, as percentages of percentages mislead.
    """
    if value is None:
        return ""
    places = 2 if measure == "mean" else 1
    # What rounds to nothing is no less than nothing.
    rounded = round(100 * value if measure == "top_box" else value, places) + 0.0
    unit = "" if measure != "top_box" else f" {_POINTS[language]}" if signed else " %"
    return f"{rounded:{'+' if signed else ''}.{places}f}{unit}"


def measure_name(metric: Metric, measure: str, best: range, language: Language = "en") -> str:
    """How a measure is called: `NPS`, `CES`, `CES, share of 5 to 7`; `best` are the best answers."""
    name = _NAMES[metric]
    if measure != "top_box":
        return name
    return words(language, "top_box", name=name, first=best.start, last=best.stop - 1)


def answers_words(language: Language, n: int) -> str:
    """`1 answer`, `1,204 answers`."""
    return words(language, "one answer" if n == 1 else "answers", n=n)
