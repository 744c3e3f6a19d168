"""Decisions: reasons with their counts."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Decisions": "Besluiten",
    "Look up a decision": "Een besluit opzoeken",
    "Nothing was refused in these days.": "In deze dagen is niets tegengehouden.",
    "Why so few: reasons, the most frequent first": "Waarom zo weinig: redenen, de vaakste eerst",
    "reason": "reden",
    "became": "werd",
    "touchpoints": "contactmomenten",
    "of all": "van het totaal",
    "means": "betekent",
    "Where: {reason}": "Waar: {reason}",
    "of those there": "van die daar",
    "All reasons": "Alle redenen",
    "Show the latest decisions with this reason": "Toon de laatste besluiten met deze reden",
    "The latest decisions with this reason": "De laatste besluiten met deze reden",
    "None among the latest of these days.": "Geen onder de laatste van deze dagen.",
    "when": "wanneer",
    "what": "wat",
    "rule": "regel",
    "asked again from": "weer gevraagd vanaf",
}
