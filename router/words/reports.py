"""Heads, tiles, captions and other short texts of the reports and their pages, in English and Dutch.

The English text is its own name; what a report is grouped by is named here where it is ours, and stays as it is where it
is a field of the customer's own.
"""

import re
from typing import Final

from router.words.voice import Language

_DUTCH: Final[dict[str, str]] = {
    # Amounts and groups.
    "{low} to {high}": "{low} tot {high}",
    "{point} ({low} to {high})": "{point} ({low} tot {high})",
    "{point}, from {low} to {high}": "{point}, van {low} tot {high}",
    "{part} of {of}": "{part} van {of}",
    "(none)": "(geen)",
    "(others)": "(andere)",
    "all": "alle",
    "none": "geen",
    ", emoticons": ", emoticons",
    ", text {version}": ", tekst {version}",
    "By {names}": "Per {names}",
    "And {left} more: {option} has all.": "En nog {left}: {option} heeft ze allemaal.",
    "Show as table": "Als tabel tonen",
    "All figures": "Alle cijfers",
    "{period}, by when it happened.": "{period}, naar het moment waarop het gebeurde.",
    # What is grouped by, and heads that several reports have.
    "survey": "enquête",
    "metric": "maat",
    "journey": "klantreis",
    "step": "stap",
    "channel": "kanaal",
    "rule": "regel",
    "revision": "revisie",
    "imported": "geïmporteerd",
    "asked_on": "kanaal van de vraag",
    "text_version": "tekst",
    "presentation": "vorm",
    "day": "dag",
    "week": "week",
    "month": "maand",
    "hour": "uur",
    "value": "waarde",
    "n": "n",
    "p": "p",
    "score": "score",
    "difference": "verschil",
    "before": "eerst",
    "now": "nu",
    "between": "tussen",
    "from": "van",
    "to": "tot",
    "verdict": "oordeel",
    "touchpoints": "contactmomenten",
    # Scores.
    "Scores": "Scores",
    "Targets": "Doelen",
    "Scores, {period}, by when it happened.": "Scores, {period}, naar het moment waarop het gebeurde.",
    "Scores, {period}, by when it was answered.": "Scores, {period}, naar het moment van antwoorden.",
    "Compared with {compared}.": "Vergeleken met {compared}.",
    "Under {least} answers no score is shown; under {enough} it is indicative.": "Onder {least} antwoorden is er geen score;"
    " onder {enough} is die een aanwijzing.",
    "Nobody has answered in this period.": "Niemand heeft in deze periode geantwoord.",
    "1 further drawing left out: choose a survey, a journey or a step.": "Nog 1 tekening is weggelaten: kies een"
    " enquête, een klantreis of een stap.",
    "{left} further drawings left out: choose a survey, a journey or a step.": "Nog {left} tekeningen zijn"
    " weggelaten: kies een enquête, een klantreis of een stap.",
    "answers by the rules before revision {revision}": "antwoorden volgens de regels van vóór revisie {revision}",
    "the days before {day}": "de dagen vóór {day}",
    "effective n": "effectieve n",
    "answers": "antwoorden",
    "of all sent": "van alles wat is verstuurd",
    "of those reached": "van wie is bereikt",
    "of all who had the step": "van allen die de stap hadden",
    "by scores": "door scores",
    "by mix": "door verdeling",
    "answers needed": "antwoorden nodig",
    "95 % limits": "95 %-grenzen",
    "99.8 % limits": "99,8 %-grenzen",
    "limits of the week": "grenzen van de week",
    "moving average": "voortschrijdend gemiddelde",
    "its limits": "grenzen daarvan",
    "measure": "uitgedrukt als",
    "target": "doel",
    "at most {bound}": "hoogstens {bound}",
    "at least {bound}": "minstens {bound}",
    "nps": "nps",
    "mean": "gemiddelde",
    "top_box": "aandeel beste antwoorden",
    "top box": "aandeel beste antwoorden",
    "better": "beter",
    "worse": "slechter",
    "no clear change": "geen duidelijke verandering",
    "too few to tell": "te weinig om te zeggen",
    "too few": "te weinig",
    "indicative": "een aanwijzing",
    "enough": "genoeg",
    "within chance": "binnen het toeval",
    "beyond 95 %": "buiten 95 %",
    "beyond 99.8 %": "buiten 99,8 %",
    "not compared": "niet vergeleken",
    "more than chance": "meer dan toeval",
    "shifted": "verschoven",
    "met": "gehaald",
    "missed": "niet gehaald",
    "not certain": "niet zeker",
    "Dots are weeks with their intervals; those beyond the band are more than chance. The line is the moving average,"
    " which sees small shifts that last; the dashed lines are its limits.": "Punten zijn weken met hun interval; die buiten"
    " de band liggen, zijn meer dan toeval. De lijn is het voortschrijdend gemiddelde, dat kleine verschuivingen ziet die"
    " blijven; de streepjeslijnen zijn de grenzen daarvan.",
    "Limits are known from {weeks} weeks on.": "Grenzen zijn er vanaf {weeks} weken.",
    "Each dot is one of them, by the number of answers. Within the solid lines lie 95 of 100 by chance alone, within the"
    " dashed ones 998 of 1,000. Who lies inside does not differ from the others, as far as one can tell: this is no ranking.": "Elk punt is er een, naar het aantal antwoorden. Alleen al door toeval liggen er 95 van de 100 binnen de doorgetrokken"
    " lijnen, en 998 van de 1000 binnen de streepjeslijnen. Wie erbinnen ligt, verschilt voor zover te zien niet van de"
    " anderen: dit is geen ranglijst.",
    "{title}, by week: {weeks} weeks": "{title}, per week: {weeks} weken",
    "{title}, by {what}": "{title}, per {what}",
    "{title}: {out} of {dots} beyond the 95 % limits": "{title}: {out} van {dots} buiten de 95 %-grenzen",
    "answer": "antwoord",
    "how often": "hoe vaak",
    # Coverage.
    "Coverage": "Dekking",
    "coverage": "dekking",
    "had the step": "had de stap",
    "withheld": "tegengehouden",
    "sent": "verstuurd",
    "answered": "beantwoord",
    "no rule waits for it": "geen regel wacht erop",
    "no rule matched": "voldeed aan geen regel",
    "still to be sent": "nog te versturen",
    "without a report of delivery": "zonder bericht van bezorging",
    "answered of all sent": "beantwoord van alles wat is verstuurd",
    "answered of those reached": "beantwoord van wie is bereikt",
    "answered of all that had the step: the coverage": "beantwoord van alles wat de stap had: de dekking",
    "of all that had the step (coverage)": "van alles wat de stap had (dekking)",
    "Answered {of}: there are none.": "Beantwoord {of}: die zijn er niet.",
    "Answered {of}: {share} ({low} to {high}), {answered} of {all}.": "Beantwoord {of}: {share} ({low} tot {high}),"
    " {answered} van {all}.",
    "Blind spots": "Blinde vlekken",
    "Who answered": "Wie antwoordde",
    "What became of the touchpoints": "Wat er van de contactmomenten werd",
    "Why the others were not asked or not reached": "Waarom over de andere niets is gevraagd, of niemand is bereikt",
    "What tells those who answered from the others": "Waarin wie antwoordde van de anderen verschilt",
    "became": "werd",
    "of all": "van het totaal",
    "reason": "reden",
    "means": "betekent",
    "fact": "kenmerk",
    "of answers": "van de antwoorden",
    "of the others": "van de anderen",
    "stage": "stadium",
    "left the way here": "viel hier af",
    "From the step to the answer": "Van de stap naar het antwoord",
    "came further": "kwam verder",
    "came no further": "kwam niet verder",
    "{share} of all, {further} of {here} come further": "{share} van alle, {further} van {here} komen verder",
    "values": "waarden",
    "R": "R",
    "worst bias of a share": "ergste vertekening van een aandeel",
    "How evenly the values of every known fact answered": "Hoe gelijk de waarden van elk bekend kenmerk antwoordden",
    "with interval": "met interval",
    "Every stage": "Elk stadium",
    # Pain points.
    "Pain points": "Pijnpunten",
    "Pain points, the most certain harm first": "Pijnpunten, met de meeste zekere schade eerst",
    "Not worse by more than chance": "Niet slechter dan door toeval kan",
    "Too few answers to tell": "Te weinig antwoorden om te zeggen",
    "step and channel": "stap en kanaal",
    "worse or better": "slechter of beter",
    "rest": "de rest",
    "Each step on a channel is held against all other answers to the same survey. Of the pain points named, one in twenty is"
    " none, on average. They are sorted by certain harm: the least that the difference is, times the touchpoints that had the"
    " step.": "Elke stap via een kanaal staat tegenover alle andere antwoorden op dezelfde enquête. Van de genoemde"
    " pijnpunten is er gemiddeld een op de twintig geen. Ze staan op volgorde van zekere schade: het minste dat het verschil is, maal de"
    " contactmomenten die de stap hadden.",
    # Journeys.
    "asked": "gevraagd",
    "asked {share}": "gevraagd {share}",
    "pain point": "pijnpunt",
    "pain point: {channels}": "pijnpunt: {channels}",
    "{step}: {had}": "{step}: {had}",
    "{journey}, its steps in order: {steps}": "{journey}, de stappen op volgorde: {steps}",
    "{survey}, n {n}: {verdict}": "{survey}, n {n}: {verdict}",
    "The area of a circle is how many had the step; the full part is those that were asked. A circle with a thick edge is"
    " a pain point.": "De oppervlakte van een cirkel is hoe vaak de stap voorkwam; het volle deel is waarover is gevraagd. Een"
    " cirkel met een dikke rand is een pijnpunt.",
    "{step}, {measure}: {mix} comes from another mix of channels, and {rate} from other scores on them.": "{step}, {measure}:"
    " {mix} komt door een andere verdeling over kanalen, en {rate} door andere scores daarop.",
    # Drivers.
    "signal": "signaal",
    "more of it": "meer ervan",
    "within steps and channels": "binnen stappen en kanalen",
    "-1 to 1, within steps and channels": "-1 tot 1, binnen stappen en kanalen",
    "over all": "over alles",
    "mix": "mix",
    "answered: mean": "antwoordde: gemiddeld",
    "not answered: mean": "antwoordde niet: gemiddeld",
    "did not answer": "antwoordde niet",
    "{difference} sd": "{difference} sd",
    "{measure}, {n} answers": "{measure}, {n} antwoorden",
    ", effective n {n}": ", effectieve n {n}",
    "{survey} by {signal}": "{survey} naar {signal}",
    "{survey}, {measure} with 95 % interval, by {signal}": "{survey}, {measure} met 95 %-interval, naar {signal}",
    "{values}: {score} of {n} answers": "{values}: {score} uit {n} antwoorden",
    # Hold-out.
    "what happened": "wat er gebeurde",
    "never asked": "nooit gevraagd",
    "may be asked": "mag gevraagd worden",
    "hold out": "overslaan",
    "never asked, by draw": "nooit gevraagd, door loting",
    "of them planned for": "van hen met een geplande vraag",
    # Effort.
    "All contacts": "Alle contacten",
    "contacts": "contacten",
    "rate": "cijfer",
    "share": "aandeel",
    "needed": "nodig",
    "0 % to 100 %": "0 % tot 100 %",
}
_TEXTS: Final[dict[Language, dict[str, str]]] = {"en": {text: text for text in _DUTCH}, "nl": _DUTCH}

_BLOCKED: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"the text changed from (.+) to (.+); --across-texts compares all the same"),
        r"de tekst veranderde van \1 in \2; met --across-texts wordt toch vergeleken",
    ),
    (
        re.compile(r"another question was asked before: (.+) changed"),
        r"eerst werd iets anders gevraagd: \1 veranderde",
    ),
)
_PARTS_OF_A_QUESTION: Final = {
    "text version": "tekst",
    "metric": "maat",
    "scale": "schaal",
    "polarity": "richting",
    "presentation": "vorm",
}


def say(language: Language, english: str, **parts: object) -> str:
    """A text of this page with its parts filled in."""
    return _TEXTS[language][english].format(**parts)


def named(language: Language, name: str) -> str:
    """What a report is grouped by, or a word of a closed list; a field of the customer's own as it is."""
    return _TEXTS[language].get(name, name)


def heads(language: Language, names: tuple[str, ...]) -> list[str]:
    """The heads of columns."""
    return [_TEXTS[language][name] for name in names]


def and_more(language: Language, left: int, option: str) -> str:
    """How many rows are left out, and what has all: `--csv`, `CSV`."""
    return say(language, "And {left} more: {option} has all.", left=f"{left:,}", option=option)


def blocked_words(language: Language, blocked: str) -> str:
    """Why two scores are not compared, as `router.insights.before_and_after.counterpart` tells it."""
    if language == "en":
        return blocked
    for english, dutch in _BLOCKED:
        if english.fullmatch(blocked):
            said = english.sub(dutch, blocked)
            for part, name in _PARTS_OF_A_QUESTION.items():
                said = said.replace(part, name)
            return said
    return blocked
