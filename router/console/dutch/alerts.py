"""Alerts."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Alerts": "Meldingen",
    "Alert": "Melding",
    "All alerts": "Alle meldingen",
    "Which alerts": "Welke meldingen",
    "Waiting": "Wachtend",
    "Closed": "Afgerond",
    "Team": "Team",
    "All teams": "Alle teams",
    "{late} of these are overdue: they stand on top.": "{late} daarvan zijn te laat: die staan bovenaan.",
    "No closed alerts yet.": "Nog geen afgeronde meldingen.",
    "Nobody waits to be called back. Alerts are rules: alerts/*.yaml says which answers raise one.": "Niemand wacht tot"
    " hij wordt teruggebeld. Meldingen zijn regels: alerts/*.yaml zegt welke antwoorden er een geven.",
    "Customer": "Klant",
    "Answer": "Antwoord",
    "State": "Stand",
    "To be closed by": "Af te ronden voor",
    "overdue": "te laat",
    "The first {most}: choose a team to see the others.": "De eerste {most}: kies een team om de andere te zien.",
    "Raised": "Gemeld",
    "Note": "Notitie",
    "The score that shifted": "De score die verschoof",
    "The {measure} of {survey} is {average} on average; it was {centre}, and from {low} to {high} is chance.": "De"
    " {measure} van {survey} is gemiddeld {average}; dat was {centre}, en van {low} tot {high} is toeval.",
    "The score over time": "De score door de tijd",
    "The answer": "Het antwoord",
    "corrected since to {score}": "sindsdien verbeterd tot {score}",
    "excluded since": "sindsdien uitgesloten",
    "Comment": "Opmerking",
    "Deal with it": "Pak het op",
    "Take": "Oppakken",
    "Close": "Afronden",
    "The alert is yours.": "De melding is van jou.",
    "The alert is closed.": "De melding is afgerond.",
    "There are alerts that wait, and closed ones: choose one of the two.": "Er zijn meldingen die wachten, en"
    " afgeronde: kies een van de twee.",
}
