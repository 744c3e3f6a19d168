"""Drivers as sentences. They say what goes together, and never what causes what."""

from typing import Final

from router.words.voice import Language

_LINKS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "goes together with worse answers": "goes together with worse answers",
        "goes together with better answers": "goes together with better answers",
        "no clear link": "no clear link",
        "too few to tell": "too few to tell",
    },
    "nl": {
        "goes together with worse answers": "gaat samen met slechtere antwoorden",
        "goes together with better answers": "gaat samen met betere antwoorden",
        "no clear link": "geen duidelijk verband",
        "too few to tell": "te weinig om te zeggen",
    },
}

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "title": "What goes together with effort",
        "answers": "{n:,} answers, {days}.",
        "sampled": "A sample of about {looked_at:,} of {n:,} answers, {days}.",
        "none": "No counted answers with an effort signal, {days}. Signals are declared in `effort:` of a journey, attributes"
        " in `scores.drivers` of the policy.",
        "link": "More {signal} {link}: {figure} within steps and channels, from -1 to 1.",
        "unclear": "{signal}: {link}.",
        "mix": "Mix: over all it looks the other way ({over_all}), because steps and channels with more {signal} are"
        " answered otherwise anyway.",
        "silent": "{signal} among those who did not answer: {unanswered} on average, {answered} among those who did"
        " ({difference} standard deviations).",
        "caution": "What goes together need not cause one another. Correlations are Spearman's, with 95 % intervals;"
        " under {least} answers there is no score, under {enough} it is indicative.",
    },
    "nl": {
        "title": "Wat samengaat met moeite",
        "answers": "{n:,} antwoorden, {days}.",
        "sampled": "Een steekproef van ongeveer {looked_at:,} uit {n:,} antwoorden, {days}.",
        "none": "Geen getelde antwoorden met een moeitesignaal, {days}. Signalen staan in `effort:` van een reis,"
        " attributen in `scores.drivers` van het beleid.",
        "link": "Meer {signal} {link}: {figure} binnen stappen en kanalen, van -1 tot 1.",
        "unclear": "{signal}: {link}.",
        "mix": "Mix: over alles heen lijkt het andersom ({over_all}), omdat stappen en kanalen met meer {signal} toch"
        " al anders worden beantwoord.",
        "silent": "{signal} bij wie niet antwoordde: gemiddeld {unanswered}, bij wie wel antwoordde {answered}"
        " ({difference} standaardafwijkingen).",
        "caution": "Wat samengaat hoeft elkaar niet te veroorzaken. Correlaties zijn die van Spearman, met"
        " 95 %-intervallen; onder {least} antwoorden is er geen score, onder {enough} is die indicatief.",
    },
}


def link_words(language: Language, link: str) -> str:
    """A word of the closed list `router.scores.drivers.Link`."""
    return _LINKS[language][link]


def words(language: Language, sentence: str, **parts: object) -> str:
    """One of the sentences with its parts filled in."""
    return _WORDS[language][sentence].format(**parts)
