"""Sources, and one source."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Sources": "Bronnen",
    "Source": "Bron",
    "Topic": "Topic",
    "Last record": "Laatste bericht",
    "Mapped": "Vertaald",
    "Passed over": "Overgeslagen",
    "Dead letters": "Onleesbaar",
    "Became": "Werd",
    "Reason": "Reden",
    "Records": "Berichten",
    "not in force": "niet van kracht",
    "none yet": "nog geen",
    "passed over": "overgeslagen",
    "dead letter": "onleesbaar",
    "Why records were not mapped": "Waarom berichten niet zijn vertaald",
    "Counted by the service as it reads, to the hour, and kept for 90 days. What is read again is counted again.": "Geteld door de"
    " dienst terwijl hij leest, per uur, en 90 dagen bewaard. Wat opnieuw gelezen wordt, telt opnieuw.",
    "The rules in force have no sources. A source says which interactions a vendor's own messages are: feedback-router sources vendors lists mappings to begin with.": "De"
    " regels die gelden hebben geen bronnen. Een bron zegt welke interacties de eigen berichten van een leverancier zijn:"
    " feedback-router sources vendors noemt vertalingen om mee te beginnen.",
    "Topic {topic}.": "Topic {topic}.",
    "A message tried on it": "Een bericht erop geprobeerd",
    "Message, as the vendor sends it": "Bericht, zoals de leverancier het stuurt",
    "Headers, a line each: name: value": "Headers, elk op een regel: naam: waarde",
    "Key": "Sleutel",
    "Try": "Proberen",
    "Nothing of it is kept.": "Er wordt niets van bewaard.",
    "holds": "klopt",
    "does not hold": "klopt niet",
    "not there": "niet aanwezig",
    "What comes of it": "Wat ervan wordt",
    "It is no message of this source.": "Het is geen bericht van deze bron.",
    "It is passed over: {because}": "Het wordt overgeslagen: {because}",
    "No interaction: the list of its each is empty or not there.": "Geen interactie: de lijst van each is leeg of ontbreekt.",
    "Interaction {number}": "Interactie {number}",
    "member {place}": "lid {place}",
    "not this one": "deze niet",
    "Field": "Veld",
    "Value": "Waarde",
    "Mapping": "Vertaling",
    "The text of the rules in force was not kept: publish them to see it here.": "De tekst van de regels die gelden is niet bewaard:"
    " publiceer ze om hem hier te zien.",
    "The rules in force have no such source.": "De regels die gelden hebben deze bron niet.",
    "A header is written as name: value.": "Een header schrijf je als naam: waarde.",
    "The source reads {coding}, and the message is none: {fault}.": "De bron leest {coding}, en dat is het bericht niet: {fault}.",
}
