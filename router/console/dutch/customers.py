"""Customer and Why."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Which customer": "Welke klant",
    "Customer id": "Id van de klant",
    "Type the id that interactions carry. Whoever opens a customer is written in the audit.": "Typ het id dat"
    " interacties dragen. Wie een klant opent, komt in het controlelogboek.",
    "Nothing is known of this customer. The id may be mistyped, or the customer erased.": "Van deze klant is niets"
    " bekend. Het id kan verkeerd getypt zijn, of de klant gewist.",
    "Timeline": "Tijdlijn",
    "When": "Wanneer",
    "What happened": "Wat er gebeurde",
    "What came of it": "Wat ervan kwam",
    "Decisions, the latest first": "Besluiten, het laatste eerst",
    "Decision": "Besluit",
    "Why": "Waarom",
    "Contact limits": "Contactlimieten",
    "Limit": "Limiet",
    "Used": "Gebruikt",
    "Per": "Per",
    "Room for one more": "Ruimte voor nog een",
    "The rules in force have no contact limits.": "De geldende regels hebben geen contactlimieten.",
    "May be asked again from": "Mag weer iets gevraagd worden vanaf",
    "Rule": "Regel",
    "Erase this customer": "Wis deze klant",
    "Gate": "Poort",
    "Verdict": "Oordeel",
    "In words": "In woorden",
    "Asked again from": "Weer vanaf",
    "passed": "door",
    "refused": "geweigerd",
    "Which decision": "Welk besluit",
    "Id of an interaction or an invitation": "Id van een interactie of een uitnodiging",
    "Type the id of an interaction or of an invitation, or open a customer and choose one. It is written in the audit.": "Typ"
    " het id van een interactie of een uitnodiging, of open een klant en kies er een. Het komt in het controlelogboek.",
    "No interaction and no invitation has this id. It may not have been read yet, or be a dead letter.": "Geen"
    " interactie en geen uitnodiging heeft dit id. Het kan nog niet gelezen zijn, of een dead letter zijn.",
    "More than one interaction has this id. Choose by its source:": "Meer dan een interactie heeft dit id. Kies op bron:",
    "The single change that would turn it": "De ene verandering die het zou keren",
    "Rule {rule} would have asked but for the gate {gate}: {sentence}": "Regel {rule} had gevraagd als de poort {gate}"
    " er niet was: {sentence}",
    "No single change would have let rule {rule} ask: it was refused by {gates}.": "Geen enkele verandering alleen had regel"
    " {rule} laten vragen: hij is geweigerd door {gates}.",
    "Source": "Bron",
    "Id": "Id",
    "What became of it": "Wat ervan werd",
    "How it was decided": "Hoe er besloten is",
    "Rules that were not tried": "Regels die niet geprobeerd zijn",
}
