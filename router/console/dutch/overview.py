"""The overview."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Overview": "Overzicht",
    "What waits": "Wat wacht",
    "How it is": "Hoe het is",
    "Nobody has answered in these days.": "Niemand heeft in deze dagen geantwoord.",
    "alerts to call back about": "meldingen om over terug te bellen",
    "messages of sources that could not be read": "berichten van bronnen die niet te lezen waren",
    "customers set aside": "klanten apart gezet",
    "{overdue} overdue": "{overdue} te laat",
    "{n} answers, coverage {coverage}": "{n} antwoorden, dekking {coverage}",
    "Nothing has happened in these days. Choose other days, or publish interactions: the quickstart shows how.": "In deze dagen is"
    " er niets gebeurd. Kies andere dagen, of publiceer interacties: de snelstart laat zien hoe.",
    "{low} to {high}": "{low} tot {high}",
    "too few answers for a score": "te weinig antwoorden voor een score",
    "From the step to the answer": "Van de stap naar het antwoord",
    "Why the others were not asked or not reached": "Waarom over de andere niets is gevraagd, of niemand is bereikt",
    "stage": "stadium",
    "touchpoints": "contactmomenten",
    "share": "aandeel",
    "became": "werd",
    "of all": "van het totaal",
    "means": "betekent",
    "Rules": "Regels",
    "Rules, the last revisions": "Regels, de laatste revisies",
    "Revision {number}, {at}: {message}": "Revisie {number}, {at}: {message}",
}
