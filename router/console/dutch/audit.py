"""The audit."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Audit": "Controlelogboek",
    "Person": "Persoon",
    "Action": "Handeling",
    "Customer": "Klant",
    "When": "Wanneer",
    "About": "Waarover",
    "Before": "Eerst",
    "After": "Daarna",
    "Why": "Waarom",
    "refused: {because}": "geweigerd: {because}",
    "customer {hash}": "klant {hash}",
    "Earlier entries": "Eerdere regels",
    "Nothing was done that matches.": "Er is niets gedaan dat hieraan voldoet.",
    "Nothing here is ever changed. Customers stand here by a keyed hash: type an id to find what was done about that customer.": "Hier"
    " wordt nooit iets gewijzigd. Klanten staan hier met een hash met sleutel: typ een klantnummer om te vinden wat er over die"
    " klant is gedaan.",
    "{before} is no entry of the audit.": "{before} is geen regel van het controlelogboek.",
}
