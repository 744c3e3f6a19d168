"""What every page has, and what is told of requests that are wrong."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    # Around every page.
    "To the content": "Naar de inhoud",
    "Times in {zone}": "Tijden in {zone}",
    "Sign out": "Uitloggen",
    "Sign in": "Inloggen",
    "Menu": "Menu",
    "Pages": "Pagina's",
    "Hear": "Horen",
    "Look up": "Opzoeken",
    "Steer": "Sturen",
    "Run": "Draaien",
    # The picker.
    "What this page is about": "Waar deze pagina over gaat",
    "From": "Vanaf",
    "Up to and including": "Tot en met",
    "2026-09-01 or 30d": "2026-09-01 of 30d",
    "today": "vandaag",
    "Compared with": "Vergeleken met",
    "the days before": "de dagen ervoor",
    "Survey": "Enquête",
    "Journey": "Klantreis",
    "Step": "Stap",
    "Channel": "Kanaal",
    "all": "alle",
    "Show": "Toon",
    "Clear": "Wis",
    "As CSV": "Als CSV",
    # Signing in.
    "Open the link that the console printed when it started. It works once: start the console again for another one.": "Open de"
    " link die de console bij het starten toonde. Die werkt één keer: start de console opnieuw voor een nieuwe.",
    "Sign in at the proxy that leads here: it did not say who you are.": "Log in bij de proxy die hierheen leidt: die zei niet"
    " wie u bent.",
    "You sign in with the account of your organisation.": "U logt in met het account van uw organisatie.",
    "That did not work. Try again; the console's log says why.": "Dat lukte niet. Probeer het opnieuw; in het logboek van de"
    " console staat waarom.",
    "Sign in first.": "Log eerst in.",
    # Roles.
    "reader": "lezer",
    "analyst": "analist",
    "care": "klantcontact",
    "author": "auteur",
    "approver": "goedkeurder",
    "operator": "beheerder van de dienst",
    "admin": "beheerder van de console",
    # What is wrong with a request.
    "Begin again, without what was asked": "Begin opnieuw, zonder wat er gevraagd was",
    "Something is wrong": "Er gaat iets mis",
    "This needs the role {role}: ask an administrator of the console for it.": "Hiervoor is de rol {role} nodig: vraag die aan"
    " een beheerder van de console.",
    "There is no such page.": "Deze pagina bestaat niet.",
    "This page has no such part.": "Deze pagina heeft dat deel niet.",
    "There is no table on this page.": "Op deze pagina staat geen tabel.",
    "There is no format {form}: html, csv, and JSON below /api/v1.": "Er is geen formaat {form}: wel html, csv, en JSON onder"
    " /api/v1.",
    "What was sent is too long.": "Wat is verstuurd, is te lang.",
    "What was sent took too long to come in.": "Wat is verstuurd, kwam te traag binnen.",
    "Send {kind}.": "Stuur {kind}.",
    "There is no field {name} here, or it came twice.": "Het veld {name} is er hier niet, of kwam twee keer.",
    "The field {name} holds a character that no text has.": "In het veld {name} staat een teken dat geen tekst heeft.",
    "The form cannot be read.": "Het formulier is niet te lezen.",
    "Send one JSON object whose values are texts or numbers.": "Stuur één JSON-object waarvan de waarden teksten of getallen"
    " zijn.",
    "The console made a mistake, which is in its log. Nothing was lost.": "De console maakte een fout; die staat in het logboek."
    " Er is niets verloren.",
}
