"""Erasing a customer."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Erase a customer": "Een klant wissen",
    "This deletes all that is known of a customer: interactions, decisions, invitations, alerts; answers stay without a name. It cannot be undone. That the customer may not be asked stays, under a keyed hash.": "Dit"
    " verwijdert alles wat van een klant bekend is: interacties, beslissingen, uitnodigingen, meldingen; antwoorden blijven zonder"
    " naam. Het is niet terug te draaien. Dat de klant niets gevraagd mag worden, blijft onder een hash met sleutel bewaard.",
    "Id of the customer": "Klantnummer",
    "The same id once more": "Hetzelfde nummer nog eens",
    "Why (no data of the customer)": "Waarom (geen gegevens van de klant)",
    "Also where nothing is known of this id: mark it as erased before anything comes": "Ook als er niets van dit nummer bekend is:"
    " markeer het als gewist voordat er iets komt",
    "Erase for ever": "Voorgoed wissen",
    "The customer is erased.": "De klant is gewist.",
    "The customer was erased before; nothing has come since.": "De klant was al gewist; sindsdien is er niets gekomen.",
    "Nothing was known; the customer is marked as erased.": "Er was niets bekend; de klant is als gewist gemarkeerd.",
    "Write the customer's id twice, in the same way.": "Schrijf het klantnummer twee keer, op dezelfde manier.",
    "Say why, in at most {most} characters.": "Zeg waarom, in hoogstens {most} tekens.",
}
