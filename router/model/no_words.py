"""Words by which other systems say that somebody may, or may not, be asked: English, Dutch, German and French.

All without capitals, accents and the signs between them. They are grouped by how they are looked for in a name, of
which `FILLERS` and `TOPICS` are left out first: what is left is its core.
"""

from typing import Final

from router.model.preferences import SUPPRESSIONS


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


NO_PARTS: Final = _set(
    """
    optout optedout unsubscrib suppress donot dontask dontcall dontcontact dontdisturb dontmail dontemail dontsend
    dontsurvey nevercontact neverask blacklist blocklist denylist doesnotwant righttobeforgotten legalhold
    afgemeld afmeld uitgeschreven uitschrijv belmeniet mailmeniet
    abgemeldet abmeld widerruf widersproch widerspruch kontaktsperre werbesperre
    desabon desinscri
    """
)
"""What names of a do-not-contact hold, anywhere: `email_opt_out`, `do_not_survey`, `is_suppressed`."""

NO_CORES: Final = frozenset("".join(entry.split("_")) for entry in SUPPRESSIONS) | _set(
    """
    block blocked dnc dncr dnd dne dnm delete deleted erase erased erasure forgotten anonymised anonymized
    stop mute muted robinson withdrawn withdrew revoked revocation objected objection opposed opposition
    restricted restriction hardbounce hardbounced spam unsub unsubs unsubbed uncontactable noncontactable
    geblokkeerd verwijderd gewist vergeten bezwaar ingetrokken recht vergetelheid
    gesperrt blockiert sperre geloscht geloescht widerrufen
    refus bloque supprime efface oppose revoque retire bloctel
    """
)
"""Names of a do-not-contact, but for words that add nothing: `blocked`, `is_deleted`, `gdpr_erased`."""

YES_CORES: Final = _set(
    """
    opt consent consents consented optin optins optedin subscribed permission permissions permitted contactable
    contactallowed mailable emailable marketable reachable surveyable
    toestemming toestemmingen akkoord aangemeld ingeschreven
    einwilligung einwilligungen zustimmung zugestimmt eingewilligt einverstanden angemeldet erlaubnis
    consentement consentements accord abonne inscrit autorise autorisation
    consentimiento consentimento consenso
    """
)
"""Names of a yes to being asked: a no where their value says no."""

MAY: Final = _set(
    """
    may can ok okay allow allowed allows accept accepts accepted agree agreed agrees want wants receive receives
    receiving enabled active mag wil ontvangen ontvangt darf will erlaubt empfangen accepte recevoir
    """
)
"""Words that make a yes of a name that holds a topic: `may_contact`, `accepts_marketing`, `email_enabled`."""

DENIALS: Final = _set(
    "no not non never without dont geen niet nooit zonder kein keine nicht nie ohne ne pas aucun sans"
)
"""Words that turn a yes, or a topic, into a no: `no_surveys`, `niet_bellen`, `not_contactable`."""

OTHER_PURPOSES: Final = _set(
    """
    newsletter newsletters marketing mailing mailings promo promotion promotions promotional advertising ads
    commercial offers nieuwsbrief nieuwsbrieven reclame aanbiedingen werbung infolettre publicite
    """
)
"""Purposes other than a survey. A no to them says nothing where the consent is told beside it."""

TOPICS: Final = OTHER_PURPOSES | _set(
    """
    email emails mail mails sms mms phone telephone call calls calling whatsapp push post letter letters fax
    notification notifications contact contacting contacted survey surveys feedback questionnaire questionnaires
    nps ces csat communication communications comms outreach disturb
    bellen gebeld mailen gemaild benaderen benaderd contacteren brief enquete enquetes onderzoek vragenlijst
    kontakt kontaktieren kontaktiert anruf anrufe anrufen brief umfrage umfragen befragung
    contacter appel appels appeler courrier courriel sondage sondages deranger enquete
    """
)
"""What somebody may be asked by or about."""

COUNTED: Final = ("calls", "mails", "letters", "notifications", "surveys", "contacts", "ces", "csat", "nps")
"""Ends of names whose value, where it is a number, counts something or is a score."""

FILLERS: Final = _set(
    """
    is has was are been be the a e to by at on of for from me us since until till date datetime time ts timestamp when flag
    flags status state value values reason indicator ind list lists customer client user person account member
    subject profile gdpr dsgvo avg rgpd ccpa privacy all any every global globally process processing data
    preference preferences pref prefs setting settings channel channels given granted provided requested request
    research address klant kunde klanten kunden zu zur zum te om op worden werden de der die das le la les du des par pour
    """
)
"""Words of a name that add nothing."""

KNOWN: Final = NO_CORES | YES_CORES | MAY | DENIALS | TOPICS | FILLERS
"""What a word without signs may be made of."""

OWNING: Final = _set(
    "has have number address customer client user person account member klant kunde at date time ts"
)
"""Words with which a topic alone is no yes: `has_email` tells of an address, `last` of nothing."""

THINGS: Final = _set(
    "link links url urls uri href token tokens page text label version hour hours window uren stunden"
)
"""Ends of names of what belongs to a no and is none: `unsubscribe_link`, `do_not_disturb_hours`."""

DOUBTFUL: Final = _set("block stop")
"""Cores that are also something else, such as a house or a bus stop: a text there says no where it is known to."""

AFFIRMED: Final = _set(
    "1 y yes t true on x ja j jawohl oui o vrai wahr waar all alles tout toutes everything"
)
"""Values that say yes to what their name tells."""

WHOLLY: Final = _set(
    "permanent permanently total totally full fully complete completely hard stopped forever"
)
"""Words of a no that is a text."""

AGREED: Final = (
    YES_CORES
    | MAY
    | _set(
        """
        value answer choice checked selected chosen decision response wanted wants approved approval toggle switch
        yes on ja oui gewenst gewunscht erwunscht
        """
    )
)
"""Cores of names that tell whether the channel beside them is agreed to."""

STATE_NAMES: Final = _set("status state subscription")
CHANNEL_NAMES: Final = _set("channel purpose medium kanaal kanal canal doel zweck")

NO: Final = _set(
    "0 00 f false n no nope none off never nee neen nein nej non uit aus niet nicht out faux falsch onwaar"
)
"""Values that say no."""

REFUSALS: Final = _set(
    """
    optedout optout optoutall unsubscribed unsubscribe donotcontact donotcall donotmail donotemail donotdisturb
    donotsurvey dnc afgemeld uitgeschreven abgemeldet desabonne desinscrit
    """
)
"""Values that are a no whatever the name is."""

STATES: Final = NO_CORES | _set(
    "blacklisted blocklisted suppressed denied declined refused rejected unsubscribing"
)
"""Values that are a no where the name is that of a state, or of a yes."""
