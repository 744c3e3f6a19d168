"""Journeys, scores, pain points and coverage."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Journeys": "Klantreizen",
    "Scores": "Scores",
    "Pain points": "Pijnpunten",
    "Coverage": "Dekking",
    "As JSON": "Als JSON",
    "Groups by": "Groepen per",
    "Nobody has answered in these days. Choose other days, or see under Coverage who was asked.": "Niemand heeft in deze dagen"
    " geantwoord. Kies andere dagen, of zie onder Dekking wie is gevraagd.",
    "Nobody had a step in these days of: {journeys}.": "Niemand had in deze dagen een stap van: {journeys}.",
    "Effort that this journey keeps: {signals}.": "Moeite die deze klantreis bijhoudt: {signals}.",
    "The rules have no journey yet: write one in a file below journeys, and publish it.": "De regels hebben nog geen klantreis:"
    " schrijf er een in een bestand onder journeys, en publiceer die.",
    "Show effort beside it": "Toon de moeite ernaast",
    "Reads the journal of these days, which may take a while.": "Leest het journaal van deze dagen; dat kan even duren.",
    # Scores.
    "Days are those of": "Dagen zijn die van",
    "the interaction": "de interactie",
    "the answer": "het antwoord",
    "none": "geen",
    "Over time": "In de tijd",
    "By channel": "Per kanaal",
    "By step": "Per stap",
    "By person": "Per persoon",
    "revision {number}": "revisie {number}",
    "Compare although the text of the question changed": "Vergelijk, ook al veranderde de tekst van de vraag",
    "Choose a survey to see it over time, by channel and by person.": "Kies een enquête om die in de tijd, per kanaal en per"
    " persoon te zien.",
    "The latest answers": "De laatste antwoorden",
    "By when they were given, {most} at most; the command responses lists and exports all.": "Naar het moment van antwoorden,"
    " hoogstens {most}; de opdracht responses toont en exporteert ze allemaal.",
    "answered": "beantwoord",
    "score": "score",
    "comment": "toelichting",
}
