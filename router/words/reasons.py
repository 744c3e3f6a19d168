"""Reasons in sentences for somebody who has not read the rules, in English and Dutch."""

from typing import Final

from router.model.decision import Reason
from router.words.voice import Language

REASONS: Final[dict[Reason, str]] = {
    "invited": "A rule matched, and every check was passed.",
    "duplicate": "This interaction was already decided; each is decided only once.",
    "no_customer": "The interaction names no customer, so there is nobody to ask.",
    "too_old": "The interaction arrived too late to ask about it.",
    "step_not_recognised": "No journey and no rule knows this type of interaction.",
    "step_repeated": "The journey was already at this step; rules apply when a step is entered.",
    "late": "The interaction arrived after the journey had moved on to a later step.",
    "no_transition": "The interaction did not move the journey to another step.",
    "no_rule_matched": "No rule asks for feedback here.",
    "rule_inactive": "The rule is switched off or outside its active period.",
    "contrary_condition": "An exclusion in the rule (`unless`) applies.",
    "never_ask_while": "The policy forbids to ask anybody in this situation.",
    "suppressed": "The customer is on the do-not-contact list.",
    "no_consent": "The customer has given no consent for any channel of the rule.",
    "preferences_unclear": "A recent message about this customer's consent could not be understood, so nobody asks until it is clear.",
    "no_reachable_channel": "There is no address for any channel the customer agreed to.",
    "missing_text": "The survey has no text in the customer's language.",
    "hold_out": "The customer is in the hold-out group, which is never asked.",
    "not_sampled": "The rule asks only a sample of customers, and this customer is not in it.",
    "own_survey_limit": "The customer received this survey too recently.",
    "shared_limit": "The customer was asked too recently, or is about to be asked.",
    "attribute_limit": "The customer was asked too recently about the same agent, branch or product.",
    "quota": "The quota for this period is used up.",
    "outranked": "A rule with a higher priority was chosen for the same interaction.",
    "no_allowed_time": "No allowed time was left before the question would expire.",
    "preferences_recorded": "The customer's preferences were recorded; there is nothing to ask about.",
    "delivery_recorded": "The delivery report was recorded; there is nothing to ask about.",
    "answer_recorded": "The customer's answer was recorded; there is nothing to ask about.",
    "report_ignored": "The report was a repeat, out of date, or about an invitation that had already ended, which stays as it is.",
    "unknown_invitation": "No invitation with this id is known.",
    "answer_too_late": "The answer came after the deadline for answering.",
    "cancelled_by_event": "A later event made the question inappropriate.",
    "displaced": "A more important question took its place.",
    "expired": "It expired before it could be sent.",
    "undeliverable": "It could not be delivered.",
    "answered": "The customer had already answered.",
    "not_answered": "It was not answered in time.",
}
"""What every reason means, whatever the case, in English."""

REASONS_NL: Final[dict[Reason, str]] = {
    "invited": "Een regel paste, en alle controles zijn doorstaan.",
    "duplicate": "Over deze interactie was al besloten; over elke wordt maar een keer besloten.",
    "no_customer": "De interactie noemt geen klant, dus er is niemand om iets te vragen.",
    "too_old": "De interactie kwam te laat binnen om er iets over te vragen.",
    "step_not_recognised": "Geen klantreis en geen regel kent dit soort interactie.",
    "step_repeated": "De klantreis was al bij deze stap; regels gelden wanneer een stap begint.",
    "late": "De interactie kwam binnen nadat de klantreis al bij een latere stap was.",
    "no_transition": "De interactie bracht de klantreis niet bij een andere stap.",
    "no_rule_matched": "Geen regel vraagt hier om feedback.",
    "rule_inactive": "De regel is uitgeschakeld of buiten zijn actieve periode.",
    "contrary_condition": "Een uitsluiting in de regel (`unless`) geldt.",
    "never_ask_while": "Het beleid verbiedt in deze situatie iemand iets te vragen.",
    "suppressed": "De klant staat op de lijst van wie niet benaderd mag worden.",
    "no_consent": "De klant heeft voor geen kanaal van de regel toestemming gegeven.",
    "preferences_unclear": "Een recent bericht over de toestemming van deze klant was niet te begrijpen; tot dat duidelijk is wordt niets gevraagd.",
    "no_reachable_channel": "Er is geen adres voor een kanaal waarvoor de klant toestemming gaf.",
    "missing_text": "De enquête heeft geen tekst in de taal van de klant.",
    "hold_out": "De klant hoort bij de groep die nooit iets wordt gevraagd.",
    "not_sampled": "De regel vraagt alleen een steekproef van de klanten, en deze klant zit er niet in.",
    "own_survey_limit": "De klant kreeg deze enquête te kort geleden.",
    "shared_limit": "De klant is te kort geleden iets gevraagd, of wordt binnenkort iets gevraagd.",
    "attribute_limit": "De klant is te kort geleden iets gevraagd over dezelfde medewerker, vestiging of hetzelfde product.",
    "quota": "Het quotum van deze periode is op.",
    "outranked": "Voor dezelfde interactie is een regel met een hogere prioriteit gekozen.",
    "no_allowed_time": "Er was geen toegestane tijd meer voordat de vraag zou vervallen.",
    "preferences_recorded": "De voorkeuren van de klant zijn vastgelegd; er is niets te vragen.",
    "delivery_recorded": "Het bericht over de bezorging is vastgelegd; er is niets te vragen.",
    "answer_recorded": "Het antwoord van de klant is vastgelegd; er is niets te vragen.",
    "report_ignored": "Het bericht was een herhaling, verouderd, of over een uitnodiging die al was afgelopen; die blijft zoals zij is.",
    "unknown_invitation": "Er is geen uitnodiging met dit id bekend.",
    "answer_too_late": "Het antwoord kwam na de tijd om te antwoorden.",
    "cancelled_by_event": "Door een latere gebeurtenis paste de vraag niet meer.",
    "displaced": "Een belangrijkere vraag nam haar plaats in.",
    "expired": "Zij verviel voordat zij verstuurd kon worden.",
    "undeliverable": "Zij kon niet worden bezorgd.",
    "answered": "De klant had al geantwoord.",
    "not_answered": "Zij is niet op tijd beantwoord.",
}
"""The same in Dutch."""

_AGAIN_EN: Final[dict[Reason, str]] = {
    "suppressed": "The customer may be asked again once the do-not-contact entry is lifted.",
    "no_consent": "The customer may be asked after giving consent for a channel.",
    "preferences_unclear": "The customer may be asked once the same preference arrives again in a form that can be understood.",
    "no_reachable_channel": "The customer may be asked once an interaction brings an address.",
    "missing_text": "The customer may be asked once the survey has a text in that language.",
    "hold_out": "The customer is not asked while the policy holds out this share.",
    "not_sampled": "A new sample is drawn each calendar month.",
    "contrary_condition": "The customer may be asked about a later interaction, once the exclusion no longer applies.",
    "never_ask_while": "The customer may be asked about a later interaction, once the condition no longer holds.",
}
_AGAIN_NL: Final[dict[Reason, str]] = {
    "suppressed": "De klant mag weer iets gevraagd worden als het verbod is opgeheven.",
    "no_consent": "De klant mag iets gevraagd worden na toestemming voor een kanaal.",
    "preferences_unclear": "De klant mag iets gevraagd worden als dezelfde voorkeur nog eens komt, zo dat zij te begrijpen is.",
    "no_reachable_channel": "De klant mag iets gevraagd worden als een interactie een adres meebrengt.",
    "missing_text": "De klant mag iets gevraagd worden als de enquête een tekst in die taal heeft.",
    "hold_out": "De klant wordt niets gevraagd zolang het beleid dit aandeel uitsluit.",
    "not_sampled": "Elke kalendermaand wordt een nieuwe steekproef getrokken.",
    "contrary_condition": "De klant mag over een latere interactie iets gevraagd worden, als de uitsluiting niet meer geldt.",
    "never_ask_while": "De klant mag over een latere interactie iets gevraagd worden, als de voorwaarde niet meer geldt.",
}

_REASONS: Final = {"en": REASONS, "nl": REASONS_NL}
_AGAIN: Final = {"en": _AGAIN_EN, "nl": _AGAIN_NL}
_OTHERWISE: Final[dict[Language, str]] = {
    "en": "The customer may be asked about the next interaction that a rule covers.",
    "nl": "De klant mag iets gevraagd worden over de volgende interactie waar een regel over gaat.",
}


def meaning(reason: str, language: Language = "en") -> str:
    """What a reason means, whatever the case; the reason itself where this program does not know it."""
    return next((words for known, words in _REASONS[language].items() if known == reason), reason)


def again_meaning(reason: Reason, language: Language = "en") -> str:
    """When a customer may be asked again where no time can be told."""
    return _AGAIN[language].get(reason, _OTHERWISE[language])
