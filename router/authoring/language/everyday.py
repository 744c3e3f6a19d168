"""Everyday words, Dutch and English, and the words of the language that they stand for.

It is asked only about a word that the language does not have, and answers only where the two mean the same.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

MOST_LOOKED_AT: Final = 200
"""Characters of a text that are looked at: no amount and no word is longer."""

_DASHES: Final = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | dict.fromkeys("\u200b\u2060\ufeff\xad")
)
_CURLY: Final = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e", '"') | dict.fromkeys("\u2018\u2019\u201a", "'")
)
_APART: Final = re.compile(r"[\W_]+")

_MEANT: Final = {
    # Keys of a rule and of what it sends.
    "when": "if als wanneer indien trigger condition conditions voorwaarde voorwaarden criteria where filter",
    "unless": "except exclude excludes excluding exclusions exception exceptions tenzij behalve uitzondering"
    " uitzonderingen if_not when_not not_when not_if suppress",
    "send": "then dan stuur sturen verstuur versturen zend verzend vraag ask asks action do",
    "survey": "enquete vragenlijst questionnaire onderzoek meting",
    "channel": "kanaal kanalen channels medium via by",
    "delay": "wait wacht wachttijd vertraging after na send_after wait_for pause",
    "expires": "expire expiry expiration vervalt verloopt verlopen geldig ttl valid valid_for expires_after"
    " expires_in houdbaar expire_after",
    "max_age": "maximum_age maxage max_leeftijd maximale_leeftijd not_older_than",
    "priority": "prioriteit prio voorrang importance weight",
    "sample": "steekproef percentage sampling share sample_rate",
    "cancel_on": "cancel cancels cancel_if cancel_when cancelled_by canceled_by stop_on stop_if annuleer annuleren"
    " annuleer_bij intrekken",
    "reminder": "reminders herinnering herinneringen remind follow_up",
    "enabled": "active actief aan on ingeschakeld enable",
    "id": "name naam rule regel identifier",
    "name": "naam titel title omschrijving description id",
    # Keys of the policy.
    "limits": "limit limiet limieten frequency_cap frequency contact_limits contact_limit caps",
    "quotas": "quota quotum budget",
    "quiet_hours": "quiet stilte stille_uren rust rusturen nachtrust do_not_disturb silent_hours",
    "business_hours": "office_hours opening_hours kantooruren openingstijden working_hours werktijden",
    "zone": "timezone tijdzone tz time_zone",
    "locale": "language languages locales taal talen lang",
    "hold_out": "holdout control_group controlegroep control",
    "consent": "toestemming opt_in permission",
    "suppressed_by": "suppress suppression suppressions suppressed opt_out",
    "types": "event_types interaction_types events",
    "channels": "kanalen channel",
    "otherwise": "default fallback anders standaard else",
    "promised": "required beloofd verplicht",
    "unknown": "onbekend default",
    "per": "period periode window every elke each time_window",
    "max": "maximum limit count aantal times keer most",
    "up_to": "defer_up_to max_defer max_delay tot uiterlijk until",
    "on_limit": "at_limit action if_full when_full over_limit bij_limiet",
    "clock": "counts_from count_from based_on",
    "same": "per_field group_by by same_value zelfde",
    "from": "start begin van vanaf since starts starting",
    "until": "end to tot einde ends t_m till thru through",
    "to": "end until tot einde till t_m ends",
    "after": "delay wait na wacht",
    "days": "dagen weekdays weekdagen werkdagen day",
    "holidays": "feestdagen vakantie holiday public_holidays country land",
    # Journeys, surveys and tests.
    "journey": "klantreis reis customer_journey process proces",
    "step": "stap stage fase phase status state",
    "steps": "stappen stages fasen phases",
    "instance": "key case instance_id case_id",
    "order": "volgorde sequence",
    "effort": "inspanning signals signal signalen moeite",
    "on": "type types event events by bij wanneer when",
    "ends": "end final einde eind eindigt closes",
    "reopens": "reopen heropent heropenen",
    "count": "aantal number tel tellen counts",
    "distinct": "unique uniek verschillende",
    "metric": "metriek meting kpi measure",
    "scale": "schaal range",
    "polarity": "polariteit direction richting",
    "texts": "text teksten tekst translations vertalingen wording",
    "question": "vraag text title",
    "low": "laag min lowest left",
    "high": "hoog max highest right",
    "surveys": "enquetes vragenlijsten survey",
    "rules": "regels rule routes route regel",
    "groups": "groepen group groep",
    "tests": "test testen cases",
    "given": "gegeven setup scenario",
    "expect": "expected verwacht verwachting then result",
    "because": "omdat reason reden why want",
    "events": "event gebeurtenissen interactions interacties",
    "at": "time tijd when moment on",
    "customer": "klant client user",
    "customers": "klanten clients users",
    "type": "event event_type soort typen",
    "source": "bron system systeem",
    # Values.
    "email": "mail e_mail mails emails e_mails",
    "sms": "smsje smsjes smsen text_message",
    "phone": "telefoon telephone bellen call",
    "drop": "weiger weigeren refuse skip stop block discard deny never",
    "defer": "uitstellen uitstel postpone later wait delay wacht",
    "refuse": "deny no nee weiger weigeren never drop",
    "allow": "yes ja accept toestaan ok",
    "required": "verplicht yes mandatory",
    "optional": "optioneel no",
    "calendar_day": "day dag daily dagelijks per_day per_dag",
    "calendar_week": "week weekly wekelijks per_week",
    "calendar_month": "month maand monthly maandelijks per_month per_maand kalendermaand",
    "calendar_year": "year jaar yearly jaarlijks annual per_year per_jaar kalenderjaar",
    "invited": "sent asked invitation verstuurd uitgenodigd",
    "delivered": "delivery bezorgd received",
    "answered": "answer answers response responded beantwoord ingevuld",
    "lower_is_better": "lager_is_beter low lower laag lager lowest ascending",
    "higher_is_better": "hoger_is_beter high higher hoog hoger highest descending",
    "emoticons": "smileys emoji emojis smiley faces",
    "likert": "numbers cijfers getallen",
    "csat": "satisfaction tevredenheid klanttevredenheid",
    "ces": "effort customer_effort customer_effort_score",
    "nps": "net_promoter net_promoter_score recommend aanbeveling",
    "opted_out": "unsubscribed afgemeld opt_out optout unsubscribe",
    "bounced": "bounce",
    "complained": "complaint spam",
    # Days, for the days of business hours.
    "mon": "monday maandag ma mo",
    "tue": "tuesday dinsdag di tu tues",
    "wed": "wednesday woensdag wo we",
    "thu": "thursday donderdag do th thur thurs",
    "fri": "friday vrijdag vr vrij vri fr",
    "sat": "saturday zaterdag za sa",
    "sun": "sunday zondag zo su",
    # Conditions.
    "any": "or of either of_wel anyof any_of one_of ofwel",
    "not": "niet geen none nor not_any",
    "gte": "at_least minstens minimaal min minimum from vanaf ge greater_or_equal greater_than_or_equal tenminste"
    " since",
    "lte": "at_most hoogstens maximaal max maximum up_to le less_or_equal less_than_or_equal ten_hoogste tot_en_met",
    "gt": "more more_than greater greater_than above over meer_dan groter_dan boven higher_than longer_than meer",
    "lt": "less less_than smaller smaller_than below under minder_dan kleiner_dan onder lower_than fewer_than minder",
    "eq": "is equals equal equal_to gelijk gelijk_aan",
    "ne": "is_not not not_equal not_equals isnt niet differs neq unequal ongelijk",
    "in": "one_of any_of any is_in een_van list among oneof",
    "not_in": "none_of nin not_one_of not_any_of geen_van noneof notin",
    "between": "range tussen from_to",
    "prefix": "starts_with startswith begins_with begint_met starts beginswith",
    "suffix": "ends_with endswith eindigt_op ends eindigt_met",
    "contains": "includes include has bevat contain",
    "matches": "match regex pattern like regexp lijkt_op",
    "exists": "present is_set bestaat known exist ingevuld has_value",
}  # fmt: skip
"""Per word of the language, everyday words for it. One that stands for several means the one that is known in its place."""

_MEANING: Final[dict[str, list[str]]] = {}
for _target, _words in _MEANT.items():
    for _word in _words.split():
        _MEANING.setdefault(_APART.sub("", _word), []).append(_target)

_JOINING: Final = frozenset(
    [
        "and",
        "en",
        "ook",
        "also",
        "plus",
        "with",
        "met",
        "if",
        "als",
        "then",
        "else",
        "anders",
        "ja",
        "nee",
        "yes",
        "no",
    ]
)
"""Words between conditions, and answers."""

SIGNS: Final = {
    ">=": "gte", "=>": "gte", "\u2265": "gte", ">": "gt", "<=": "lte", "=<": "lte", "\u2264": "lte", "<": "lt",
    "==": "eq", "=": "eq", "!=": "ne", "<>": "ne", "\u2260": "ne",
}  # fmt: skip
"""Signs of comparison, and the operators that they stand for."""

_LANGUAGES: Final = {
    "nl": "nederlands dutch nederland netherlands holland vlaams flemish ned hollands",
    "en": "engels english eng england engeland uk britsh",
    "de": "duits german deutsch duitsland germany ger",
    "fr": "frans french francais frankrijk france",
    "es": "spaans spanish espanol spanje spain",
    "it": "italiaans italian italiano italie italy",
    "pl": "pools polish polski polen poland",
    "pt": "portugees portuguese portugues",
    "tr": "turks turkish turkce turkije",
    "ar": "arabisch arabic",
    "fy": "fries frisian frysk",
}
_LANGUAGE_OF: Final = {word: tag for tag, words in _LANGUAGES.items() for word in words.split()}


def plainly(text: str) -> str:
    """The text with ordinary spaces, dashes and quotes, and nothing that cannot be seen."""
    return (
        unicodedata.normalize("NFKC", text[:MOST_LOOKED_AT].translate(_DASHES))
        .translate(_DASHES)
        .translate(_CURLY)
        .strip()
    )


def folded(word: str) -> str:
    """The word without capitals, accents, and what stands between its parts: `maxAge` and `max-age` are one."""
    letters = unicodedata.normalize("NFKD", plainly(word)).casefold()
    return _APART.sub("", "".join(sign for sign in letters if not unicodedata.combining(sign)))


def everyday(word: str, known: Collection[str]) -> str | None:
    """The known word that this one stands for: another spelling of it, or an everyday word for the same."""
    fold = folded(word)
    if not fold:
        return None
    alike = [one for one in known if folded(one) == fold]
    if len(alike) == 1:
        return alike[0]
    meant = [target for target in _MEANING.get(fold, ()) if target in known]
    return meant[0] if meant else None


def is_everyday(word: str) -> bool:
    """Whether a word means something of its own: it is not another one, misspelt."""
    return folded(word) in _MEANING or folded(word) in _JOINING


def language(word: str) -> str | None:
    """The locale that the name of a language stands for."""
    return _LANGUAGE_OF.get(folded(word))


def listed(text: str) -> list[str]:
    """The members that a text lists: `email, sms`, `email en sms`, `email/sms`; one member where it lists none."""
    parts = re.split(r"\s*[,;/|+&]\s*|\s+(?:and|en|or|of)\s+", plainly(text))
    return [part.strip("[]'\" ") for part in parts if part.strip("[]'\" ")]


def sign_first(text: str) -> tuple[str, str] | None:
    """The operator and the value of a text such as `>= 1`."""
    match = re.match(r"\s*(>=|=>|<=|=<|<>|!=|==|[<>=\u2265\u2264\u2260])\s*(\S.*)", text)
    return (SIGNS[match[1]], match[2].strip()) if match else None


def words_first(text: str) -> tuple[str, str, str] | None:
    """The field, the operator and the value of a condition in a sentence: `customer.open is complaint`."""
    match = re.fullmatch(
        r"\s*([A-Za-z][\w.]*)\s*(>=|=>|<=|=<|<>|!=|==|[<>=\u2265\u2264\u2260]|is not|is niet|is|equals|not in|in)"
        r"\s*(\S.*?)\s*",
        plainly(text),
    )
    if match is None:
        return None
    spoken = {"is not": "ne", "is niet": "ne", "is": "eq", "equals": "eq", "in": "in", "not in": "not_in"}
    return match[1], SIGNS.get(match[2]) or spoken[match[2]], match[3]
