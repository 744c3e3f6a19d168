"""Process rates as sentences and headings."""

from typing import Final

from router.words.voice import Language

_RATES: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "repeat_contact": "repeat contacts",
        "transfer": "transfers",
        "channel_switch": "channel switches",
        "first_contact_resolution": "resolved at first contact",
    },
    "nl": {
        "repeat_contact": "herhaalcontacten",
        "transfer": "doorverbindingen",
        "channel_switch": "kanaalwisselingen",
        "first_contact_resolution": "bij eerste contact opgelost",
    },
}

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "title": "Effort that nobody had to be asked about",
        "contacts": "{n:,} contacts of {journeys}, {period}. A repeat is another contact of the same pass within {days} days.",
        "compared": "Compared with {before}.",
        "too recent": "{n:,} contacts are too recent to say whether another follows, and left out.",
        "transfers": "{share} of the contacts say anything about transfers; the others count as not transferred.",
        "unseen": "Not seen, for they declare no `{signal}: {{count: [...]}}` under `effort:`: {journeys}.",
        "none": "No contacts to count, {period}: a journey counts them by `{signal}: {{count: [...]}}` under `effort:`.",
        "better": "{place}, {rate}: better, {before} before and {now} now ({difference}, {low} to {high}).",
        "worse": "{place}, {rate}: worse, {before} before and {now} now ({difference}, {low} to {high}).",
        "people": "People are listed by name, never ranked, and not shown under 10 contacts.",
    },
    "nl": {
        "title": "Moeite waarnaar niemand gevraagd hoefde te worden",
        "contacts": "{n:,} contacten van {journeys}, {period}. Een herhaling is een volgend contact van dezelfde doorloop"
        " binnen {days} dagen.",
        "compared": "Vergeleken met {before}.",
        "too recent": "{n:,} contacten zijn te recent om te zeggen of er nog een volgt, en zijn weggelaten.",
        "transfers": "{share} van de contacten zegt iets over doorverbinden; de andere tellen als niet doorverbonden.",
        "unseen": "Niet gezien, want zonder `{signal}: {{count: [...]}}` onder `effort:`: {journeys}.",
        "none": "Geen contacten om te tellen, {period}: een reis telt ze met `{signal}: {{count: [...]}}` onder `effort:`.",
        "better": "{place}, {rate}: beter, eerst {before} en nu {now} ({difference}, {low} tot {high}).",
        "worse": "{place}, {rate}: slechter, eerst {before} en nu {now} ({difference}, {low} tot {high}).",
        "people": "Mensen staan op naam, nooit op volgorde van score, en niet onder 10 contacten.",
    },
}


def rate_words(language: Language, rate: str) -> str:
    """The name of a rate."""
    return _RATES[language][rate]


def words(language: Language, sentence: str, **parts: object) -> str:
    """One of the sentences with its parts filled in."""
    return _WORDS[language][sentence].format(**parts)
