"""The page of one decision (`why`): its headings, and who judged; in English and Dutch."""

from typing import Final

from router.words.fragments import fragment
from router.words.voice import Language, Voice

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "happened": "What happened",
        "source": "Source {source}, id {id}.",
        "mapped by": "Mapped by revision {revision} of the rules.",
        "decided": "What was decided",
        "besides": "Besides: {decided}",
        "decided at": "Decided at {at} by revision {revision} of the rules.",
        "became": "What became of it",
        "answered": "What the customer answered",
        "alerts": "Who was told",
        "note": "Note",
        "how": "How it was decided",
        "rule": "Rule {rule} (priority {priority})",
        "again": " Again from {at}.",
        "not tried": "Rules that were not tried",
        "several": "Several interactions have this id. Name the source of the one that is meant with --source.",
        "interactions": "Interactions",
        "column source": "source",
        "column customer": "customer",
        "column type": "type",
        "column time": "time",
        "column reason": "reason",
        "judged": "What is below is judged by {judge}, not by revision {revision}, which decided.",
        "gone": "Revision {revision} of the rules, which decided, is no longer there; what is below is judged by {judge}"
        " instead.",
        "not kept": "Computed again it comes out differently, for not all that was known then is kept.",
        "otherwise": "{because} The actual decision stands above; the steps below come to this: {decided}",
    },
    "nl": {
        "happened": "Wat er gebeurde",
        "source": "Bron {source}, id {id}.",
        "mapped by": "Vertaald door revisie {revision} van de regels.",
        "decided": "Wat er besloten is",
        "besides": "Daarnaast: {decided}",
        "decided at": "Besloten op {at} door revisie {revision} van de regels.",
        "became": "Wat ervan werd",
        "answered": "Wat de klant antwoordde",
        "alerts": "Wie het gezegd is",
        "note": "Opmerking",
        "how": "Hoe er besloten is",
        "rule": "Regel {rule} (prioriteit {priority})",
        "again": " Weer vanaf {at}.",
        "not tried": "Regels die niet geprobeerd zijn",
        "several": "Meer dan een interactie heeft dit id. Noem de bron van de bedoelde met --source.",
        "interactions": "Interacties",
        "column source": "bron",
        "column customer": "klant",
        "column type": "soort",
        "column time": "tijd",
        "column reason": "reden",
        "judged": "Wat hieronder staat is beoordeeld door {judge}, niet door revisie {revision}, die besloot.",
        "gone": "Revisie {revision} van de regels, die besloot, is er niet meer; wat hieronder staat is in plaats daarvan"
        " beoordeeld door {judge}.",
        "not kept": "Opnieuw berekend komt er iets anders uit, want niet alles wat toen bekend was is bewaard.",
        "otherwise": "{because} Het werkelijke besluit staat hierboven; de stappen hieronder komen uit op: {decided}",
    },
}


def words(voice: Voice, sentence: str, **parts: object) -> str:
    """One of the sentences of this page with its parts filled in."""
    return _WORDS[voice.language][sentence].format(**parts)


def judged_by(judge: str, revision: int, *, wanted: bool, voice: Voice) -> str:
    """That other rules judge than decided: because somebody `wanted` that, or as the revision is gone."""
    return words(
        voice, "judged" if wanted else "gone", judge=fragment(judge, voice.language), revision=revision
    )


def not_the_same(decided: str, judge: str | None, voice: Voice) -> str:
    """That a decision computed again is another one; `judge` says where other rules are the cause."""
    return words(voice, "otherwise", because=judge or words(voice, "not kept"), decided=decided)
