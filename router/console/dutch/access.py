"""Access: the tokens of the API."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Access": "Toegang",
    "A token lets a program use the JSON API below /api/v1, as you and with the roles that you give it. How it is called is in {document}.": "Met"
    " een token gebruikt een programma de JSON-API onder /api/v1, namens u en met de rollen die u het geeft. Hoe die wordt"
    " aangeroepen, staat in {document}.",
    "This is the token. It is shown this once and kept nowhere:": "Dit is het token. Het is alleen nu te zien en wordt nergens"
    " bewaard:",
    "A new token": "Een nieuw token",
    "What it is for": "Waarvoor het is",
    "Days that it lasts": "Hoeveel dagen het geldt",
    "Roles": "Rollen",
    "Make the token": "Maak het token",
    "Tokens": "Tokens",
    "Made by": "Gemaakt door",
    "Ends": "Eindigt",
    "Last used": "Laatst gebruikt",
    "State": "Toestand",
    "Id": "Id",
    "never": "nooit",
    "in force": "geldig",
    "ended": "verlopen",
    "revoked": "ingetrokken",
    "Revoke": "Trek in",
    "Revoke {name}": "Trek {name} in",
    "There is no token yet.": "Er is nog geen token.",
    "Signed in": "Ingelogd",
    "Since": "Sinds",
    "End": "Beëindigen",
    "End all": "Beëindig alle",
    "End all sessions of {person}": "Beëindig alle sessies van {person}",
    "Sessions ended: {ended}.": "Beëindigde sessies: {ended}.",
    "Who leaves a group keeps its roles until the session ends: end it here.": "Wie een groep verlaat, houdt de rollen daarvan tot"
    " de sessie eindigt: beëindig die hier.",
    "Nobody has a session: programs and proxies say with every request who they are.": "Niemand heeft een sessie: programma's en"
    " proxy's zeggen bij elk verzoek wie het is.",
    "The token is revoked.": "Het token is ingetrokken.",
    "There is no such token, or it was revoked before.": "Dat token is er niet, of het was al ingetrokken.",
    "Give the token a name of at most {most} characters.": "Geef het token een naam van hoogstens {most} tekens.",
    "Choose at least one role, of those that you have.": "Kies minstens één rol, van de rollen die u hebt.",
    "A token lasts from 1 to {most} days.": "Een token geldt van 1 tot {most} dagen.",
}
