"""The plan of the next days in sentences and headings, in English and Dutch."""

from typing import Final

from router.model.ledger import RowKind
from router.words.voice import Language, Voice

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "and": " and ",
        "planned": "{numbers} planned up to {until}.",
        "cap": "The rate cap {cap} holds back {number:,} of them; the last leaves at {last}.",
        "answers": "{answered:,} of {sent:,} sent about the last {days} days were answered: of these {planned:,} invitations, {low:,} to"
        " {high:,} answers are to be expected.",
        "answers unknown": "How many will be answered is not known: {sent:,} were sent about the last {days} days, too few to tell.",
        "unlike": "Holidays and special days",
        "name": "name",
        "effect": "effect",
        "closed": "nobody is asked",
        "other hours": "other hours",
        "schedules": "Days of schedules, decided when they come",
        "quotas": "Quotas of this period",
        "chart": "Planned; a full bar is {most:,} an hour",
        "day": "day",
        "schedule": "schedule",
        "makes": "makes",
        "customers": "customers",
        "quota": "quota",
        "for": "for",
        "used": "used",
        "of": "{used:,} of {max:,}",
        "until": "until",
        "survey": "survey",
        "channel": "channel",
        "count": "planned",
        "following": "{survey} ({kind})",
        "more": "and {number:,} more; --json has them.",
    },
    "nl": {
        "and": " en ",
        "planned": "{numbers} gepland tot {until}.",
        "cap": "De snelheidsgrens {cap} houdt er {number} tegen; de laatste vertrekt op {last}.",
        "answers": "Van {sent} over de laatste {days} dagen verstuurd zijn er {answered} beantwoord: van deze {planned} uitnodigingen zijn"
        " {low} tot {high} antwoorden te verwachten.",
        "answers unknown": "Hoeveel er worden beantwoord is niet bekend: {sent} zijn verstuurd over de laatste {days} dagen, te weinig om"
        " te zeggen.",
        "unlike": "Feestdagen en bijzondere dagen",
        "name": "naam",
        "effect": "gevolg",
        "closed": "niemand krijgt een vraag",
        "other hours": "andere uren",
        "schedules": "Dagen van schema's, waarover wordt besloten als zij er zijn",
        "quotas": "Quota van deze periode",
        "chart": "Gepland; een volle balk is {most} per uur",
        "day": "dag",
        "schedule": "schema",
        "makes": "geeft",
        "customers": "klanten",
        "quota": "quotum",
        "for": "voor",
        "used": "gebruikt",
        "of": "{used} van {max}",
        "until": "tot",
        "survey": "enquête",
        "channel": "kanaal",
        "count": "gepland",
        "following": "{survey} ({kind})",
        "more": "en nog {number}; --json geeft ze alle.",
    },
}
_COUNTED: Final[dict[Language, dict[RowKind, tuple[str, str]]]] = {
    "en": {
        "invitation": ("1 invitation", "{number:,} invitations"),
        "reminder": ("1 reminder", "{number:,} reminders"),
        "fallback": ("1 fallback", "{number:,} fallbacks"),
        "cancellation": ("1 cancellation", "{number:,} cancellations"),
    },
    "nl": {
        "invitation": ("1 uitnodiging", "{number} uitnodigingen"),
        "reminder": ("1 herinnering", "{number} herinneringen"),
        "fallback": ("1 tweede kanaal", "{number} tweede kanalen"),
        "cancellation": ("1 intrekking", "{number} intrekkingen"),
    },
}


def words(voice: Voice, sentence: str, **parts: object) -> str:
    """One of the sentences of this page with its parts filled in."""
    return _WORDS[voice.language][sentence].format(**parts)


def counted(voice: Voice, kind: RowKind, number: int) -> str:
    """`1 invitation`, `1,204 reminders`."""
    one, many = _COUNTED[voice.language][kind]
    return one if number == 1 else many.format(number=number)
