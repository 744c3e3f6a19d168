"""What the core says in passing (a condition that failed, a limit, where a journey stands) in the reader's language.

The core speaks English; its fragments are few and fixed, and are put into Dutch here. The rules' own names and values stay.
"""

import re
from typing import Final

from router.words.voice import Language

_MUST: Final = re.compile(r" must (not )?(be|start|end|contain|match)\b")
_IS: Final = {"start": "starts", "end": "ends", "contain": "contains", "match": "matches"}

_WHOLE_NL: Final = {
    "no journey knows this type": "geen klantreis kent dit soort interactie",
    "switched off": "uitgeschakeld",
    "before its active time": "nog niet in zijn actieve periode",
    "after its active time": "voorbij zijn actieve periode",
    "yes for one channel, unknown is allowed": "ja voor een kanaal; onbekend mag",
    "yes for one channel, unknown is refused": "ja voor een kanaal; onbekend is nee",
    "an address for an agreed channel": "een adres voor een kanaal met toestemming",
    "an agreed channel": "een kanaal met toestemming",
    "none": "geen",
    "yes": "ja",
    "no": "nee",
    "unknown": "onbekend",
    "unclear": "onduidelijk",
}
"""Fragments that stand alone."""

_CONDITIONS_NL: Final[tuple[tuple[str, str, str], ...]] = (
    ("be present", "moet er zijn", "is er"),
    ("be absent", "mag er niet zijn", "is er niet"),
    ("be longer ago than", "moet langer geleden zijn dan", "is langer geleden dan"),
    ("be within the last", "moet korter geleden zijn dan", "is korter geleden dan"),
    ("be over", "moet meer zijn dan", "is meer dan"),
    ("be at least", "moet minstens zijn:", "is minstens"),
    ("be under", "moet minder zijn dan", "is minder dan"),
    ("be at most", "mag hoogstens zijn:", "is hoogstens"),
    ("be between", "moet liggen tussen", "ligt tussen"),
    ("be one of", "moet een zijn van", "is een van"),
    ("be none of", "mag geen zijn van", "is geen van"),
    ("not be", "mag niet zijn:", "is niet"),
    ("be", "moet zijn:", "is"),
    ("start with", "moet beginnen met", "begint met"),
    ("end with", "moet eindigen op", "eindigt op"),
    ("contain", "moet bevatten:", "bevat"),
    ("match", "moet passen op", "past op"),
)
"""What a condition wants of a field: in English, as what must be, and as what is so. Longer ones come first."""

_PARTS_NL: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r", but it is missing", ", maar dat ontbreekt"),
        (r", but it is (\S+) ago\b", r", maar het is \1 geleden"),
        (r", but it is ", ", maar het is "),
        (r", but that holds", ", maar dat geldt"),
        (r"^none of these holds: ", "geen van deze geldt: "),
        (r"\bnot \((?=[\w.]+ (?:moet|mag) |not \()", "niet ("),
        (r"^journey (\S+) did not enter a step$", r"klantreis \1 kwam bij geen stap"),
        (r"^journey (\S+) did not enter (.*)$", r"klantreis \1 kwam niet bij \2"),
        (r": entered (\S+)$", r": kwam bij \1"),
        (r": repeated (\S+)$", r": was al bij \1"),
        (r": came late, stays at (\S+)$", r": te laat, blijft bij \1"),
        (r": no transition, stays at None$", ": geen nieuwe stap"),
        (r": no transition, stays at (\S+)$", r": geen nieuwe stap, blijft bij \1"),
        (r"^revision (\d+) of the rules$", r"revisie \1 van de regels"),
        (r"^the rules of (.*)$", r"de regels van \1"),
        (r"^unknown: (.*) is no language tag$", r"onbekend: \1 is geen taalcode"),
        (r" per calendar.day$", " per kalenderdag"),
        (r" per calendar.week$", " per kalenderweek"),
        (r" per calendar.month$", " per kalendermaand"),
        (r" per calendar.year$", " per kalenderjaar"),
        (r" and (?=[\w.]+ (?:moet|mag) |niet \()", " en "),
        (r" or (?=[\w.]+ (?:moet|mag) |niet \()", " of "),
    )
)


def fragment(text: str, language: Language) -> str:
    """What the core said, in the language; as it is where that is English, or where nothing is known for it."""
    if language == "en":
        return text
    if text in _WHOLE_NL:
        return _WHOLE_NL[text]
    return _parts(_wanted(text, 1))


def condition_words(condition: str, language: Language = "en") -> str:
    """A condition that holds, told as a fact: `customer.open is complaint`."""
    if language == "nl":
        fact = _wanted(condition, 2)
        return _parts(re.sub(r" (and|or) (?=[\w.]+ (?:is|ligt|begint|eindigt|bevat|past)\b)", _joined, fact))
    return _MUST.sub(_fact, condition)


def _fact(must: re.Match[str]) -> str:
    negated, verb = must[1], must[2]
    if verb == "be":
        return " is not" if negated else " is"
    return f" does not {verb}" if negated else f" {_IS[verb]}"


def _joined(word: re.Match[str]) -> str:
    return " en " if word[1] == "and" else " of "


def _wanted(text: str, form: int) -> str:
    """`must be at least` and the like in Dutch: what must be (1) or what is so (2)."""
    for condition in _CONDITIONS_NL:
        text = re.sub(rf"(?<=[\w.]) must {condition[0]}\b", f" {condition[form]}", text)
    return text


def _parts(text: str) -> str:
    for pattern, words in _PARTS_NL:
        text = pattern.sub(words, text)
    return text
