"""The hold-out report as sentences."""

from typing import Final

from router.words.voice import Language

_EFFECTS: Final[dict[Language, dict[str, str]]] = {
    "en": {word: word for word in ("more often", "less often", "no clear difference", "too few to tell")},
    "nl": {
        "more often": "vaker",
        "less often": "minder vaak",
        "no clear difference": "geen duidelijk verschil",
        "too few to tell": "te weinig om te zeggen",
    },
}

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "title": "What asking does to customers",
        "customers": "{held_out:,} customers who are never asked ({share} of all, by draw) beside {askable:,} who may be:"
        " what happened in the {days} days after the first touchpoint that a rule matched.",
        "period": "Customers who came in {period}. Of those who may be asked, a question was planned for {asked}.",
        "left out": "Left out: {unfinished:,} whose {days} days are not over, {otherwise:,} who came in under another"
        " hold-out.",
        "more often": "{type} happened more often to those who may be asked: {difference} ({low} to {high}).",
        "less often": "{type} happened less often to those who may be asked: {difference} ({low} to {high}).",
        "no clear difference": "{type}: no clear difference ({low} to {high}).",
        "too few to tell": "{type}: too few to tell. A difference of {smallest} needs about {needed} customers held out.",
        "never": "{type} happened to nobody.",
        "caution": "Compared is by the draw, not by who was asked, so that nothing decides it but chance. Intervals are at"
        " 95 %; an effect is named where the test, adjusted for the number of outcomes, is sure as well.",
    },
    "nl": {
        "title": "Wat vragen met klanten doet",
        "customers": "{held_out:,} klanten die nooit worden gevraagd ({share} van allen, door loting) naast {askable:,}"
        " die dat wel kunnen worden: wat er gebeurde in de {days} dagen na het eerste contactmoment dat aan een regel voldeed.",
        "period": "Klanten die binnenkwamen {period}. Van wie gevraagd kan worden, werd voor {asked} een vraag gepland.",
        "left out": "Weggelaten: {unfinished:,} van wie de {days} dagen niet om zijn, {otherwise:,} die binnenkwamen onder een"
        " andere hold-out.",
        "more often": "{type} gebeurde vaker bij wie gevraagd kan worden: {difference} ({low} tot {high}).",
        "less often": "{type} gebeurde minder vaak bij wie gevraagd kan worden: {difference} ({low} tot {high}).",
        "no clear difference": "{type}: geen duidelijk verschil ({low} tot {high}).",
        "too few to tell": "{type}: te weinig om te zeggen. Voor een verschil van {smallest} moeten ongeveer {needed} klanten"
        " worden overgeslagen.",
        "never": "{type} gebeurde bij niemand.",
        "caution": "Er wordt vergeleken naar de loting, niet naar wie gevraagd is, zodat alleen het toeval beslist. Intervallen"
        " zijn van 95 %; een effect wordt genoemd waar ook de toets, aangepast aan het aantal uitkomsten, zeker is.",
    },
}


def effect_words(language: Language, effect: str) -> str:
    """A word of the closed list `router.scores.hold_out.Effect`."""
    return _EFFECTS[language][effect]


def words(language: Language, sentence: str, **parts: object) -> str:
    """One of the sentences with its parts filled in."""
    return _WORDS[language][sentence].format(**parts)
